"""Asking people to join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.audit import record, record_details
from members.importing.rows import sentence
from members.importing.verdicts import Judgement, Verdict, judge_one
from members.models import (
    ActivationCode,
    Country,
    Invitation,
    RosterRecord,
    User,
)
from members.models.invitations import (
    SEND_PAUSE,
    SEND_TIMES,
    invitation_end,
)
from notifications.actions import tell_addresses

# What of an invited person is kept, as forms and spreadsheets name it.
DETAILS = ("full_name", "full_name_latin", "function", "organisation_text", "language")

ALREADY = {
    Verdict.MEMBER: _("This person is a member of the country already."),
    Verdict.WAITING: _("This person has asked to join: the request waits for approval."),
    Verdict.INVITED: _("This address has been invited already."),
    Verdict.CLOSED: _("This address belongs to a closed account."),
    Verdict.OTHER_COUNTRY: _("This address cannot be invited."),
}


class NotInvited(Refused):
    """The address is not new to the country; `judgement` says what it is instead."""

    def __init__(self, judgement: Judgement) -> None:
        self.judgement = judgement
        remark = f" {sentence(judgement.remark)}" if judgement.remark else ""
        super().__init__(f"{ALREADY[judgement.verdict]}{remark}")


# Inviting ------------------------------------------------------------------------------------


@transaction.atomic
def invite(country: Country, person: Mapping[str, str], *, by: User) -> None:
    """Invite one person: `email`, and what of `DETAILS` is known. Sends the mail.

    Raises `NotInvited` for an address that is not new to the country, also when somebody else
    invites it at the same moment.
    """
    judgement = judge_one(country.pk, person["email"])
    if judgement.verdict == Verdict.NEW:
        if invite_all(country.pk, [(person, judgement)], by=by):
            return
        judgement = judge_one(country.pk, person["email"])
    raise NotInvited(judgement)


@transaction.atomic
def invite_all(
    country_id: str, people: Iterable[tuple[Mapping[str, str], Judgement]], *, by: User
) -> set[str]:
    """Invite people whose addresses were judged new; return the addresses that were invited.

    Others were invited by somebody else meanwhile and are left alone: the database lets one
    invitation be open for each address. Their order is that of the addresses, so that two who
    invite the same people wait for each other and never lock each other out. A number of
    statements that does not grow with the people.
    """
    ordered = sorted(people, key=lambda pair: pair[0]["email"])
    now = timezone.now()
    earlier = {judged.invitation.pk: person for person, judged in ordered if judged.invitation}
    renewed = _renew(country_id, earlier, by=by, now=now) if earlier else []
    created = _create(
        country_id, [person for person, judged in ordered if not _renews(judged, country_id)],
        by=by, now=now,
    )  # fmt: skip
    _send([*renewed, *created], by=by)
    return {invitation.email for invitation in (*renewed, *created)}


def _renews(judgement: Judgement, country_id: str) -> bool:
    return judgement.invitation is not None and judgement.invitation.country_id == country_id


def _renew(
    country_id: str, earlier: Mapping[int, Mapping[str, str]], *, by: User, now: datetime
) -> list[Invitation]:
    """Open expired invitations again; those of another country give way to the new one."""
    locked = list(
        Invitation.objects.expired().filter(pk__in=earlier).select_for_update().order_by("pk")
    )
    own = [invitation for invitation in locked if invitation.country_id == country_id]
    for invitation in own:
        _fill(invitation, earlier[invitation.pk])
        _count_sending(invitation, now)
        invitation.invited_by = by
    columns = (*DETAILS, "sent_count", "last_sent_at", "expires_at", "invited_by")
    Invitation.objects.bulk_update(own, columns)
    for invitation in locked:
        if invitation.country_id != country_id:
            _withdraw(invitation, by=None, reason="expired")
    return own


def _create(
    country_id: str, people: list[Mapping[str, str]], *, by: User, now: datetime
) -> list[Invitation]:
    if not people:
        return []
    new = []
    for person in people:
        invitation = Invitation(
            email=person["email"],
            country_id=country_id,
            invited_by=by,
            invited_at=now,
            last_sent_at=now,
        )
        _fill(invitation, person)
        new.append(invitation)
    Invitation.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    # Rows that met an open invitation were left out; which they were, the database did not say.
    ours = Invitation.objects.open().filter(country=country_id, invited_by=by, invited_at=now)
    return list(ours.to_any_of(invitation.email for invitation in new).order_by("pk"))


def _fill(invitation: Invitation, person: Mapping[str, str]) -> None:
    for field in DETAILS:
        if value := person.get(field):
            setattr(invitation, field, value)
    invitation.clean_names()


def _count_sending(invitation: Invitation, now: datetime) -> None:
    invitation.sent_count += 1
    invitation.last_sent_at = now
    invitation.expires_at = invitation_end()


def _send(invitations: list[Invitation], *, by: User) -> None:
    """Write the mails, and the audit trail: by numbers, for it outlives the addresses of people
    who never joined."""
    tell_addresses(
        "members.invited",
        [
            (row.email, row.language, f"{row.pk}:{row.sent_count}", {"invitation": row.pk})
            for row in invitations
        ],
    )
    for country_id in {row.country_id for row in invitations}:
        record_details(
            RosterRecord.Action.INVITED,
            [
                {"invitation": row.pk, "times": row.sent_count}
                for row in invitations
                if row.country_id == country_id
            ],
            by=by,
            country_id=country_id,
        )


@transaction.atomic
def send_again(invitation: Invitation, *, by: User) -> Invitation:
    """Send an open invitation once more and let it run anew. Locks the row; refuses one that is
    no longer open, that rests since less than a day, or was sent as often as it can be."""
    row = locked(invitation)
    standing = row.standing()
    if standing not in (Invitation.Standing.OPEN, Invitation.Standing.EXPIRED):
        raise Refused(standing.label)
    if row.sent_count >= SEND_TIMES:
        raise Refused(_("This invitation has been sent five times, as often as it can be."))
    if row.last_sent_at > timezone.now() - SEND_PAUSE:
        raise Refused(_("This invitation was sent less than a day ago."))
    _count_sending(row, timezone.now())
    row.save(update_fields=["sent_count", "last_sent_at", "expires_at"])
    _send([row], by=by)
    return row


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Take an invitation back; its link and its codes open nothing any more. Locks the row;
    refuses one that was accepted or withdrawn before."""
    row = locked(invitation)
    if row.state == Invitation.State.ACCEPTED:
        raise Refused(_("This invitation has been accepted already."))
    if row.state == Invitation.State.WITHDRAWN:
        raise Refused(_("This invitation has been withdrawn already."))
    _withdraw(row, by=by)
    return row


def _withdraw(row: Invitation, *, by: User | None, reason: str = "asked") -> None:
    now = timezone.now()
    codes = ActivationCode.objects.filter(invitation=row, used_at=None, expires_at__gt=now)
    codes.update(expires_at=now)
    row.state = Invitation.State.WITHDRAWN
    row.save(update_fields=["state"])
    record(
        RosterRecord.Action.INVITATION_WITHDRAWN,
        by=by,
        country_id=row.country_id,
        invitation=row.pk,
        reason=reason,
    )


def locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("invited_by")
    return rows.get(pk=invitation.pk)
