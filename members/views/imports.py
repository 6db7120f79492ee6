"""Importing a spreadsheet of people: hand it in, read the verdicts, apply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from cop_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, Row, download
from members.actions.imports import apply_import, begin, discard_import, take_in
from members.actions.refusal import Refused
from members.forms.imports import ImportForm
from members.importing.headings import FIELDS
from members.importing.reading import Unreadable
from members.importing.rows import sentence
from members.importing.template import csv_template, xlsx_template
from members.models import RosterImport, RosterImportRow
from members.office import office_country

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

Verdict = RosterImportRow.Verdict
State = RosterImport.State
REFRESH_SECONDS = 3
PAGE = 50
# Rows that lead to nobody's invitation although someone may have meant them to.
BAD = (Verdict.INVALID, Verdict.REPEATED, Verdict.OTHER_COUNTRY, Verdict.CLOSED)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Hand a file in. A short one is checked at once; a long one is left to a worker."""
    country = office_country(request)
    require_perm(request.user, "members.manage_roster", country)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            new = take_in(
                country,
                file_name=file.name or "",
                content=file.read(),
                language=form.cleaned_data["language"],
                by=person_of(request),
            )
        except Unreadable as refusal:
            form.add_error("file", str(refusal.sentence))
        else:
            begin(new.pk)
            return redirect("members:import_detail", new.pk)
    earlier = RosterImport.objects.filter(country=country).select_related("uploaded_by")[:10]
    context = {"form": form, "country": country, "earlier": earlier, "fields": FIELDS.values()}
    status = 422 if request.method == "POST" else 200
    return render(request, "members/import.html", context, status=status)


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty sheet to fill in, headed in the page's language."""
    require_perm(request.user, "members.open_office")
    if kind not in ("xlsx", "csv"):
        raise Http404
    content = xlsx_template() if kind == "xlsx" else csv_template()
    response = HttpResponse(content, content_type=XLSX_TYPE if kind == "xlsx" else CSV_TYPE)
    name = f"invitations-{get_language()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What the check found, row by row; while a worker is at it, how far it has come."""
    roster_import = _import_of(request, pk)
    counts = _counts(roster_import)
    asked = request.GET.get("verdict", "")
    shown = asked if asked in counts and asked else ""
    rows = roster_import.rows.exclude(verdict=Verdict.UNCHECKED)
    if shown:
        rows = rows.filter(verdict=shown)
    page = KeysetPage(rows, request.GET, order=("number", "pk"), size=PAGE)
    for row in page:
        row.sentences = [sentence(problem) for problem in row.problems]  # type: ignore[attr-defined]
    is_working = roster_import.state in (State.CHECKING, State.APPLYING)
    context = {
        "roster_import": roster_import,
        "country": roster_import.country,
        "page": page,
        "shown": shown,
        "verdicts": _choices(counts, roster_import),
        "bad": sum(counts.get(verdict, 0) for verdict in BAD),
        "new": counts.get(Verdict.NEW, 0),
        "is_working": is_working,
        "done": _done(roster_import, counts),
    }
    response = render(request, "members/import_detail.html", context)
    if is_working:
        response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _counts(roster_import: RosterImport) -> dict[str, int]:
    rows = roster_import.rows.order_by().values_list("verdict")
    return dict(rows.annotate(count=Count("pk")))


def _choices(counts: dict[str, int], roster_import: RosterImport) -> list[tuple[str, Any, int]]:
    """The verdicts that rows have, with their labels and numbers."""
    return [
        (verdict.value, verdict_label(verdict, roster_import), counts[verdict.value])
        for verdict in Verdict
        if verdict != Verdict.UNCHECKED and counts.get(verdict.value)
    ]


def verdict_label(verdict: str, roster_import: RosterImport) -> Any:
    if verdict == Verdict.NEW and roster_import.state == State.APPLIED:
        return _("Invited now")
    return Verdict(verdict).label


def _done(roster_import: RosterImport, counts: dict[str, int]) -> dict[str, int]:
    """How far the work has come: rows checked, or invitations written, and of how many."""
    if roster_import.state == State.APPLYING:
        rows = roster_import.rows.aggregate(
            left=Count("pk", filter=Q(verdict=Verdict.NEW, applied_at=None)),
            settled=Count("pk", filter=~Q(applied_at=None)),
        )
        return {"count": rows["settled"], "total": rows["settled"] + rows["left"]}
    return {
        "count": roster_import.total - counts.get(Verdict.UNCHECKED, 0),
        "total": roster_import.total,
    }


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    roster_import = _import_of(request, pk)
    try:
        apply_import(roster_import, by=person_of(request))
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        begin(roster_import.pk)
    return redirect("members:import_detail", roster_import.pk)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    roster_import = _import_of(request, pk)
    try:
        discard_import(roster_import, by=person_of(request))
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
        return redirect("members:import_detail", roster_import.pk)
    messages.success(request, _("The file and the people in it have been discarded."))
    return redirect(f"{reverse('members:import')}?country={roster_import.country_id}")


@require_safe
def bad_rows(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The rows that need correcting, as a file that can be corrected and handed in again."""
    roster_import = _import_of(request, pk)
    name = f"rows-to-correct-{roster_import.pk}"
    return download(name, "csv", title=name, table=lambda: _bad_table(roster_import))


def _bad_table(roster_import: RosterImport) -> Iterator[Row]:
    yield [_("Row"), *(str(heading) for heading in FIELDS.values()), _("Reason")]
    for row in roster_import.rows.filter(verdict__in=BAD).iterator():
        cells = [row.cells.get(field, "") for field in FIELDS]
        reasons = " ".join(sentence(problem) for problem in row.problems)
        yield [str(row.number), *cells, reasons or str(row.get_verdict_display())]


def _import_of(request: HttpRequest, pk: int) -> RosterImport:
    rows = RosterImport.objects.managed_by(request.user)
    found = get_object_or_404(rows.select_related("country", "uploaded_by", "applied_by"), pk=pk)
    require_perm(request.user, "members.manage_roster", found)
    return found
