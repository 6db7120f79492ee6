"""The mails of this app: one composing function for each."""
