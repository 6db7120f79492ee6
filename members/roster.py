"""The roster of a country as a list: who stands on it, how it is narrowed and sorted."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Q, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf, TruncDate
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cop_portal.paging import KeysetPage
from cop_portal.text import fold
from members.models import Country, User
from members.querysets import UserQuerySet

if TYPE_CHECKING:
    from django.http import QueryDict

PAGE_SIZE = 25
ON_ROSTER = (User.Membership.MEMBER, User.Membership.LEFT, User.Membership.SUSPENDED)


class Show(models.TextChoices):
    """Which part of the roster is listed."""

    MEMBERS = "", _("All members")
    DUE = "due", _("To be confirmed in post")
    QUIET = "quiet", _("Not seen for six months")
    FORMER = "former", _("Former members")


class Standing(models.TextChoices):
    """Where a row of the roster stands; the first that applies, as the list sorts them."""

    DUE = "due", _("To be confirmed")
    QUIET = "quiet", _("Not seen for six months")
    IN_POST = "in_post", _("In post")
    SUSPENDED = "suspended", _("Suspended")
    FORMER = "former", _("Former member")


STANDING_ORDER = list(Standing)


class Sort(models.TextChoices):
    """What the list can be sorted by, each ending in the primary key; dates that are missing
    count as the earliest."""

    NAME = "name", _("Name")
    POST = "post", _("Post and organisation")
    JOINED = "joined", _("Member since")
    SEEN = "seen", _("Last seen")
    CONFIRMED = "confirmed", _("Confirmed on")
    STATE = "state", pgettext_lazy("of a record", "State")


# Half a year -------------------------------------------------------------------------------------


def half_year(day: date, count: int) -> date:
    """The same day `count` half-years later, or the last of a month that is too short."""
    months = day.year * 12 + day.month - 1 + 6 * count
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def today() -> date:
    """The day in UTC, as every other date of a record."""
    return timezone.now().date()


JOINED_AT = Coalesce("decided_at", "date_joined")
# Since when the person is known to hold the post: joining counts as the first confirmation.
STANDS_SINCE = Coalesce("confirmed_on", TruncDate(JOINED_AT, tzinfo=UTC))
SEEN_LAST = Coalesce("last_seen_on", TruncDate(JOINED_AT, tzinfo=UTC))


def joined_on(person: User) -> date:
    return (person.decided_at or person.date_joined).astimezone(UTC).date()


def standing(person: User, on: date | None = None) -> Standing:
    """As `STANDING` says it in SQL; a test shows that the two agree."""
    if person.membership == User.Membership.LEFT:
        return Standing.FORMER
    if not person.is_member:
        return Standing.SUSPENDED
    cutoff = half_year(on or today(), -1)
    if (person.confirmed_on or joined_on(person)) <= cutoff:
        return Standing.DUE
    return (
        Standing.QUIET if (person.last_seen_on or joined_on(person)) <= cutoff else Standing.IN_POST
    )


def _standing_in_sql(cutoff: date) -> Case:
    def at(place: Standing) -> Value:
        return Value(STANDING_ORDER.index(place))

    return Case(
        When(membership=User.Membership.LEFT, then=at(Standing.FORMER)),
        When(~Q(membership=User.Membership.MEMBER), then=at(Standing.SUSPENDED)),
        When(stands_since__lte=cutoff, then=at(Standing.DUE)),
        When(seen_last__lte=cutoff, then=at(Standing.QUIET)),
        default=at(Standing.IN_POST),
        output_field=models.IntegerField(),
    )


# The rows ----------------------------------------------------------------------------------------


def on_roster(people: UserQuerySet) -> UserQuerySet:
    """Those of `people` who are, or were, members: with what the list sorts and shows."""
    return (
        people.filter(membership__in=ON_ROSTER, merged_into=None, erased_at=None)
        .annotate(joined_at=JOINED_AT, stands_since=STANDS_SINCE, seen_last=SEEN_LAST)
        .annotate(
            standing_rank=_standing_in_sql(half_year(today(), -1)),
            seen_key=Coalesce("last_seen_on", Value(date.min, models.DateField())),
            confirmed_key=Coalesce("confirmed_on", Value(date.min, models.DateField())),
            post_key=_post_key(),
        )
        .by_name()
    )


def _post_key() -> Lower:
    """The organisation as the page's language names it, else as the person wrote it."""
    codes = [get_language(), *(code for code, _name in settings.LANGUAGES)]
    names = [NullIf(f"organisation__name_{code}", Value("")) for code in dict.fromkeys(codes)]
    return Lower(Coalesce(*names, "organisation_text", output_field=models.CharField()))


def current(people: UserQuerySet) -> UserQuerySet:
    """Members today."""
    return people.filter(membership=User.Membership.MEMBER, is_active=True)


