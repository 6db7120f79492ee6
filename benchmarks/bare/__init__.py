"""The measure: the least that Django needs for a page with twenty items out of a database."""
