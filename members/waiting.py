"""What of people and countries waits for someone."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cop_portal.waiting import Due, waits
from members.models import FocalPointAppointment, Guest, User


@waits
def applicants(user: User) -> Iterator[Due]:
    """Requests to join which this person decides."""
    if not user.is_staff and not FocalPointAppointment.objects.current().filter(user=user).exists():
        return
    count = User.objects.managed_by(user).applicants().distinct().count()
    if count:
        yield Due(
            title=ngettext("%(count)d request to join", "%(count)d requests to join", count)
            % {"count": count},
            detail=_("Each applicant is told of the decision by email."),
            url=reverse("members:office"),
            action=_("View the requests"),
        )


@waits
def names_to_claim(user: User) -> Iterator[Due]:
    """Guests of sessions who bear an address of this account."""
    count = Guest.objects.claimable_by(user).count()
    if count:
        yield Due(
            title=ngettext(
                "%(count)d session guest with an address of this account",
                "%(count)d session guests with an address of this account",
                count,
            )
            % {"count": count},
            detail=_("Once the name is claimed, the sessions lead to the profile."),
            url=reverse("members:claims"),
            action=pgettext("button", "View the names"),
        )


@waits
def bare_profile(user: User) -> Iterator[Due]:
    """A member nobody can ask yet, for no topic is named."""
    if user.is_member and not user.topics.exists():
        yield Due(
            title=_("A profile without topics"),
            detail=_("Colleagues find each other by the topics they can help with."),
            url=reverse("members:edit_profile"),
            action=pgettext("button", "Complete the profile"),
        )
