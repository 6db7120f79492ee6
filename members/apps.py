from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = _("Members and countries")

    def ready(self) -> None:
        from members import (  # noqa: F401  registers mails, what waits, what leaving and merging do, answers
            actions,
            emails,
            erasing,
            own_data,
            reattaching,
            receivers,
            retention,
            waiting,
        )
