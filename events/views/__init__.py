from events.views.calendars import event_ics, feed, reset_feed, subscribe
from events.views.lists import event_list, mine, month
from events.views.pages import detail, register, withdraw

__all__ = [
    "detail",
    "event_ics",
    "event_list",
    "feed",
    "mine",
    "month",
    "register",
    "reset_feed",
    "subscribe",
    "withdraw",
]
