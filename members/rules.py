"""Who may do what with people, countries and appointments; the table stands at the bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
from django.utils.translation import gettext_lazy as _

from cop_portal.permissions import explain_denial
from members.models import Country, FocalPointAppointment, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Person = User | AnonymousUser


@rules.predicate
def is_signed_in(user: Person) -> bool:
    return user.is_authenticated and user.is_active


@rules.predicate
def is_applicant(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_applicant


@rules.predicate
def is_member(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_member


@rules.predicate
def is_expert(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_member and user.is_expert


@rules.predicate
def is_sponsor(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_sponsor


@rules.predicate
def is_coordinator(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_coordinator


@rules.predicate
def is_administrator(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_superuser


is_staff = is_coordinator | is_administrator


@rules.predicate
def is_focal_point(user: Person) -> bool:
    """Whether the person is focal point, lead or alternate, of any country today."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return FocalPointAppointment.objects.held().filter(user=user).exists()


@rules.predicate
def is_focal_point_of(user: Person, obj: Any) -> bool:
    """Whether the person is focal point today of the country that `obj` is or belongs to."""
    country_id = obj.pk if isinstance(obj, Country) else getattr(obj, "country_id", None)
    if not isinstance(user, User) or not user.is_active or not country_id:
        return False
    held = FocalPointAppointment.objects.held()
    return held.filter(user=user, country=country_id).exists()


@rules.predicate
def is_self(user: Person, obj: Any) -> bool:
    return isinstance(user, User) and isinstance(obj, User) and user.pk == obj.pk


@rules.predicate
def can_write_to(user: Person, obj: Any) -> bool:
    """Whether `user` may write to the person: a member in the directory who takes messages, or who
    wrote first and so can be answered; staff may write to every member.

    A block is not asked for: a refusal would reveal it. `members.actions.send_message` keeps what
    a blocked person writes from going out.
    """
    if not isinstance(user, User) or not isinstance(obj, User) or user.pk == obj.pk:
        return False
    if not obj.is_member or not obj.is_active:
        return False
    if user.is_staff or obj.takes_messages:
        return True
    return obj.messages_sent.filter(recipient=user).exists()


# The permission table ------------------------------------------------------------------------

rules.add_perm("members.view_directory", is_member | is_sponsor | is_staff)
rules.add_perm("members.edit_profile", is_signed_in & is_self)
rules.add_perm("members.open_office", is_staff | is_focal_point)
rules.add_perm("members.decide_application", is_staff | is_focal_point_of)
rules.add_perm("members.appoint_focal_point", is_staff)
# The object of the following is a country, or a row that belongs to one by `country_id`.
rules.add_perm("members.manage_roster", is_staff | is_focal_point_of)
# The object is the receiving country.
rules.add_perm("members.accept_transfer", is_staff | is_focal_point_of)
rules.add_perm("members.contact", (is_member | is_staff) & can_write_to)
rules.add_perm("members.mark_expert", is_staff)
rules.add_perm("members.merge_people", is_staff)
rules.add_perm("members.suspend", is_staff)
rules.add_perm("members.read_audit", is_staff)
rules.add_perm("members.handle_report", is_staff)
rules.add_perm("members.own_data", is_signed_in & is_self)

# What the admin asks before it shows or changes a row. Rows of history are ended, not deleted,
# and people leave: nobody but an administrator deletes them.
rules.add_perm("members", is_staff)
for _model in (
    "user", "country", "organisation", "partner", "topic", "focalpointappointment", "guest",
    "announcement",
):  # fmt: skip
    for _action in ("view", "add", "change"):
        rules.add_perm(f"members.{_action}_{_model}", is_staff)
for _model in ("organisation", "partner", "topic", "guest"):
    rules.add_perm(f"members.delete_{_model}", is_staff)
# Reported messages are read by staff, and closed by an action.
rules.add_perm("members.view_contactmessage", is_staff)
# Invitations and imports are made, answered and withdrawn in the offices.
rules.add_perm("members.view_invitation", is_staff)
rules.add_perm("members.view_rosterimport", is_staff)

explain_denial(
    "members.view_directory",
    _("The member directory opens once the request to join has been approved."),
)
explain_denial("members.edit_profile", _("Only the person concerned can change this profile."))
explain_denial(
    "members.open_office",
    _("The office is open to the focal points of the countries and to the secretariat."),
)
explain_denial(
    "members.decide_application",
    _("Requests to join are decided by the focal point of the country and by the secretariat."),
)
explain_denial("members.appoint_focal_point", _("Focal points are appointed by the secretariat."))
explain_denial(
    "members.manage_roster",
    _("The roster of a country is kept by its focal point and by the secretariat."),
)
explain_denial(
    "members.accept_transfer",
    _("A transfer is accepted by the focal point of the receiving country."),
)
explain_denial("members.contact", _("A message cannot be sent to this person."))
explain_denial("members.mark_expert", _("Experts are marked by the secretariat."))
explain_denial("members.merge_people", _("Accounts are merged by the secretariat."))
explain_denial("members.suspend", _("Accounts are suspended by the secretariat."))
explain_denial("members.read_audit", _("The audit trail is read by the secretariat."))
explain_denial("members.handle_report", _("Reports are handled by the secretariat."))
explain_denial("members.own_data", _("Only the person concerned can do this."))
