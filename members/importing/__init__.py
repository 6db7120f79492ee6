"""From a spreadsheet of people to a verdict on each row.

`reading` turns a file into rows of text, `headings` says what its columns mean, `rows` cleans the
cells and says what is wrong with them, `verdicts` asks the database what each person is to a
country, and `template` draws the empty sheet that people fill in.
"""
