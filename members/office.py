"""Whose office a request is about, and what the pages of an office share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import ngettext, pgettext

from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.redirects import within
from cop_portal.text import isolated
from members.forms.office import CountryForm
from members.models import Country, User
from members.querysets import NAME_ORDER
from members.selection import Selection, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from members.actions.many import Outcome
    from members.querysets import UserQuerySet

# How many people a page names one by one, and a message.
NAMED = 20
# How many people one step moves, marks as left or declines: each is told and noted singly.
AT_ONCE = 500


def office_country(request: HttpRequest) -> Country:
    """The country whose office is asked for, with its `in_office`: the one that `country` names
    in the address or, without one there, in the form; else the person's own.

    Refuses everyone without an office (403) and every country the person does not run (404).
    """
    require_perm(request.user, "members.open_office")
    run = Country.objects.run_by(request.user).with_focal_points()
    if asked := asked_country(request):
        return get_object_or_404(run, pk=asked)
    return own_first(request, run.in_order())[0]


def asked_country(request: HttpRequest) -> str:
    """The code that the request names, unchecked."""
    return request.GET.get("country") or request.POST.get("country", "")


def own_first(request: HttpRequest, countries: list[Country]) -> list[Country]:
    """Those the person is focal point of, then the one they belong to, then the others."""
    person = person_of(request)

    def distance(country: Country) -> int:
        if any(appointment.user_id == person.pk for appointment in country.in_office):
            return 0
        return 1 if country.pk == person.country_id else 2

    return sorted(countries, key=distance)


def office_context(request: HttpRequest, country: Country | None, place: str) -> dict[str, Any]:
    """What `members/office_base.html` shows around every page of an office. `place` is the entry
    of its navigation that the page belongs to."""
    person = person_of(request)
    others: list[Country] = []
    if not person.is_staff:
        others = Country.objects.run_by(person).with_focal_points().in_order()
    return {
        "country": country,
        "place": place,
        "mine": next((a for a in country.in_office if a.user_id == person.pk), None)
        if country
        else None,
        "others": own_first(request, others) if len(others) > 1 else [],
        "chooser": CountryForm({"country": country.pk if country else ""})
        if person.is_staff
        else None,
    }


def in_office(country: Country, name: str, *args: Any) -> str:
    """The address of a page of this country's office."""
    return f"{reverse(f'members:{name}', args=args)}?country={country.pk}"


def safe(request: HttpRequest, url: str) -> str:
    """`url` if it leads within the portal, else the office."""
    return within(request, url, reverse("members:office"))


def back(request: HttpRequest) -> HttpResponse:
    """To the page the button stood on, place in the list and filter included."""
    return redirect(safe(request, request.POST.get("next", "")))


def named_people(request: HttpRequest, people: UserQuerySet) -> list[User]:
    """Those of `people`, the rows the person manages, that the form or the address names by
    `person`; numbers of anybody else count for nothing."""
    source = request.POST if request.method == "POST" else request.GET
    wanted = numbers(source.getlist("person"))
    return list(people.by_name().filter(pk__in=wanted).order_by(*NAME_ORDER)[:AT_ONCE])


def settle(request: HttpRequest, selection: Selection, people: Iterable[User]) -> None:
    """Untick those a step was about; whoever found no room in it stays ticked, which is said."""
    selection.keep(shown=[person.pk for person in people], ticked=())
    if rest := len(selection):
        sentence = ngettext(
            "%(count)d name is still selected.", "%(count)d names are still selected.", rest
        )
        messages.info(request, sentence % {"count": rest})


def tell_refusals(request: HttpRequest, outcome: Outcome) -> None:
    """One message for each reason, with the names of those it holds for."""
    for sentence, people in outcome.refused.items():
        messages.warning(request, f"{names_of(people)}: {sentence}")


def names_of(people: Iterable[User]) -> str:
    """The names in a row, the first of them when there are many."""
    found = list(people)
    comma = pgettext("between the parts of a line", ", ")
    names = comma.join(isolated(name_of(person)) for person in found[:NAMED])
    rest = len(found) - NAMED
    if rest <= 0:
        return names
    more = ngettext("and %(count)d other", "and %(count)d others", rest)
    return f"{names} {more % {'count': rest}}"
