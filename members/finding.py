"""How the directory is narrowed. A criterion by a field whose audience its owner chose finds only
those whose field the viewer sees: the list must not give away what the page hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from cop_portal.text import fold
from members.models import Organisation, Topic, User
from members.visibility import open_to

if TYPE_CHECKING:
    from members.querysets import UserQuerySet
    from members.visibility import Viewer

MOST_WORDS = 6


def in_function(people: UserQuerySet, viewer: Viewer, text: str) -> UserQuerySet:
    """People whose job title, in either spelling, contains every word of `text`."""
    words = _words("function_key", text)
    return people.filter(open_to(viewer, "function"), words) if words else people


def at_organisation(people: UserQuerySet, viewer: Viewer, text: str) -> UserQuerySet:
    """People of the organisations whose name, in any language, contains every word of `text`, and
    those who wrote such a name themselves."""
    named = _words("name_key", text)
    if not named:
        return people
    # Looked up first: an organisation has thousands of people, a word few organisations.
    known = list(Organisation.objects.filter(named).values_list("pk", flat=True)[:1000])
    theirs = Q(organisation__in=known) | _words("organisation_key", text)
    return people.filter(open_to(viewer, "organisation"), theirs)


def of_kind(people: UserQuerySet, viewer: Viewer, kind: str) -> UserQuerySet:
    return people.filter(open_to(viewer, "organisation"), organisation__kind=kind)


def about(people: UserQuerySet, viewer: Viewer, topic: Topic) -> UserQuerySet:
    """People who can be asked about a topic: they named it, or are experts in it."""
    named = Exists(User.topics.through.objects.filter(user=OuterRef("pk"), topic=topic.pk))
    marked = Exists(User.expertise.through.objects.filter(user=OuterRef("pk"), topic=topic.pk))
    return people.filter(Q(open_to(viewer, "topics"), named) | Q(marked, is_expert=True))


def learning(people: UserQuerySet, viewer: Viewer, topic: Topic) -> UserQuerySet:
    rows = User.topics_to_learn.through.objects.filter(user=OuterRef("pk"), topic=topic.pk)
    return people.filter(open_to(viewer, "topics_to_learn"), Exists(rows))


def speaking(people: UserQuerySet, viewer: Viewer, language: str) -> UserQuerySet:
    return people.filter(open_to(viewer, "spoken_languages"), spoken_languages__contains=[language])


def count_up_to(people: UserQuerySet, most: int) -> int:
    """How many there are, or one more than `most` when there are more: that costs no longer the
    more there are."""
    return people.order_by()[: most + 1].count()


def _words(column: str, text: str) -> Q:
    found = Q()
    for word in fold(text).split()[:MOST_WORDS]:
        found &= Q(**{f"{column}__contains": word})
    return found
