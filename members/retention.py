"""How long this app, the ledger and the packages below keep what; see `cop_portal.retention`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.retention import Period, retention_rule
from members.actions.privacy import erase
from members.erasing import forget_letters
from members.models import (
    ActivationCode,
    CodeAttempt,
    ContactMessage,
    FocalPointAppointment,
    Invitation,
    RosterImport,
    RosterRecord,
    User,
)
from notifications.models import Delivery

DELETED = _("Deleted")
ERASED = _("Everything personal is erased; the country and the dates stay, to be counted")
SESSION_LIFE = timedelta(seconds=settings.SESSION_COOKIE_AGE)


def delete(rows: QuerySet[Any]) -> int:
    """Delete rows with what belongs to them; return how many of the rows themselves."""
    _total, of_each = rows.delete()
    return int(of_each.get(rows.model._meta.label, 0))


def erase_people(rows: QuerySet[User]) -> int:
    return sum(erase(person, by=None) for person in rows)


def _ordinary() -> QuerySet[User]:
    """People without a role that keeps their account open whatever their membership is."""
    return User.objects.filter(
        is_coordinator=False,
        is_superuser=False,
        is_sponsor=False,
        merged_into=None,
        erased_at=None,
    )


def _unconfirmed(before: datetime) -> QuerySet[User]:
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    waiting = _ordinary().filter(membership=User.Membership.APPLICANT, date_joined__lt=before)
    return waiting.filter(~Exists(confirmed))


def _just_marked() -> QuerySet[RosterRecord]:
    """Whoever keeps a roster names the day: one that lies far back, by mistake or in bad faith,
    must leave time for bringing the person back."""
    return RosterRecord.objects.filter(
        person=OuterRef("pk"),
        action=RosterRecord.Action.MARKED_LEFT,
        at__gt=timezone.now() - timedelta(days=90),
    )


@retention_rule(
    "unconfirmed_sign_ups",
    _("Sign-ups whose email address was never confirmed"),
    Period(days=30),
    since=_("the sign-up"),
    then=DELETED,
    due=_unconfirmed,
)
def delete_unconfirmed(rows: QuerySet[User]) -> int:
    """Delete the accounts; one that something else speaks of is emptied instead."""
    dealt_with = 0
    for person in rows:
        try:
            with transaction.atomic():
                person.delete()
        except ProtectedError:
            erase(person, by=None)
        dealt_with += 1
    return dealt_with


retention_rule(
    "declined_requests",
    _("Requests to join that were not approved"),
    Period(months=6),
    since=_("the decision"),
    then=ERASED,
    due=lambda before: _ordinary().filter(
        membership=User.Membership.DECLINED, decided_at__lt=before
    ),
)(erase_people)

retention_rule(
    "former_members",
    _("Accounts of people who were marked as left"),
    Period(months=24),
    since=_("the day of leaving, but at least 90 days after it was noted"),
    then=ERASED,
    due=lambda before: (
        _ordinary()
        .filter(membership=User.Membership.LEFT, left_on__lt=before.date())
        .exclude(Exists(_just_marked()))
    ),
)(erase_people)

retention_rule(
    "invitations",
    _("Invitations, whatever became of them"),
    Period(years=1),
    since=_("the last day on which they could be accepted"),
    then=DELETED,
    due=lambda before: Invitation.objects.filter(expires_at__lt=before),
)(delete)

retention_rule(
    "activation_codes",
    _("Activation codes"),
    Period(days=90),
    since=_("the end of their validity"),
    then=DELETED,
    due=lambda before: ActivationCode.objects.filter(expires_at__lt=before),
)(delete)

retention_rule(
    "code_attempts",
    _("Failed tries at activation codes"),
    Period(days=1),
    since=_("the try"),
    then=DELETED,
    due=lambda before: CodeAttempt.objects.filter(at__lt=before),
)(delete)

retention_rule(
    "imports",
    _("Rows of imported spreadsheets"),
    Period(days=90),
    since=_("the import"),
    then=DELETED,
    due=lambda before: RosterImport.objects.filter(moved_at__lt=before).exclude(
        state=RosterImport.State.APPLYING
    ),
)(delete)

retention_rule(
    "messages",
    _("Messages between members, unless a report about them is open"),
    Period(days=90),
    since=_("the message"),
    then=DELETED,
    due=lambda before: ContactMessage.objects.filter(sent_at__lt=before).exclude(
        report_state=ContactMessage.ReportState.OPEN
    ),
)(delete)

UNSENT = (Delivery.State.QUEUED, Delivery.State.SENDING)

retention_rule(
    "mails_without_account",
    _("The record of mails to addresses without an account"),
    Period(days=30),
    since=_("the mail"),
    then=DELETED,
    due=lambda before: Delivery.objects.filter(recipient=None, created_at__lt=before).exclude(
        state__in=UNSENT
    ),
)(delete)

retention_rule(
    "mails",
    _("The record of mails to members: what was sent when, without the text"),
    Period(months=12),
    since=_("the mail"),
    then=DELETED,
    due=lambda before: Delivery.objects.filter(created_at__lt=before).exclude(state__in=UNSENT),
)(delete)


@retention_rule(
    "nomination_letters",
    _("Nomination letters of focal points"),
    Period(years=2),
    since=_("the end of the appointment"),
    then=_("The letter is deleted; the appointment stays on record"),
    due=lambda before: FocalPointAppointment.objects.filter(ends_on__lt=before.date()).exclude(
        letter=""
    ),
)
def delete_letters(rows: QuerySet[FocalPointAppointment]) -> int:
    return forget_letters(list(rows))


retention_rule(
    "sessions",
    _("Sign-ins on a device"),
    Period(days=SESSION_LIFE.days),
    since=_("the sign-in, or earlier when signed out"),
    then=DELETED,
    due=lambda before: Session.objects.filter(expire_date__lt=before + SESSION_LIFE),
)(delete)


def _gone_devices(before: datetime) -> QuerySet[UserSession]:
    session = Session.objects.filter(session_key=OuterRef("session_key"))
    return UserSession.objects.filter(~Exists(session), last_seen_at__lt=before)


retention_rule(
    "devices",
    _("Address and browser of signed-in devices"),
    Period(days=1),
    since=_("the end of the sign-in"),
    then=DELETED,
    due=_gone_devices,
)(delete)

retention_rule(
    "desk_history",
    _("Changes that the secretariat made at its desk"),
    Period(years=5),
    since=_("the change"),
    then=DELETED,
    due=lambda before: LogEntry.objects.filter(action_time__lt=before),
)(delete)

# The database lets nothing younger go: a day more, whatever its clock says.
retention_rule(
    "audit_trail",
    _("The audit trail of the rosters"),
    Period(years=5),
    since=_("the action"),
    then=DELETED,
    due=lambda before: RosterRecord.objects.filter(at__lt=before - timedelta(days=1)),
)(delete)
