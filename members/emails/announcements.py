"""The mail of an announcement to a country's roster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import own_name
from cop_portal.names import name_of
from cop_portal.text import isolated
from members.announcing import KIND, version_for
from members.models import Announcement
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind(KIND, _("Announcements of the country’s focal point"), optional=True)
def announcement(delivery: Delivery) -> Message:
    """To a member of the country, or the author. Context: `announcement`."""
    rows = Announcement.objects.sent().select_related("country", "author")
    found = rows.filter(pk=delivery.context["announcement"]).first()
    if found is None:
        raise NotNeeded("the announcement is gone")
    reader = delivery.recipient
    if reader is None:
        raise NotNeeded("the account is gone")
    is_of_roster = reader.is_member and reader.country_id == found.country_id
    if not is_of_roster and reader.pk != found.author_id:
        raise NotNeeded("no longer on this roster")
    return message_for(found)


def message_for(announcement: Announcement) -> Message:
    """The mail as a reader of the active language gets it; the preview shows the same."""
    version = version_for(announcement, get_language() or settings.LANGUAGE_CODE)
    author = announcement.author
    path = reverse("members:profile", args=[author.pk]) if author.is_member else ""
    return Message(
        "members/announcement",
        {
            "announcement": announcement,
            "version": version,
            "is_foreign": version.language != get_language(),
            "language_name": own_name(version.language),
            "author_name": isolated(name_of(author)),
            "author_url": f"{settings.SITE_URL}{path}" if path else "",
        },
    )
