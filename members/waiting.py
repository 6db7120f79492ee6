"""What of people and countries waits for someone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cop_portal.waiting import Due, waits
from members import roster
from members.models import Country, FocalPointAppointment, Guest, Transfer, User


@waits
def applicants(user: User) -> Iterator[Due]:
    """Requests to join which this person decides."""
    if not user.is_staff and not FocalPointAppointment.objects.held().filter(user=user).exists():
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
def transfers(user: User) -> Iterator[Due]:
    """Members whom another office proposes to move to a country of this person."""
    if user.is_staff:
        return  # theirs to decide as well, but first of all the focal point's
    waiting = Transfer.objects.waiting().to_decide_by(user)
    for country, count in Counter(waiting.values_list("to_country", flat=True)).items():
        yield Due(
            title=ngettext("%(count)d transfer to decide", "%(count)d transfers to decide", count)
            % {"count": count},
            detail=_("Another country proposes that a member moves to this one."),
            url=f"{reverse('members:office')}?country={country}",
            action=pgettext("button", "View the proposal"),
        )


@waits
def confirmations(user: User) -> Iterator[Due]:
    """People of this person's countries who are to be confirmed in post."""
    if user.is_staff:
        return
    theirs = User.objects.filter(country__in=Country.objects.run_by(user))
    for country, count in roster.due_by_country(theirs).items():
        yield Due(
            title=ngettext(
                "%(count)d person to confirm in post", "%(count)d people to confirm in post", count
            )
            % {"count": count},
            detail=_("Every six months the roster asks of each person: still in post?"),
            url=f"{reverse('members:roster')}?country={country}&show=due",
            action=pgettext("button", "Check the names"),
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
