"""The mail that invites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cop_portal.names import name_of
from cop_portal.text import isolated
from members.models import Invitation
from members.tokens import token_for
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.invited", _("Invitation to join"), priority=3)
def invited(delivery: Delivery) -> Message:
    """To the person invited, with the link that accepts. Context: `invitation`."""
    invitations = Invitation.objects.select_related("country", "invited_by")
    invitation = invitations.filter(pk=delivery.context["invitation"]).first()
    if invitation is None:
        raise NotNeeded("the invitation is gone")
    standing = invitation.standing()
    if standing != Invitation.Standing.OPEN:
        raise NotNeeded(f"the invitation is {standing.value}")
    return Message(
        "members/invited",
        {
            "invitation": invitation,
            "by": isolated(name_of(invitation.invited_by)),
            "token": token_for(invitation),
        },
    )
