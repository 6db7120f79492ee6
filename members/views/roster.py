"""The workbench of a roster: the table, what is ticked in it, and one person's row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members import actions, roster
from members.actions import roster as changes
from members.actions.codes import no_code_for
from members.actions.many import for_each
from members.emails.roster import labelled
from members.forms.roster import CorrectForm, LeaveForm, PostForm
from members.models import Country, RosterRecord, Transfer, User
from members.office import (
    AT_ONCE,
    back,
    in_office,
    named_people,
    office_context,
    office_country,
    settle,
    tell_refusals,
)
from members.querysets import NAME_ORDER
from members.roster import RosterList
from members.selection import LIMIT, Selection, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from members.querysets import UserQuerySet

    Change = Callable[..., changes.Changes]

HISTORY = 50
# Where a button of the table leads with what is ticked.
STEPS = {"leave": "mark_left", "transfer": "propose_transfer", "export": "export"}


def selection_of(request: HttpRequest, country: Country) -> Selection:
    return Selection(request.session, f"roster:{country.pk}")


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    country = office_country(request)
    listed = RosterList(country, request.GET)
    selection = selection_of(request, country)
    page = listed.page()
    context = {
        **office_context(request, country, "roster"),
        "list": listed,
        "page": page,
        "rows": [(person, roster.standing(person)) for person in page],
        "counts": listed.counts(),
        "found": listed.people().count(),
        "selected": selection,
    }
    return render(request, "members/roster.html", context)


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the ticks of one page and do what the button says: narrow or sort the list, turn a
    page, select all that match or none, or go on to a step with what is selected."""
    country = office_country(request)
    listed = RosterList(country, QueryDict(request.POST.get("at", "")))
    selection = _keep_ticks(request, country)
    to = request.POST.get("to", "")
    if request.POST.get("all"):
        found = listed.people().order_by("pk").values_list("pk", flat=True)
        if not selection.keep(shown=(), ticked=set(found) | selection.ids):
            sentence = _("No more than %(count)d people can be selected at once.")
            messages.warning(request, sentence % {"count": LIMIT})
    elif request.POST.get("clear"):
        selection.clear()
    elif step := STEPS.get(request.POST.get("do", "")):
        if selection:
            return redirect(in_office(country, step))
        messages.info(request, _("Nothing is selected: tick the names first."))
    elif not to:
        to = listed.query(q=request.POST.get("q", ""), show=request.POST.get("show", ""))
    query = QueryDict(to.removeprefix("?") or request.POST.get("at", "")).copy()
    query["country"] = country.pk
    return HttpResponseRedirect(f"{reverse('members:roster')}?{query.urlencode()}")


def _keep_ticks(request: HttpRequest, country: Country) -> Selection:
    selection = selection_of(request, country)
    shown = numbers(request.POST.getlist("shown"))
    people = roster.on_roster(User.objects.filter(country=country))
    known = set(people.filter(pk__in=shown).values_list("pk", flat=True))
    ticked = known.intersection(numbers(request.POST.getlist("ticked")))
    selection.keep(shown=shown, ticked=ticked)
    return selection


def selected(request: HttpRequest, country: Country) -> UserQuerySet:
    """Those ticked who are still on the roster of this country, in the order of their names."""
    people = roster.on_roster(User.objects.filter(country=country))
    found = people.filter(pk__in=selection_of(request, country).ids)
    return found.select_related("organisation").order_by(*NAME_ORDER)