def due(people: UserQuerySet, on: date | None = None) -> UserQuerySet:
    """Members whose post was last confirmed half a year ago or earlier."""
    people = people.annotate(stands_since=STANDS_SINCE)
    return current(people).filter(Q(stands_since__lte=half_year(on or today(), -1)))


def due_by_country(people: UserQuerySet) -> dict[str, int]:
    """How many of `people` are to be confirmed, by the code of their country."""
    counted = due(people).exclude(country=None).order_by().values_list("country")
    return dict(counted.annotate(count=Count("pk")))


def matching(people: UserQuerySet, text: str) -> UserQuerySet:
    """People each word of `text` is found with: in the name, in either script, or in the
    organisation."""
    for word in fold(text).split()[:6]:
        people = people.filter(
            Q(name_key__contains=word)
            | Q(organisation_key__contains=word)
            | Q(organisation__name_key__contains=word)
        )
    return people


# The list ----------------------------------------------------------------------------------------

_ORDERS = {
    Sort.NAME: "shown_key",
    Sort.POST: "post_key",
    Sort.JOINED: "joined_at",
    Sort.SEEN: "seen_key",
    Sort.CONFIRMED: "confirmed_key",
    Sort.STATE: "standing_rank",
}


class RosterList:
    """The roster of one country as the address asks for it; what makes no sense is ignored."""

    def __init__(self, country: Country, asked: QueryDict) -> None:
        self.country = country
        self.asked = asked
        self.text = " ".join(asked.get("q", "").split())[:100]
        show, sort = asked.get("show", ""), asked.get("sort", "")
        self.show = Show(show) if show in Show.values else Show.MEMBERS
        self.is_falling = sort.startswith("-")
        sort = sort.removeprefix("-")
        self.sort = Sort(sort) if sort in Sort.values else Sort.NAME
        self._everyone = on_roster(User.objects.filter(country=country))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.show)

    def people(self) -> UserQuerySet:
        """Everyone that matches, in no order."""
        found = self._everyone
        cutoff = half_year(today(), -1)
        if self.show == Show.FORMER:
            found = found.filter(membership=User.Membership.LEFT)
        else:
            found = current(found)
        if self.show == Show.DUE:
            found = found.filter(Q(stands_since__lte=cutoff))
        elif self.show == Show.QUIET:
            found = found.filter(Q(seen_last__lte=cutoff))
        return matching(found, self.text)

    def in_order(self) -> UserQuerySet:
        sign = "-" if self.is_falling else ""
        return self.people().order_by(*(f"{sign}{name}" for name in self._order))

    @property
    def _order(self) -> tuple[str, str]:
        return (_ORDERS[self.sort], "pk")

    def page(self) -> KeysetPage[User]:
        return KeysetPage(
            self.people().select_related("organisation"),
            self.asked,
            order=self._order,
            size=PAGE_SIZE,
            descending=self.is_falling,
            anchors=self._everyone,
        )

    def counts(self) -> dict[str, int]:
        """How many people each choice of `Show` has, in one query."""
        members = Q(membership=User.Membership.MEMBER, is_active=True)
        cutoff = half_year(today(), -1)
        people = User.objects.filter(
            country=self.country, membership__in=ON_ROSTER, merged_into=None, erased_at=None
        ).annotate(stands_since=STANDS_SINCE, seen_last=SEEN_LAST)
        return people.aggregate(
            members=Count("pk", members),
            due=Count("pk", members & Q(stands_since__lte=cutoff)),
            quiet=Count("pk", members & Q(seen_last__lte=cutoff)),
            former=Count("pk", Q(membership=User.Membership.LEFT)),
        )

    def query(self, **changes: str) -> str:
        """The address's query with other values, from the first page; empty ones are left out."""
        query = self.asked.copy()
        for name in ("after", "before", "q", "show", "sort"):
            query.pop(name, None)
        sign = "-" if self.is_falling else ""
        state = {"q": self.text, "show": str(self.show), "sort": f"{sign}{self.sort}"}
        for name, value in {**state, **changes}.items():
            if value and (name, value) != ("sort", Sort.NAME):
                query[name] = value
        return f"?{query.urlencode()}"

    @property
    def narrowing(self) -> str:
        return self.query().removeprefix("?")

    def headings(self) -> list[dict[str, Any]]:
        """Each column that sorts: its label, how it is sorted now, and what its button asks."""
        return [
            {
                "name": str(sort),
                "label": sort.label,
                "sorted": ("descending" if self.is_falling else "ascending")
                if sort == self.sort
                else "",
                "to": self.query(
                    sort=f"-{sort}" if sort == self.sort and not self.is_falling else sort
                ),
            }
            for sort in Sort
        ]


def falls_due_on(stands_since: date) -> date:
    """The day from which a confirmation of `stands_since` no longer holds."""
    return half_year(stands_since, 1)
