"""The sections of one's own data that this app, the ledger and the packages below hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import (
    ActivationCode,
    Announcement,
    Block,
    ContactMessage,
    FocalPointAppointment,
    FormerAddress,
    FormerPost,
    Guest,
    Invitation,
    RosterImport,
    RosterRecord,
    Transfer,
    User,
)
from members.personal_data import Coded, columns_of, not_personal, personal_data, personal_files
from notifications.kinds import kind_label
from notifications.models import Delivery, MutedKind

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from members.personal_data import Row

# The columns of a person's own row that are no data about the person: the hash of the password,
# and what the database derives from other columns.
NOT_GIVEN = frozenset({"password", "name_key", "function_key", "organisation_key"})
LISTS = ("topics", "topics_to_learn", "expertise")

WHEN, WHAT = pgettext_lazy("of a record", "When"), _("Kind")
COUNTRY, ADDRESS = _("Country"), _("Email")
FROM, UNTIL, SUBJECT, TEXT = _("From"), _("Until"), _("Subject"), _("Text")


def _own_columns() -> dict[str, Any]:
    columns = {
        field.attname: field.verbose_name
        for field in User._meta.concrete_fields
        if field.name not in NOT_GIVEN
    }
    lists = {field.name: field.verbose_name for field in User._meta.many_to_many}
    return {**columns, **{name: lists[name] for name in LISTS}}


@personal_data(
    "profile",
    _("Account and profile"),
    _own_columns(),
    covers=(
        *(f"members.User_{name}.user" for name in LISTS),
        "members.User.merged_into",
    ),
)
def profile(user: User) -> Iterator[Row]:
    own = [name for name in _own_columns() if name not in LISTS]
    for row in columns_of(User.objects.filter(pk=user.pk), own):
        row["photo"] = str(row["photo"] or "")
        for name in LISTS:
            row[name] = [str(topic) for topic in getattr(user, name).all()]
        yield row


@personal_data(
    "addresses",
    _("Email addresses"),
    {"email": ADDRESS, "verified": _("Confirmed"), "primary": _("In use")},
    covers=("account.EmailAddress.user",),
)
def addresses(user: User) -> Iterable[Row]:
    own = EmailAddress.objects.filter(user=user).order_by("-primary", "email")
    return columns_of(own, ("email", "verified", "primary"))


@personal_data(
    "former_addresses",
    _("Addresses of merged accounts"),
    {"email": ADDRESS, "since": _("Since")},
    covers=("members.FormerAddress.user",),
)
def former_addresses(user: User) -> Iterable[Row]:
    return columns_of(FormerAddress.objects.filter(user=user), ("email", "since"))


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


_MESSAGE = {"sent_at": WHEN, "subject": SUBJECT, "body": TEXT}


@personal_data(
    "messages_sent",
    _("Messages to members"),
    {"to": _("To"), **_MESSAGE},
    covers=("members.ContactMessage.sender",),
)
def messages_sent(user: User) -> Iterable[Row]:
    """Without what the recipients did about them: nobody learns of a report or a block."""
    sent = ContactMessage.objects.filter(sender=user).annotate(to=F("recipient__full_name"))
    return columns_of(sent, ("to", *_MESSAGE))


@personal_data(
    "messages_received",
    _("Messages from members"),
    {"by": pgettext_lazy("sender of a message", "From"), **_MESSAGE, "report_reason": _("Report")},
    covers=("members.ContactMessage.recipient",),
)
def messages_received(user: User) -> Iterable[Row]:
    received = ContactMessage.objects.received_by(user).annotate(by=F("sender__full_name"))
    return columns_of(received, ("by", *_MESSAGE, "report_reason"))


@personal_data(
    "blocks",
    _("People blocked"),
    {"person": _("Person"), "since": _("Since")},
    covers=("members.Block.blocker",),
)
def blocks(user: User) -> Iterable[Row]:
    own = Block.objects.filter(blocker=user).annotate(person=F("blocked__full_name"))
    return columns_of(own, ("person", "since"))


_TRANSFER = {
    "from_country": FROM,
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


@personal_data(
    "mails",
    _("Mails to me"),
    {"kind": WHAT, "subject": SUBJECT, "address": ADDRESS, "created_at": WHEN, "state": _("State")},
    covers=("notifications.Delivery.recipient",),
)
def mails(user: User) -> Iterator[Row]:
    for row in Delivery.objects.filter(recipient=user).order_by("pk"):
        yield {
            "kind": Coded.of(row.kind, row.kind_label),
            "subject": row.subject,
            "address": row.address,
            "created_at": row.created_at,
            "state": Coded.of(row.state, row.get_state_display()),
        }


@personal_data(
    "muted_kinds",
    _("Mails switched off"),
    {"kind": WHAT, "created_at": _("Since")},
    covers=("notifications.MutedKind.user",),
)
def muted_kinds(user: User) -> Iterator[Row]:
    for muted in MutedKind.objects.filter(user=user):
        kind = Coded.of(muted.kind, kind_label(muted.kind))
        yield {"kind": kind, "created_at": muted.created_at}


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


@personal_data(
    "second_steps",
    _("Two-step verification"),
    {"type": WHAT, "created_at": _("Since"), "last_used_at": _("Last used")},
    covers=("mfa.Authenticator.user",),
)
def second_steps(user: User) -> Iterable[Row]:
    return columns_of(
        Authenticator.objects.filter(user=user), ("type", "created_at", "last_used_at")
    )


@personal_data(
    "sessions",
    _("Signed-in devices"),
    {
        "ip": _("IP address"),
        "user_agent": _("Browser"),
        "created_at": FROM,
        "last_seen_at": UNTIL,
    },
    covers=("usersessions.UserSession.user",),
)
def sessions(user: User) -> Iterable[Row]:
    own = UserSession.objects.filter(user=user).order_by("created_at")
    return columns_of(own, ("ip", "user_agent", "created_at", "last_seen_at"))


@personal_files
def photograph(user: User) -> Iterator[tuple[str, FieldFile]]:
    if user.photo:
        yield "photo", user.photo


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
