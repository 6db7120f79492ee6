"""What a person is to a country, asked for many addresses at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from allauth.account.models import EmailAddress

from members.models import Invitation, RosterImportRow, User
from members.models.invitations import SEND_TIMES

Verdict = RosterImportRow.Verdict


class Judgement(NamedTuple):
    """What is known of an address: the account or the open invitation that decided it, and a
    remark for the reader (a code of `importing.rows`)."""

    verdict: Verdict
    remark: str = ""
    account: User | None = None
    invitation: Invitation | None = None


def judge(country_id: str, addresses: Iterable[str]) -> dict[str, Judgement]:
    """Say of each address, in small letters, what inviting it to a country would mean.

    Four queries, however many addresses. Of another country no more is told than that it is one.
    """
    wanted = list(dict.fromkeys(address.lower() for address in addresses))
    accounts = User.objects.known_as(wanted)
    confirmed = _confirmed(accounts.values())
    invitations = {
        invitation.email.lower(): invitation
        for invitation in Invitation.objects.open().to_any_of(wanted)
    }
    return {
        address: _of_account(country_id, account, account.pk in confirmed)
        if (account := accounts.get(address))
        else _of_invitation(country_id, invitations.get(address))
        for address in wanted
    }


def judge_one(country_id: str, address: str) -> Judgement:
    return judge(country_id, [address])[address.lower()]


def _confirmed(accounts: Iterable[User]) -> set[int]:
    applicants = [account.pk for account in accounts if account.is_applicant]
    found = EmailAddress.objects.filter(user__in=applicants, verified=True)
    return set(found.values_list("user_id", flat=True))


def _of_account(country_id: str, account: User, is_confirmed: bool) -> Judgement:
    if account.country_id != country_id:
        return Judgement(Verdict.OTHER_COUNTRY, "elsewhere", account)
    if not account.is_active:
        return Judgement(Verdict.CLOSED, "inactive", account)
    if account.entry != User.Entry.OPEN:
        return Judgement(Verdict.CLOSED, account.entry.value, account)
    if account.is_applicant:
        return Judgement(Verdict.WAITING, "" if is_confirmed else "unconfirmed", account)
    return Judgement(Verdict.MEMBER, "", account)


def _of_invitation(country_id: str, invitation: Invitation | None) -> Judgement:
    """An invitation that has expired stands in nobody's way: one's own is sent again, that of
    another country gives way."""
    if invitation is None:
        return Judgement(Verdict.NEW)
    if invitation.country_id != country_id:
        if invitation.has_expired:
            return Judgement(Verdict.NEW, "", None, invitation)
        return Judgement(Verdict.OTHER_COUNTRY, "invited_elsewhere", None, invitation)
    if not invitation.has_expired:
        return Judgement(Verdict.INVITED, "", None, invitation)
    if invitation.sent_count >= SEND_TIMES:
        return Judgement(Verdict.INVITED, "expired_often", None, invitation)
    return Judgement(Verdict.NEW, "expired", None, invitation)
