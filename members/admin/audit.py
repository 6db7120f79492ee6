"""The audit trail of the rosters: searched, exported, and never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from cop_portal.admin_base import LookedUp, staff_of
from cop_portal.forms import DateField
from cop_portal.names import name_of
from cop_portal.paging import KeysetPage
from cop_portal.permissions import denial, require_perm
from cop_portal.spreadsheets import Row, download
from cop_portal.text import fold
from members.audit import describe, record
from members.forms.fields import LineField
from members.models import Country, RosterRecord, User

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PERM = "members.read_audit"
PAGE = 50
# Whoever matches a search: more people than this are no search.
MOST_PEOPLE = 200
BOX = {"dir": "ltr", "size": 10, "class": "short-box"}


class AuditForm(forms.Form):
    """What of the trail to show."""

    q = LineField(label=gettext_lazy("Name or email"), required=False, max_length=150)
    action = forms.ChoiceField(label=pgettext_lazy("of a record", "Action"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    since = DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs=BOX))
    until = DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs=BOX)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [(country.iso, str(country)) for country in Country.objects.all().in_order()]
        self.countries = dict(countries)
        actions = sorted(RosterRecord.Action.choices, key=lambda choice: str(choice[1]))
        for name, choices in (("action", actions), ("country", countries)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", gettext_lazy("All")), *choices]

    def narrow(self, records: QuerySet[RosterRecord]) -> QuerySet[RosterRecord]:
        """The records asked for; what cannot be understood narrows nothing."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("action"):
            records = records.filter(action=asked["action"])
        if asked.get("country"):
            records = records.filter(country=asked["country"])
        if asked.get("since"):
            records = records.filter(at__gte=_start(asked["since"]))
        if asked.get("until"):
            records = records.filter(at__lt=_start(asked["until"] + timedelta(days=1)))
        if asked.get("q"):
            people = people_called(asked["q"])
            records = records.filter(Q(person__in=people) | Q(actor__in=people))
        return records


def _start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def people_called(text: str) -> list[int]:
    """The accounts that go by a name or an address, and those merged with any of them."""
    words = Q(email__icontains=text) | Q(emailaddress__email__icontains=text)
    if fold(text):
        words |= Q(pk__in=User.objects.search(text).values("pk"))
    found = set(User.objects.filter(words).values_list("pk", flat=True)[:MOST_PEOPLE])
    kept = User.objects.filter(merged_accounts__in=found).values_list("pk", flat=True)
    merged = User.objects.filter(merged_into__in=[*found, *kept]).values_list("pk", flat=True)
    return sorted({*found, *kept, *merged})


@admin.register(RosterRecord)
class RosterRecordAdmin(LookedUp):
    """Read by those who have the permission, changed by nobody: the database refuses as well."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERM)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERM)

    def get_urls(self) -> list[Any]:
        """The list and its export; there is no page of one entry that could offer a change."""
        return [
            path(
                "",
                self.admin_site.admin_view(self.changelist_view),
                name="members_rosterrecord_changelist",
            ),
            path(
                "export/",
                self.admin_site.admin_view(self.export),
                name="members_rosterrecord_export",
            ),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The newest first, page by page by key: nothing is counted, however long the trail."""
        require_perm(request.user, PERM)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied(denial(PERM))
        form = AuditForm(request.GET)
        records = form.narrow(_readable())
        page = KeysetPage(records, request.GET, order=("at", "pk"), size=PAGE, descending=True)
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "form": form,
            "page": page,
            "records": [(entry, describe(entry, form.countries)) for entry in page],
            "query": request.GET.urlencode(),
        }
        return TemplateResponse(request, "admin/members/audit.html", context)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The records asked for as CSV, itself noted on the trail."""
        require_perm(request.user, PERM)
        if request.method != "POST":
            raise Http404
        form = AuditForm(request.GET)
        records = form.narrow(_readable()).order_by("-at", "-pk")
        record(RosterRecord.Action.EXPORTED, by=staff_of(request), what="audit_trail")
        name = f"audit-{timezone.localdate().isoformat()}"
        table = lambda: rows(records, form.countries)  # noqa: E731  read while the file is being written
        return download(name, "csv", title=_("Audit trail"), table=table)

    def change_view(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Http404

    add_view = delete_view = history_view = change_view


def _readable() -> QuerySet[RosterRecord]:
    return RosterRecord.objects.select_related(
        "actor__merged_into", "person__merged_into", "country"
    )


def rows(records: QuerySet[RosterRecord], countries: Mapping[str, str]) -> Iterator[Row]:
    """The trail as a table for people, moments in UTC."""
    action = pgettext("of a record", "Action")
    yield [_("When (UTC)"), action, _("By whom"), _("For whom"), _("Country"), _("Details")]
    between = pgettext("between details", "; ")
    for entry in records.iterator(chunk_size=1000):
        details = between.join(f"{label}: {value}" for label, value in describe(entry, countries))
        yield [
            entry.at.strftime("%Y-%m-%d %H:%M:%S"),
            entry.get_action_display(),
            name_of(entry.actor) if entry.actor else _("The portal"),
            name_of(entry.person) if entry.person else "",
            str(entry.country or ""),
            details,
        ]
