"""Announcements to a country's roster: whom one reaches, what each reads, what became of it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import LocalText
from members.models import Announcement, User
from notifications.models import Delivery, MutedKind

if TYPE_CHECKING:
    from members.querysets import UserQuerySet

KIND = "members.announcement"
# How long a preview's list is remembered, to say what has changed in it.
REMEMBERED = 24 * 60 * 60

# Why a member of the country is left out, as the preview says it.
REASONS = {
    "muted": _("Announcements are switched off"),
    "suspended": _("The account is suspended"),
    "closed": _("The account is closed"),
}


# Texts ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Version:
    """One language's text of an announcement."""

    language: str
    subject: str
    body: str

    @property
    def direction(self) -> str:
        return LocalText(self.subject, self.language).direction

    @property
    def name(self) -> str:
        return str(dict(settings.LANGUAGES)[self.language])

    @property
    def paragraphs(self) -> list[SafeString]:
        """The text as HTML: its paragraphs, with lines kept and addresses made links."""
        parts = re.split(r"\n\s*\n", self.body.strip())
        return [_lines(part) for part in parts if part.strip()]


def _lines(text: str) -> SafeString:
    linked = (urlize(line, nofollow=True, autoescape=True) for line in text.splitlines())
    return mark_safe("<br>".join(linked))


def versions_of(announcement: Announcement) -> list[Version]:
    """The languages it is written in, in the portal's order."""
    return [
        Version(code, announcement.subjects[code], announcement.bodies[code])
        for code, _name in settings.LANGUAGES
        if announcement.subjects.get(code) and announcement.bodies.get(code)
    ]


def version_for(announcement: Announcement, language: str) -> Version:
    """What a reader of a language gets: that language, else the one there is."""
    versions = versions_of(announcement)
    return next((found for found in versions if found.language == language), versions[0])


def missing_languages(announcement: Announcement) -> list[str]:
    written = {version.language for version in versions_of(announcement)}
    return [code for code, _name in settings.LANGUAGES if code not in written]


# People --------------------------------------------------------------------------------------


def recipients_of(announcement: Announcement) -> UserQuerySet:
    """Who gets it: the members of the country and, wherever they belong, its author; without
    those who switched announcements off."""
    roster = Q(membership="member", country=announcement.country_id)
    author = Q(pk=announcement.author_id)
    people: UserQuerySet = User.objects.filter(roster | author, is_active=True)
    return people.filter(~Exists(_muted()))


def left_out_of(announcement: Announcement) -> UserQuerySet:
    """The others of the country's roster, with `reason`, a key of `REASONS`. Those who left are
    no part of the roster."""
    on_roster = Q(membership="suspended") | Q(membership="member")
    people: UserQuerySet = User.objects.filter(
        on_roster, country=announcement.country_id, merged_into=None, erased_at=None
    )
    reason = Case(
        When(membership="suspended", then=Value("suspended")),
        When(is_active=False, then=Value("closed")),
        When(Exists(_muted()), then=Value("muted")),
        default=None,
        output_field=CharField(null=True),
    )
    return people.annotate(reason=reason).filter(reason__isnull=False)


def _muted() -> Any:
    return MutedKind.objects.filter(user=OuterRef("pk"), kind=KIND)


def languages_read(announcement: Announcement) -> list[tuple[str, int]]:
    """How many will read each of its languages, in the portal's order."""
    rows = recipients_of(announcement).order_by().values("language").annotate(count=Count("pk"))
    counted: Counter[str] = Counter()
    for row in rows:
        counted[version_for(announcement, row["language"]).language] += row["count"]
    return [(code, counted[code]) for code, _name in settings.LANGUAGES if counted[code]]


# What was previewed --------------------------------------------------------------------------


def digest_of(announcement: Announcement) -> str:
    """A fingerprint of the texts and of everyone who will get them, each with a language."""
    return _fingerprint(announcement, _audience(announcement))


def _audience(announcement: Announcement) -> list[tuple[int, str]]:
    """Everyone who will get it and the language each will read."""
    rows = recipients_of(announcement).order_by("pk").values_list("pk", "language")
    read: dict[str, str] = {}
    for code in {language for _pk, language in rows}:
        read[code] = version_for(announcement, code).language
    return [(pk, read[language]) for pk, language in rows]


def _fingerprint(announcement: Announcement, audience: list[tuple[int, str]]) -> str:
    said = [announcement.subjects, announcement.bodies, audience]
    content = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def remember(announcement: Announcement) -> str:
    """The fingerprint of what a preview shows; its list is kept for a day, to tell later what
    has changed in it."""
    audience = _audience(announcement)
    digest = _fingerprint(announcement, audience)
    cache.set(_cache_key(announcement, digest), [pk for pk, _language in audience], REMEMBERED)
    return digest


@dataclass(frozen=True)
class Changes:
    """What is different from the preview. `is_known` is False once its list is forgotten: then
    only that something changed is known. Otherwise, where nobody was added or removed, it is the
    text or somebody's language."""

    is_known: bool
    added: list[User]
    removed: list[User]


def changes_since(announcement: Announcement, digest: str) -> Changes:
    previewed = cache.get(_cache_key(announcement, digest)) if len(digest) == 64 else None
    if previewed is None:
        return Changes(False, [], [])
    before, now = set(previewed), {pk for pk, _language in _audience(announcement)}
    return Changes(True, _people(now - before), _people(before - now))


def _people(keys: Iterable[int]) -> list[User]:
    return list(User.objects.filter(pk__in=keys).by_name().order_by("shown_key", "pk"))


def _cache_key(announcement: Announcement, digest: str) -> str:
    return f"announcement:{announcement.pk}:{digest}"


# What became of it ---------------------------------------------------------------------------


def deliveries_of(announcements: Iterable[Announcement]) -> dict[int, dict[str, int]]:
    """How many messages of each announcement were sent, wait, failed or were not needed, from
    the ledger; one query, bounded by the ledger's index on keys."""
    shown = Q(pk__in=[])
    found: dict[int, dict[str, int]] = {}
    for announcement in announcements:
        found[announcement.pk] = {"sent": 0, "waiting": 0, "failed": 0, "skipped": 0}
        shown |= Q(key__startswith=f"{KIND}:{announcement.pk}:")
    if not found:
        return {}
    rows = Delivery.objects.filter(shown).order_by()
    of_one = KeyTextTransform("announcement", "context")
    for number, state, count in (
        rows.annotate(of=of_one).values_list("of", "state").annotate(count=Count("pk"))
    ):
        found[int(number)][_STATES[state]] += count
    return found


_STATES = {
    Delivery.State.QUEUED: "waiting",
    Delivery.State.SENDING: "waiting",
    Delivery.State.SENT: "sent",
    Delivery.State.FAILED: "failed",
    Delivery.State.SKIPPED: "skipped",
}
