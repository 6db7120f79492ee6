"""What passes from one focal point to the next: who came before, who follows, what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from members.models import FocalPointAppointment, Invitation, Transfer, User
from members.roster import due

if TYPE_CHECKING:
    from members.querysets import AppointmentQuerySet


def predecessor_of(appointment: FocalPointAppointment) -> FocalPointAppointment | None:
    """The lead before this one: who hands over on the day or, after a vacancy, who was last."""
    before = _leads_beside(appointment).filter(starts_on__lt=appointment.starts_on)
    ended = before.filter(ends_on__lte=appointment.starts_on)
    return ended.order_by("-ends_on", "-pk").first()


def successor_of(appointment: FocalPointAppointment) -> FocalPointAppointment | None:
    """The lead who follows when this one ends; None while nobody is appointed for that day."""
    if appointment.ends_on is None:
        return None
    return _leads_beside(appointment).held(appointment.ends_on).first()


def _leads_beside(appointment: FocalPointAppointment) -> AppointmentQuerySet:
    """The other leads of the country, without those withdrawn before they began."""
    leads = (
        FocalPointAppointment.objects.leads().took_effect().filter(country=appointment.country_id)
    )
    return leads.exclude(pk=appointment.pk).select_related("user")


def open_matters(country_id: str) -> list[str]:
    """What waits in the office of a country today, as short sentences; zeros are left out."""
    return [sentence for count, sentence in _counted(country_id) if count]


def _counted(country_id: str) -> Iterator[tuple[int, str]]:
    count = User.objects.applicants().filter(country=country_id).count()
    yield (
        count,
        ngettext(
            "One request waits for a decision.", "%(counter)s requests wait for a decision.", count
        )
        % {"counter": count},
    )
    transfers = Transfer.objects.waiting()
    count = transfers.filter(to_country=country_id).count()
    yield (
        count,
        ngettext(
            "%(count)d transfer from another country waits to be accepted.",
            "%(count)d transfers from other countries wait to be accepted.",
            count,
        )
        % {"count": count},
    )
    count = transfers.filter(from_country=country_id).count()
    yield (
        count,
        ngettext(
            "%(count)d transfer to another country waits for that country.",
            "%(count)d transfers to other countries wait for those countries.",
            count,
        )
        % {"count": count},
    )
    invitations = Invitation.objects.open().filter(Q(expires_at__gt=timezone.now()))
    count = invitations.filter(country=country_id).count()
    yield (
        count,
        ngettext(
            "%(count)d invitation has not been answered yet.",
            "%(count)d invitations have not been answered yet.",
            count,
        )
        % {"count": count},
    )
    roster = User.objects.filter(country=country_id)
    count = due(roster, timezone.now().date()).count()
    yield (
        count,
        ngettext(
            "%(count)d person of the roster is due to be confirmed in post.",
            "%(count)d people of the roster are due to be confirmed in post.",
            count,
        )
        % {"count": count},
    )