def concerned(request: HttpRequest, country: Country) -> list[User]:
    """Whom a step is about: the people the form names, else the one the address names, else
    those ticked."""
    if request.method == "POST" or "person" in request.GET:
        named = named_people(request, roster.on_roster(User.objects.filter(country=country)))
        if not named:
            raise Http404
        return named
    return list(selected(request, country)[:AT_ONCE])


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm in post: one person by their row, else those ticked on this page and on others."""
    country = office_country(request)
    if "person" in request.POST:
        people = named_people(request, roster.on_roster(User.objects.filter(country=country)))
    else:
        people = list(_keep_ticks_and_select(request, country))
    if not people:
        messages.info(request, _("Nothing is selected: tick the names first."))
        return back(request)
    count = changes.confirm(people, by=person_of(request))
    if "person" not in request.POST:
        selection_of(request, country).clear()
    if count:
        done = ngettext(
            "%(count)d person has been confirmed in post.",
            "%(count)d people have been confirmed in post.",
            count,
        )
        messages.success(request, done % {"count": count})
    else:
        messages.info(request, _("All of them were confirmed today already."))
    return back(request)


def _keep_ticks_and_select(request: HttpRequest, country: Country) -> UserQuerySet:
    _keep_ticks(request, country)
    return roster.current(selected(request, country))


def nothing_selected(request: HttpRequest, country: Country) -> HttpResponse:
    messages.info(request, _("Nothing is selected: tick the names first."))
    return redirect(in_office(country, "roster"))


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Ask for the day, then mark as left everyone on the page."""
    country = office_country(request)
    people = concerned(request, country)
    if not people:
        return nothing_selected(request, country)
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        on, by = form.cleaned_data["on"], person_of(request)
        outcome = for_each(people, lambda person: changes.mark_left(person, by=by, on=on))
        settle(request, selection_of(request, country), people)
        if count := len(outcome.done):
            done = ngettext(
                "%(count)d person has been marked as left and told by email.",
                "%(count)d people have been marked as left and told by email.",
                count,
            )
            messages.success(request, done % {"count": count})
        tell_refusals(request, outcome)
        return redirect(in_office(country, "roster"))
    context = {
        **office_context(request, country, "roster"),
        "form": form,
        "people": people,
        "selected_count": len(selection_of(request, country)),
        "next": in_office(country, "roster"),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/roster_leave.html", context, status=status)


# One person's row ----------------------------------------------------------------------------


def row_of(request: HttpRequest, pk: int) -> User:
    """The person's row, if the office that keeps it is open to whoever asks."""
    people = roster.on_roster(User.objects.managed_by(request.user))
    person = get_object_or_404(people.select_related("country", "organisation"), pk=pk)
    require_perm(request.user, "members.manage_roster", person)
    return person


@require_safe
def row(request: HttpRequest, pk: int) -> HttpResponse:
    person = row_of(request, pk)
    transfer = Transfer.objects.waiting().select_related("to_country").filter(person=person).first()
    records = RosterRecord.objects.managed_by(request.user).filter(person=person)
    context = {
        **_around(request, person),
        "standing": roster.standing(person),
        "transfer": transfer,
        "holds_office": changes.holds_office(person),
        "gets_code": not no_code_for(person, by=person_of(request)),
        "history": [
            (record, labelled(record.detail.get("changes") or {}))
            for record in records.select_related("actor")[:HISTORY]
        ],
    }
    return render(request, "members/roster_row.html", context)


def _around(request: HttpRequest, person: User) -> dict[str, object]:
    """The office around a row: its country's, or none for a person without one."""
    country = Country.objects.with_focal_points().filter(pk=person.country_id).first()
    return {**office_context(request, country, "roster"), "person": person}


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    person = row_of(request, pk)
    form = CorrectForm(request.POST or None, person=person)
    if form.is_valid() and _changed(request, form, person, changes.correct):
        return redirect("members:roster_row", pk=person.pk)
    return _form_page(request, person, form, "members/roster_correct.html")


@require_http_methods(["GET", "HEAD", "POST"])
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    person = row_of(request, pk)
    form = PostForm(request.POST or None)
    if form.is_valid() and _changed(request, form, person, changes.give_post):
        return redirect("members:roster_row", pk=person.pk)
    return _form_page(request, person, form, "members/roster_post.html")


def _changed(request: HttpRequest, form: forms.Form, person: User, change: Change) -> bool:
    """Make the change the form asks for; a refusal stands in the form."""
    try:
        found = change(person, by=person_of(request), **form.cleaned_data)
    except actions.Refused as refusal:
        form.add_error(None, str(refusal.sentence))
        return False
    if found:
        done = _("The entry of %(name)s has been corrected, who has been told by email.")
        messages.success(request, done % {"name": isolated(name_of(person))})
    else:
        messages.info(request, _("Nothing was changed."))
    return True


def _form_page(request: HttpRequest, person: User, form: forms.Form, template: str) -> HttpResponse:
    context = {**_around(request, person), "form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)


@require_POST
def reinstate(request: HttpRequest, pk: int) -> HttpResponse:
    person = row_of(request, pk)
    try:
        changes.reinstate(person, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, f"{isolated(name_of(person))}: {refusal.sentence}")
    else:
        done = _("%(name)s is a member again and has been told by email.")
        messages.success(request, done % {"name": isolated(name_of(person))})
    return redirect("members:roster_row", pk=person.pk)
