"""The sections of one's own data that this app, the ledger and the packages below hold."""

from members.own_data import account, correspondence, roster

__all__ = ["account", "correspondence", "roster"]
