"""The account: profile, addresses, ways to sign in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from members.models import (
    FormerAddress,
    User,
)
from members.own_data.labels import ADDRESS, FROM, UNTIL, WHAT
from members.personal_data import columns_of, personal_data, personal_files

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile

    from members.personal_data import Row


# The columns of a person's own row that are no data about the person: the hash of the password,
# and what the database derives from other columns.
NOT_GIVEN = frozenset({"password", "name_key", "function_key", "organisation_key"})
LISTS = ("topics", "topics_to_learn", "expertise")


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
