"""What a reader narrows the list of events to. What makes no sense is left out, never an error."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Max, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext

from cop_portal.localised import local_text
from cop_portal.text import fold, isolated, without_article
from events.models import Event, Kind, Organiser
from events.querysets import audience_of
from members.models import Country, Organisation, Topic

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet
    from django.http import QueryDict

    from events.querysets import EventQuerySet
    from members.models import User

# Seconds for which the choices are kept.
CHOICES_KEPT = 60
UPCOMING, PAST = "upcoming", "past"
_PAGING = ("after", "before")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    is_chosen: bool
    count: int = 0


@dataclass(frozen=True)
class Active:
    """A filter in force: what it says, and the query of the list without it."""

    label: str
    query: str


class EventFilter:
    """Kinds (several), country, topic, organiser and time, read from a query string.

    `user` decides which events there are; what can be chosen among them is at most a minute old.
    """

    def __init__(self, asked: QueryDict, user: User | AnonymousUser) -> None:
        self.asked = asked
        self.audience = audience_of(user)
        self.events = Event.objects.announced().visible_to(user)
        self.kinds = [kind for kind in Kind.values if kind in asked.getlist("kind")]
        self.country = _find(Country, "iso", asked.get("country", "").upper())
        self.topic = _find(Topic, "slug", asked.get("topic", ""))
        self.organiser = _find(Organisation, "slug", asked.get("organiser", ""))
        self.time = asked.get("time", "")
        if self.time not in (UPCOMING, PAST, *map(str, self.years)):
            self.time = ""

    @property
    def years(self) -> list[int]:
        """The years with events, the latest first; gaps are not looked for."""
        return self._choices["years"]

    @cached_property
    def _choices(self) -> dict[str, list[Any]]:
        """Years, and pairs of value and name of the countries, topics and organisers there are
        events of, in the order of their names; the same for everyone of one audience."""
        key = f"events.choices.{self.audience}.{get_language()}"
        return cache.get_or_set(key, self._find_choices, CHOICES_KEPT) or self._find_choices()

    def _find_choices(self) -> dict[str, list[Any]]:
        own = self.events.filter(organisers__organisation=OuterRef("pk"))
        countries = self.events.filter(countries=OuterRef("pk"))
        topics = self.events.filter(topics=OuterRef("pk"))
        return {
            "years": _years(self.events),
            "country": _pairs(Country.objects.filter(Exists(countries)), "iso"),
            "topic": _pairs(Topic.objects.filter(Exists(topics)), "slug"),
            "organiser": _pairs(Organisation.objects.filter(Exists(own)), "slug"),
        }

    # The list --------------------------------------------------------------------------------

    def narrow(self) -> EventQuerySet:
        events = self._narrow_but_kinds()
        return events.filter(kind__in=self.kinds) if self.kinds else events

    def _narrow_but_kinds(self) -> EventQuerySet:
        events = self.events
        if self.country:
            events = events.filter(countries=self.country)
        if self.topic:
            events = events.filter(topics=self.topic)
        if self.organiser:
            parts = Organiser.objects.filter(organisation=self.organiser)
            events = events.filter(pk__in=parts.values("event"))
        if self.time.isdecimal():
            events = events.filter(starts_at__year=int(self.time))
        return events

    @cached_property
    def _counts(self) -> dict[tuple[str, bool], int]:
        """Events by kind and whether they are over, under every filter but kind."""
        over = ExpressionWrapper(Q(ends_at__lte=timezone.now()), BooleanField())
        rows = self._narrow_but_kinds().order_by().annotate(over=over).values("kind", "over")
        return {(row["kind"], row["over"]): row["n"] for row in rows.annotate(n=Count("pk"))}

    @property
    def upcoming_count(self) -> int:
        return self._count(over=False)

    @property
    def past_count(self) -> int:
        return self._count(over=True)

    def _count(self, *, over: bool) -> int:
        kinds = self.kinds or Kind.values
        return sum(self._counts.get((kind, over), 0) for kind in kinds)

    # The form --------------------------------------------------------------------------------

    @cached_property
    def kind_options(self) -> list[Option]:
        """Kinds there are events of, and those chosen, with how many they would show."""
        overs = {UPCOMING: [False], PAST: [True]}.get(self.time, [False, True])
        options = [
            Option(
                value,
                str(label),
                value in self.kinds,
                sum(self._counts.get((value, over), 0) for over in overs),
            )
            for value, label in Kind.choices
        ]
        return [option for option in options if option.count or option.is_chosen]

    @property
    def country_options(self) -> list[Option]:
        return self._options("country", self.country and self.country.pk, self.country)

    @property
    def topic_options(self) -> list[Option]:
        return self._options("topic", self.topic and self.topic.slug, self.topic)

    @property
    def organiser_options(self) -> list[Option]:
        return self._options("organiser", self.organiser and self.organiser.slug, self.organiser)

    def _options(self, name: str, chosen: str | None, row: Any) -> list[Option]:
        """The choices of one field, the chosen one always among them."""
        pairs = list(self._choices[name])
        if chosen and chosen not in (value for value, _label in pairs):
            pairs.append((chosen, _name(row)))
        return [Option(value, label, value == chosen) for value, label in pairs]

    @cached_property
    def time_options(self) -> list[Option]:
        choices = [(UPCOMING, pgettext("events", "Upcoming")), (PAST, pgettext("events", "Past"))]
        choices += [(str(year), str(year)) for year in self.years]
        return [Option(value, label, value == self.time) for value, label in choices]

    # What is in force ------------------------------------------------------------------------

    @cached_property
    def active(self) -> list[Active]:
        chosen = [("kind", option) for option in self.kind_options if option.is_chosen]
        chosen += [
            (name, Option(value, _name(found), True))
            for name, value, found in (
                ("country", self.country and self.country.pk, self.country),
                ("topic", self.topic and self.topic.slug, self.topic),
                ("organiser", self.organiser and self.organiser.slug, self.organiser),
            )
            if found
        ]
        chosen += [("time", option) for option in self.time_options if option.is_chosen]
        return [
            Active(option.label, self.query_without(name, option.value)) for name, option in chosen
        ]

    @property
    def upcoming_query(self) -> str:
        """The query string of the same list with nothing but what is coming."""
        query = self.asked.copy()
        query["time"] = UPCOMING
        return query.urlencode()

    def query_without(self, name: str, value: str) -> str:
        """The query string of the list with one filter taken away, on its first page."""
        query = self.asked.copy()
        kept = [v for v in query.getlist(name) if name == "kind" and v in self.kinds and v != value]
        query.setlist(name, kept)
        for paging in _PAGING:
            query.pop(paging, None)
        return query.urlencode()


def _find(model: Any, field: str, value: str) -> Any:
    return model.objects.filter(**{field: value}).first() if value else None


def _years(events: EventQuerySet) -> list[int]:
    span = events.aggregate(first=Min("starts_at"), last=Max("starts_at"))
    if span["first"] is None:
        return []
    return list(range(span["last"].year, span["first"].year - 1, -1))


def _pairs(found: QuerySet[Any], key: str) -> list[tuple[str, str]]:
    """Value and name of each row, in the order of the names."""
    pairs = [(getattr(row, key), _name(row)) for row in found]
    return sorted(pairs, key=lambda pair: fold(without_article(pair[1])))


def _name(row: Any) -> str:
    found = local_text(row, "name")
    text = found.text or str(row)
    return isolated(text) if found.is_foreign else text
