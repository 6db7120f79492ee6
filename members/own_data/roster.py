"""What the rosters say of a person, and what the person did in office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.contrib.admin.models import LogEntry
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import (
    ActivationCode,
    Announcement,
    FocalPointAppointment,
    FormerPost,
    Guest,
    Invitation,
    RosterImport,
    RosterRecord,
    Transfer,
    User,
)
from members.own_data.labels import ADDRESS, COUNTRY, FROM, SUBJECT, TEXT, UNTIL, WHAT, WHEN
from members.personal_data import Coded, columns_of, not_personal, personal_data, personal_files

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from members.personal_data import Row


_POST = {
    "organisation": _("Organisation"),
    "function": _("Job title"),
    "function_latin": _("Job title in Latin letters"),
    "started_on": FROM,
    "ended_on": UNTIL,
}


@personal_data("former_posts", _("Former posts"), _POST, covers=("members.FormerPost.user",))
def former_posts(user: User) -> Iterator[Row]:
    for post in FormerPost.objects.filter(user=user).select_related("organisation"):
        others = {name: getattr(post, name) for name in _POST if name != "organisation"}
        yield {"organisation": post.organisation_name, **others}


@personal_data(
    "appointments",
    _("Appointments as focal point"),
    {"country": COUNTRY, "role": _("Role"), "starts_on": FROM, "ends_on": UNTIL},
    covers=("members.FocalPointAppointment.user",),
)
def appointments(user: User) -> Iterable[Row]:
    own = FocalPointAppointment.objects.filter(user=user).order_by("starts_on")
    return columns_of(own, ("country", "role", "starts_on", "ends_on"))


_TRANSFER = {
    "from_country": pgettext_lazy("country", "From"),
    "to_country": pgettext_lazy("country", "To"),
    "note": _("Note"),
    "proposed_at": WHEN,
    "state": _("State"),
    "decided_at": _("Decided"),
    "reason": _("Reason given"),
}


@personal_data(
    "transfers", _("Transfers to another country"), _TRANSFER, covers=("members.Transfer.person",)
)
def transfers(user: User) -> Iterator[Row]:
    yield from columns_of(Transfer.objects.filter(person=user), _TRANSFER)


_INVITATION = {
    "email": ADDRESS,
    "full_name": _("Full name"),
    "country": COUNTRY,
    "invited_at": WHEN,
    "accepted_at": _("Accepted on"),
}


@personal_data(
    "invitations",
    _("Invitations accepted"),
    _INVITATION,
    covers=("members.Invitation.accepted_by",),
)
def invitations(user: User) -> Iterator[Row]:
    yield from columns_of(Invitation.objects.filter(accepted_by=user), _INVITATION)


@personal_data(
    "activation_codes",
    _("Activation codes"),
    {"issued_at": WHEN, "used_at": _("Used")},
    covers=("members.ActivationCode.user",),
)
def activation_codes(user: User) -> Iterable[Row]:
    return columns_of(ActivationCode.objects.filter(user=user), ("issued_at", "used_at"))


_GUEST = {
    "full_name": _("Full name"),
    "full_name_latin": _("Name in Latin letters"),
    "function": _("Job title"),
    "organisation_text": _("Organisation"),
    "email": ADDRESS,
    "claimed_at": WHEN,
}


@personal_data("guest_names", _("Named as a guest"), _GUEST, covers=("members.Guest.claimed_by",))
def guest_names(user: User) -> Iterator[Row]:
    yield from columns_of(Guest.objects.filter(claimed_by=user), _GUEST)


_ANNOUNCEMENT = {
    "country": COUNTRY,
    "subjects": SUBJECT,
    "bodies": TEXT,
    "state": _("State"),
    "sent_at": WHEN,
}


@personal_data(
    "announcements",
    _("Announcements written"),
    _ANNOUNCEMENT,
    covers=("members.Announcement.author",),
)
def announcements(user: User) -> Iterator[Row]:
    yield from columns_of(Announcement.objects.filter(author=user), _ANNOUNCEMENT)


_IMPORT = {"file_name": _("File"), "country": COUNTRY, "uploaded_at": WHEN, "total": _("Rows")}


@personal_data(
    "imports", _("Spreadsheets imported"), _IMPORT, covers=("members.RosterImport.uploaded_by",)
)
def imports(user: User) -> Iterator[Row]:
    yield from columns_of(RosterImport.objects.filter(uploaded_by=user), _IMPORT)


_RECORD = {"at": WHEN, "action": WHAT, "country": COUNTRY, "detail": _("Details")}


@personal_data(
    "actions",
    _("Audit trail: what I did and what was done for me"),
    {**_RECORD, "mine": _("Done by me")},
    covers=("members.RosterRecord.person", "members.RosterRecord.actor"),
)
def actions(user: User) -> Iterator[Row]:
    """What was done for the person is given with its details; of what the person did for others,
    these are the others'."""
    own = {user.pk, *user.merged_accounts.values_list("pk", flat=True)}
    records = RosterRecord.objects.filter(Q(person__in=own) | Q(actor__in=own)).order_by("at", "pk")
    for record in records.select_related("country"):
        yield {
            "at": record.at,
            "action": Coded.of(record.action, record.get_action_display()),
            "country": Coded.of(record.country_id, record.country) if record.country else None,
            "detail": record.detail if record.person_id in own else {},
            "mine": record.actor_id in own,
        }


@personal_data(
    "desk",
    _("Changes at the desk"),
    {"action_time": WHEN, "what": WHAT},
    covers=("admin.LogEntry.user",),
)
def desk(user: User) -> Iterator[Row]:
    for entry in LogEntry.objects.filter(user=user).select_related("content_type"):
        yield {"action_time": entry.action_time, "what": f"{entry.content_type}: {entry}"}


@personal_files
def letters(user: User) -> Iterator[tuple[str, FieldFile]]:
    for appointment in FocalPointAppointment.objects.filter(user=user).exclude(letter=""):
        yield f"letters/{appointment.country_id}-{appointment.starts_on}", appointment.letter


not_personal(
    "What a person did in office is on the audit trail, which is given whole; the rows are about "
    "other people.",
    "members.FocalPointAppointment.appointed_by",
    "members.FocalPointAppointment.ended_by",
    "members.ContactMessage.handled_by",
    "members.Invitation.invited_by",
    "members.ActivationCode.issued_by",
    "members.RosterImport.applied_by",
    "members.Transfer.proposed_by",
    "members.Transfer.decided_by",
    "members.User.decided_by",
)
not_personal("A person who is blocked is not told.", "members.Block.blocked")
not_personal(
    "Nobody holds rights by these tables: `members.backends` grants nothing.",
    "members.User_groups.user",
    "members.User_user_permissions.user",
)
