"""Accounts that may belong to the same person."""

from __future__ import annotations

from collections import Counter

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cop_portal.text import fold
from members.merging import relations
from members.models import User
from members.querysets import UserQuerySet

MOST = 10
# What packages call by no name that a reader knows.
LABELS = {
    "account.EmailAddress": _("Email addresses"),
    "mfa.Authenticator": _("Second steps"),
    "usersessions.UserSession": _("Signed-in devices"),
}


def _open_to_merging(person: User) -> UserQuerySet:
    people: UserQuerySet = User.objects.filter(merged_into=None, erased_at=None)
    return people.exclude(pk=person.pk).for_rows()


def found_by(text: str, person: User) -> list[User]:
    """Accounts by name, in either script, or by a part of the email address."""
    people = _open_to_merging(person)
    by_name = people.search(text) if fold(text) else people.none()
    by_email = people.filter(email__icontains=text.strip())
    return list((by_name | by_email).order_by("name_key", "pk")[:MOST])


def likely_duplicates(person: User) -> list[User]:
    """Accounts with the same name in one of the scripts, whatever its spelling, or with the
    same address up to the @ and a name in common: an office that moved, a new domain."""
    names = {fold(person.full_name), fold(person.full_name_latin)}
    alike = Q(pk=None)
    for name in names:
        # A single word is the name of half a country.
        if " " in name:
            alike |= Q(name_key__contains=name)
    local = person.email.partition("@")[0]
    words = [word for word in person.name_key.split() if len(word) > 2]
    if len(local) > 3 and words:
        shared = Q()
        for word in words:
            shared |= Q(name_key__contains=word)
        alike |= Q(email__istartswith=f"{local}@") & shared
    return list(_open_to_merging(person).filter(alike).order_by("name_key", "pk")[:MOST])


def belongings(person: User) -> list[tuple[str, int]]:
    """What hangs on an account, by kind, for the page that compares two."""
    counted: Counter[str] = Counter()
    for field in relations().values():
        meta = field.model._meta
        if meta.auto_created or field.model is User:
            continue
        label = LABELS.get(meta.label) or capfirst(str(meta.verbose_name_plural))
        counted[str(label)] += field.model._base_manager.filter(**{field.name: person}).count()
    return sorted((label, count) for label, count in counted.items() if count)
