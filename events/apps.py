from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from events import (  # noqa: F401  registers the kinds of mail and what a person leaves
            contributions,
            emails,
            leaving,
            merging,
            personal_data,
            speaking,
        )
