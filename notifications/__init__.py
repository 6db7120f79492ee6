"""The delivery ledger: every message is a row first, then a mail."""
