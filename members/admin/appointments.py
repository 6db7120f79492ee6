"""Focal points: who was appointed for which country, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cop_portal.admin_base import LookedUp, by_language, in_order, staff_of
from cop_portal.admin_columns import change_url, link, list_url, ltr, person_name
from cop_portal.admin_fields import KnownAutocompleteSelect
from cop_portal.forms import DateField
from cop_portal.permissions import require_perm
from members import actions
from members.admin.filters import country_filter
from members.forms import EndForm
from members.letters import LetterField
from members.models import Country, FocalPointAppointment, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

Role = FocalPointAppointment.Role


class AppointForm(forms.Form):
    """Whom to appoint, for which country, as what and from which day on."""

    country = forms.ModelChoiceField(label=gettext_lazy("Country"), queryset=Country.objects.none())
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"),
        queryset=User.objects.none(),
        help_text=gettext_lazy("A member of that country."),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=Role,
        widget=forms.RadioSelect,
        initial=Role.LEAD,
        help_text=gettext_lazy(
            "A new focal point takes over on that day: the present one’s appointment then ends."
        ),
    )
    starts_on = DateField(
        label=gettext_lazy("From"),
        initial=lambda: timezone.now().date(),
        help_text=gettext_lazy("For example 2026-01-31"),
    )

    letter = LetterField(label=gettext_lazy("Nomination letter"), required=False)

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country, person = self.fields["country"], self.fields["person"]
        assert isinstance(country, forms.ModelChoiceField)
        assert isinstance(person, forms.ModelChoiceField)
        in_order(country)
        country.queryset = Country.objects.participating()
        person.queryset = User.objects.members()
        field = FocalPointAppointment._meta.get_field("user")
        person.widget = KnownAutocompleteSelect(field, site)
        person.widget.choices = person.choices


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("current", gettext_lazy("In office today")),
            ("coming", gettext_lazy("Not begun yet")),
            ("ended", gettext_lazy("Ended")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        today = timezone.now().date()
        if self.value() == "current":
            return queryset.held(today)
        if self.value() == "coming":
            return queryset.coming()
        if self.value() == "ended":
            return queryset.filter(ends_on__lte=today)
        return queryset


@admin.register(FocalPointAppointment)
class AppointmentAdmin(LookedUp):
    """Appointments are made and ended, never edited: the history is the record."""

    list_display = ("country", "person", "role", "state", "start", "end")
    list_filter = (StateFilter, "role", country_filter("country"))
    list_select_related = ("country", "user", "appointed_by", "ended_by")
    ordering = ("country__name", "role", "-starts_on")
    search_fields = ("user__email",)
    key_search_fields = ("user__name_key",)
    folded_search_fields = ("country__name",)
    date_hierarchy = "starts_on"
    readonly_fields = (
        "country",
        "person",
        "role",
        "state",
        "start",
        "end",
        "made",
        "unmade",
        "paper",
    )
    fields = (
        "country",
        ("person", "role"),
        ("state", "start", "end"),
        ("made", "unmade"),
        "paper",
    )
    change_list_template = "admin/members/appointments.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.appoint_focal_point")

    def get_ordering(self, request: HttpRequest) -> Any:
        return [f"country__{by_language(Country, 'name')}", "role", "-starts_on"]

    def get_urls(self) -> list[Any]:
        page = path(
            "<path:object_id>/end/",
            self.page(self.end_one, perm="members.appoint_focal_point"),
            name="members_focalpointappointment_end",
        )
        return [page, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "vacant": Country.objects.vacant().in_order()}
        return super().changelist_view(request, context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Appoint someone; what the action refuses stands in the form, as a sentence."""
        require_perm(request.user, "members.appoint_focal_point")
        initial = {"country": request.GET.get("country")}
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = AppointForm(*posted, initial=initial, site=self.admin_site)
        if request.method == "POST" and form.is_valid():
            found = form.cleaned_data
            try:
                made = actions.appoint(
                    found["country"],
                    found["person"],
                    role=Role(found["role"]),
                    starts_on=found["starts_on"],
                    by=staff_of(request),
                    letter=found["letter"],
                )
            except actions.Refused as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                self.log_addition(request, made, [{"added": {}}])
                self.message_user(request, _("Appointed, and told by email."), messages.SUCCESS)
                return HttpResponseRedirect(list_url(FocalPointAppointment))
        return self.ask(
            request,
            title=_("Appoint a focal point"),
            question=_("The person is told by email."),
            submit=_("Appoint"),
            form=form,
            is_destructive=False,
        )

    def end_one(self, request: HttpRequest, appointment: FocalPointAppointment) -> HttpResponse:
        posted = request.POST if request.method == "POST" else None
        form = EndForm(posted, appointment=appointment)
        if request.method == "POST" and form.is_valid():
            try:
                actions.end_appointment(
                    appointment, on=form.cleaned_data.get("on"), by=staff_of(request)
                )
            except actions.Refused as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                self.log_change(request, appointment, [{"changed": {"fields": ["until"]}}])
                self.message_user(request, _("The appointment was ended."), messages.SUCCESS)
                return HttpResponseRedirect(change_url(appointment))
        return self.ask(
            request,
            title=_("End an appointment"),
            question=_(
                "The person is told by email; the country then has no such focal point. An "
                "appointment that has not begun is withdrawn."
            ),
            submit=_("End the appointment"),
            form=form,
            objects=[str(appointment)],
            obj=appointment,
        )

    @admin.display(description=gettext_lazy("person"), ordering="user__name_key")
    def person(self, obj: FocalPointAppointment) -> SafeString | str:
        return person_name(obj.user)

    @admin.display(description=gettext_lazy("state"))
    def state(self, obj: FocalPointAppointment) -> SafeString | str:
        if obj.was_withdrawn:
            return pgettext("of an appointment", "Withdrawn")
        if not obj.has_begun():
            return _("Not begun yet")
        if obj.has_ended():
            return _("Ended")
        if obj.user.entry != User.Entry.OPEN or not obj.user.is_member:
            return format_html('<strong class="waits">{}</strong>', _("The account is not open"))
        return format_html('<strong class="holds">✓ {}</strong>', _("In office today"))

    @admin.display(description=gettext_lazy("from"), ordering="starts_on")
    def start(self, obj: FocalPointAppointment) -> SafeString | str:
        return ltr(obj.starts_on.isoformat())

    @admin.display(description=gettext_lazy("until"), ordering="ends_on")
    def end(self, obj: FocalPointAppointment) -> SafeString | str:
        return ltr(obj.ends_on.isoformat()) if obj.ends_on else ""

    @admin.display(description=gettext_lazy("appointed by"))
    def made(self, obj: FocalPointAppointment) -> SafeString | str:
        return person_name(obj.appointed_by) if obj.appointed_by else ""

    @admin.display(description=gettext_lazy("ended by"))
    def unmade(self, obj: FocalPointAppointment) -> SafeString | str:
        return person_name(obj.ended_by) if obj.ended_by else ""

    @admin.display(description=gettext_lazy("nomination letter"))
    def paper(self, obj: FocalPointAppointment) -> SafeString | str:
        return link(reverse("members:letter", args=[obj.pk]), _("Download")) if obj.letter else ""
