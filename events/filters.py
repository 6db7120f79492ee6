"""What a reader narrows the list of events to. What makes no sense is left out, never an error."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Max, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import pgettext

from cop_portal.localised import local_text
from cop_portal.text import fold, isolated, without_article
from events.models import Kind, Organiser
from members.models import Country, Organisation, Topic

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import QueryDict

    from events.querysets import EventQuerySet

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
    """Kinds (several), country, topic, organiser and time, read from a query string."""

    def __init__(self, asked: QueryDict, events: EventQuerySet) -> None:
        self.asked = asked
        self.events = events
        self.kinds = [kind for kind in Kind.values if kind in asked.getlist("kind")]
        self.country = _find(Country, "iso", asked.get("country", "").upper())
        self.topic = _find(Topic, "slug", asked.get("topic", ""))
        self.organiser = _find(Organisation, "slug", asked.get("organiser", ""))
        self.time = asked.get("time", "")
        if self.time not in (UPCOMING, PAST, *map(str, self.years)):
            self.time = ""

    @cached_property
    def years(self) -> list[int]:
        """The years with events, the latest first; gaps are not looked for."""
        span = self.events.aggregate(first=Min("starts_at"), last=Max("starts_at"))
        if span["first"] is None:
            return []
        first, last = (timezone.localtime(span[end]).year for end in ("first", "last"))
        return list(range(last, first - 1, -1))

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

    @cached_property
    def country_options(self) -> list[Option]:
        of_events = Country.objects.filter(Exists(self.events.filter(countries=OuterRef("pk"))))
        return _options(of_events, "iso", self.country)

    @cached_property
    def topic_options(self) -> list[Option]:
        of_events = Topic.objects.filter(Exists(self.events.filter(topics=OuterRef("pk"))))
        return _options(of_events, "slug", self.topic)

    @cached_property
    def organiser_options(self) -> list[Option]:
        own = self.events.filter(organisers__organisation=OuterRef("pk"))
        return _options(Organisation.objects.filter(Exists(own)), "slug", self.organiser)

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


def _options(found: QuerySet[Any], key: str, chosen: Model | None) -> list[Option]:
    """Rows as options in the order of their names, the chosen one always among them."""
    rows: Iterable[Any] = found
    if chosen is not None and chosen not in found:
        rows = [*found, chosen]
    options = [Option(getattr(row, key), _name(row), row == chosen) for row in rows]
    return sorted(options, key=lambda option: fold(without_article(option.label)))


def _name(row: Any) -> str:
    found = local_text(row, "name")
    text = found.text or str(row)
    return isolated(text) if found.is_foreign else text
