"""The mails of this app: one composing function for each, and one for all of allauth's."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings as account_settings
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.models import Site
from cop_portal.names import name_of
from cop_portal.text import isolated
from members.models import FocalPointAppointment, User
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from notifications.models import Delivery

# Mails about the account ---------------------------------------------------------------------

# Every mail of allauth that this portal can send, by template: what its reader knows it as.
# All of them hold codes or addresses, so the ledger forgets their content once they are sent.
ACCOUNT_MAILS: dict[str, _StrPromise] = {
    "email_confirmation_signup": _("Code that confirms an email address"),
    "email_confirmation": _("Code that confirms a new email address"),
    "account_already_exists": _("Sign-up with an address that has an account"),
    "unknown_account": _("Sign-in with an address that has no account"),
    "login_code": _("Sign-in code"),
    "password_reset_code": _("Code for a new password"),
    "password_reset": _("Password reset"),
    "password_changed": _("Password changed"),
    "password_set": _("Password set"),
    "email_changed": _("Email address changed"),
    "email_deleted": _("Email address removed"),
    "totp_activated": _("Authenticator app switched on"),
    "totp_deactivated": _("Authenticator app switched off"),
    "webauthn_added": _("Passkey added"),
    "webauthn_removed": _("Passkey removed"),
    "recovery_codes_generated": _("New recovery codes"),
}
OTHER_ACCOUNT_MAIL = "account.other"

# How long the code in a mail can be used; later than that the mail would only mislead.
CODE_LIFETIMES = {
    "account.email_confirmation_signup": account_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "account.email_confirmation": account_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "account.login_code": account_settings.LOGIN_BY_CODE_TIMEOUT,
    "account.password_reset_code": account_settings.PASSWORD_RESET_BY_CODE_TIMEOUT,
}


def account_kind(template_prefix: str) -> str:
    """The kind of mail for one of allauth's template prefixes; a prefix nobody foresaw gets the
    kind that sends allauth's own text."""
    name = template_prefix.rpartition("/")[2]
    return f"account.{name}" if name in ACCOUNT_MAILS else OTHER_ACCOUNT_MAIL


def account_mail(delivery: Delivery) -> Message:
    lifetime = CODE_LIFETIMES.get(delivery.kind)
    if lifetime and timezone.now() - delivery.created_at > timedelta(seconds=lifetime):
        raise NotNeeded("the code is no longer valid")
    context = _account_context(delivery)
    context["minutes"] = (lifetime or 0) // 60
    return Message(delivery.kind.replace(".", "/"), context)


def other_account_mail(delivery: Delivery) -> Message:
    """allauth's own wording inside our frame, so that no mail is lost for want of a template."""
    site = Site.objects.first() or Site()
    context = {
        **_account_context(delivery),
        "current_site": SimpleNamespace(name=site.name, domain=settings.SITE_DOMAIN),
    }
    prefix = delivery.context["template_prefix"]
    parts = {
        "title": " ".join(render_to_string(f"{prefix}_subject.txt", context).split()),
        "text": render_to_string(f"{prefix}_message.txt", context).strip(),
    }
    return Message("account/other", parts)


def _account_context(delivery: Delivery) -> dict[str, Any]:
    context = dict(delivery.context)
    context["user"] = delivery.recipient
    if stamp := context.get("timestamp"):
        context["timestamp"] = datetime.fromisoformat(stamp)
    return context


for _name, _label in ACCOUNT_MAILS.items():
    mail_kind(f"account.{_name}", _label, secret=True, priority=1)(account_mail)
mail_kind(OTHER_ACCOUNT_MAIL, _("Account and sign-in"), secret=True, priority=1)(other_account_mail)

# Joining -------------------------------------------------------------------------------------


@mail_kind("members.received", _("Request to join received"), priority=2)
def received(delivery: Delivery) -> Message:
    """To the applicant: the request arrived, and who decides it. Context: `applicant`."""
    applicant = _applicant(delivery)
    if not applicant.is_applicant:
        raise NotNeeded("decided already")
    lead = applicant.focal_point()
    context = {
        "applicant": applicant,
        "lead": lead,
        "name": isolated(name_of(lead)) if lead else "",
    }
    return Message("members/received", context)


@mail_kind("members.waiting", _("Request to join waiting for a decision"), priority=4)
def waiting(delivery: Delivery) -> Message:
    """To those who decide: someone asks to join. Context: `applicant`."""
    applicant = _applicant(delivery)
    if applicant.decision() != User.Decision.OPEN:
        raise NotNeeded("decided already")
    if not User.objects.managed_by(delivery.recipient).filter(pk=applicant.pk).exists():
        raise NotNeeded("no longer for this person to decide")
    context = {"applicant": applicant, "name": isolated(name_of(applicant))}
    return Message("members/waiting", context)


@mail_kind("members.approved", _("Request to join approved"), priority=2)
def approved(delivery: Delivery) -> Message:
    """To the new member. Context: `applicant`."""
    member = _applicant(delivery)
    if not member.is_member:
        raise NotNeeded("no longer a member")
    return Message("members/approved", {"name": isolated(name_of(member))})


@mail_kind("members.declined", _("Request to join rejected"), priority=2)
def declined(delivery: Delivery) -> Message:
    """To the applicant, with the reason. Context: `applicant`."""
    applicant = _applicant(delivery)
    if applicant.membership != User.Membership.DECLINED:
        raise NotNeeded("the decision was changed")
    return Message("members/declined", {"applicant": applicant})


def _applicant(delivery: Delivery) -> User:
    people = User.objects.select_related("country", "organisation")
    person = people.filter(pk=delivery.context["applicant"]).first()
    if person is None:
        raise NotNeeded("the account is gone")
    return person


# Focal points --------------------------------------------------------------------------------


@mail_kind("members.appointed", _("Appointment as focal point"))
def appointed(delivery: Delivery) -> Message:
    """To the person appointed. Context: `appointment`."""
    appointment = _appointment(delivery)
    if appointment.ends_on and appointment.ends_on <= timezone.now().date():
        raise NotNeeded("the appointment has ended")
    waiting_now = User.objects.applicants().filter(country=appointment.country_id).count()
    context = {"appointment": appointment, "waiting": waiting_now}
    return Message("members/appointed", context)


@mail_kind("members.appointment_ended", _("End of the appointment as focal point"))
def appointment_ended(delivery: Delivery) -> Message:
    """To the person whose appointment ends. Context: `appointment`."""
    appointment = _appointment(delivery)
    if not appointment.ends_on:
        raise NotNeeded("the end was taken back")
    return Message("members/appointment_ended", {"appointment": appointment})


def _appointment(delivery: Delivery) -> FocalPointAppointment:
    rows = FocalPointAppointment.objects.select_related("country", "user")
    appointment = rows.filter(pk=delivery.context["appointment"]).first()
    if appointment is None:
        raise NotNeeded("the appointment is gone")
    return appointment
