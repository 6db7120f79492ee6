"""The roster as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from cop_portal.permissions import person_of
from cop_portal.spreadsheets import Row, download
from members import roster
from members.audit import record
from members.forms.roster import ExportForm
from members.models import RosterRecord
from members.office import in_office, office_context, office_country
from members.roster import RosterList
from members.views.roster import selected

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from members.querysets import UserQuerySet


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask which rows and in which form, then hand out the file and note it. `list` is the query
    of the roster as it was narrowed and sorted."""
    country = office_country(request)
    query = (request.POST if request.method == "POST" else request.GET).get("list", "")
    listed = RosterList(country, QueryDict(query))
    chosen = selected(request, country)
    form = ExportForm(request.POST or None, parts=_parts(listed, chosen))
    if form.is_valid():
        part, file_format = form.cleaned_data["part"], form.cleaned_data["file_format"]
        people = {"selected": chosen, "list": listed.in_order()}.get(part)
        if people is None:
            people = RosterList(country, QueryDict()).in_order()
        record(
            RosterRecord.Action.EXPORTED,
            by=person_of(request),
            country_id=country.pk,
            part=part,
            format=file_format,
            count=people.count(),
        )
        return download(
            f"roster-{country.pk}-{roster.today().isoformat()}",
            file_format,
            title=_("Roster"),
            table=lambda: rows(people),
        )
    context = {
        **office_context(request, country, "roster"),
        "form": form,
        "query": query,
        "next": in_office(country, "roster"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/roster_export.html", context, status=status)


def _parts(listed: RosterList, chosen: UserQuerySet) -> list[tuple[str, str]]:
    """The choices of rows, each with its number."""

    everyone = listed.counts()["members"]
    parts = [("all", _("All members (%(count)d)") % {"count": everyone})]
    if listed.is_narrowed:
        found = listed.people().count()
        label = _("The list as it was narrowed (%(count)d)")
        parts.insert(0, ("list", label % {"count": found}))
    if count := chosen.count():
        parts.insert(0, ("selected", _("The names selected (%(count)d)") % {"count": count}))
    return parts


def rows(people: UserQuerySet) -> Iterator[Row]:
    """The heading in the page's language, then a row for each person, read as it is written."""
    yield [
        _("Full name"),
        _("Name in Latin letters"),
        _("Email"),
        _("Job title"),
        _("Job title in Latin letters"),
        _("Organisation"),
        _("Language"),
        _("Member since"),
        _("Last seen"),
        _("Confirmed on"),
        pgettext("of a record", "State"),
        _("Left on"),
    ]
    for person in people.select_related("organisation").iterator(chunk_size=1000):
        yield [
            person.full_name,
            person.full_name_latin,
            person.email,
            person.function,
            person.function_latin,
            person.organisation_name,
            person.get_language_display(),
            roster.joined_on(person),
            person.last_seen_on,
            person.confirmed_on,
            str(roster.standing(person).label),
            person.left_on,
        ]
