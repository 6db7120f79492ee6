"""People, countries, organisations, topics and focal points."""
