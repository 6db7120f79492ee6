from __future__ import annotations

import zoneinfo
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import languages_of
from cop_portal.zones import validate_time_zone
from events.clocks import Clocks, clocks
from events.models.states import RegistrationState, RegistrationStatus
from events.querysets import EventQuerySet

if TYPE_CHECKING:
    from events.models.parts import Session


SLUG_LENGTH = 60


class Kind(models.TextChoices):
    """What an event or one of its sessions is."""

    FORUM = "forum", _("Forum")
    WORKSHOP = "workshop", _("Workshop")
    VIRTUAL_WORKSHOP = "virtual_workshop", _("Virtual workshop")
    STUDY_TOUR = "study_tour", _("Study tour")
    AUDIO_CONFERENCE = "audio_conference", _("Audio-conference")
    DIALOGUE = "dialogue", _("Dialogue event")
    TRAINING = "training", _("Training")


class Event(models.Model):
    """An activity of the community, made of one or more sessions.

    `starts_at` and `ends_at` span the sessions and are kept by `actions.reschedule`; nothing
    else writes them. `revision` counts announced changes and is the calendar SEQUENCE.
    """

    Kind = Kind

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CANCELLED = "cancelled", _("Cancelled")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        MEMBERS = "members", _("Members only")

    code = models.SlugField(
        _("short name"),
        max_length=60,
        unique=True,
        null=True,
        blank=True,
        help_text=_("A lasting name in Latin letters, for loading and exporting."),
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, max_length=600)
    description = models.TextField(_("description"), blank=True)
    working_language = models.CharField(_("working language"), max_length=150, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    visibility = models.CharField(
        _("visible to"), max_length=10, choices=Visibility, default=Visibility.PUBLIC
    )
    is_featured = models.BooleanField(
        _("featured"), default=False, help_text=_("Shown among the results on the home page.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Asia/Amman", validators=[validate_time_zone]
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True, editable=False)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    capacity = models.PositiveIntegerField(
        _("capacity"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit."),
    )
    registration_deadline = models.DateTimeField(
        _("registration deadline"),
        null=True,
        blank=True,
        help_text=_("Empty: until the event starts."),
    )
    topics = models.ManyToManyField(
        "members.Topic", verbose_name=_("topics"), blank=True, related_name="events"
    )
    countries = models.ManyToManyField(
        "members.Country", verbose_name=_("countries"), blank=True, related_name="events"
    )
    organisations = models.ManyToManyField(
        "members.Organisation",
        through="events.Organiser",
        verbose_name=_("organisers"),
        related_name="events",
    )
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows from"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="followed_by",
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    # The sessions' times and places as they were last told; see `events/schedule.py`.
    announced = models.JSONField(default=list, blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancellation_note = models.TextField(_("reason of cancellation"), blank=True, max_length=600)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(EventQuerySet)()

    # Set on the rows of `with_counts()` and `with_own_status()` only.
    confirmed_count: int
    waiting_count: int
    own_status: str | None

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-starts_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="events_event_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(starts_at__isnull=False),
                name="events_event_published_has_dates",
                violation_error_message=_("An event needs a session before it is published."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "starts_at", "id"], name="events_event_by_start"),
            models.Index(fields=["status", "ends_at", "id"], name="events_event_by_end"),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    def get_absolute_url(self) -> str:
        if slug := self.slug:
            return reverse("events:detail", args=[self.pk, slug])
        return reverse("events:detail", args=[self.pk])

    @property
    def slug(self) -> str:
        """A Latin slug from the English title; empty when there is none."""
        slug = slugify(getattr(self, "title_en", "") or "")
        if len(slug) > SLUG_LENGTH:  # cut between words
            slug = slug[: SLUG_LENGTH + 1].rpartition("-")[0] or slug[:SLUG_LENGTH]
        # The addresses of two actions stand beside the slug.
        return f"{slug}-event" if slug in ("register", "withdraw") else slug

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED

    def is_over(self, now: datetime | None = None) -> bool:
        return self.ends_at is not None and self.ends_at <= (now or timezone.now())

    def has_started(self, now: datetime | None = None) -> bool:
        return self.starts_at is not None and self.starts_at <= (now or timezone.now())

    @property
    def clocks(self) -> Clocks | None:
        """The whole span on the reader's clock and the event's; None without a session."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return clocks(self.starts_at, self.ends_at, self.zone)

    @property
    def stops(self) -> list[Session]:
        """The first session in each city, in order: the places to name in one line."""
        stops: dict[str, Session] = {}
        for session in self.sessions.all():
            if session.city:
                stops.setdefault(session.city, session)
        return list(stops.values())

    @property
    def open_sessions(self) -> list[Session]:
        """Those that are not over and can be joined by link or telephone."""
        now = timezone.now()
        return [s for s in self.sessions.all() if s.is_remote and s.ends_at > now]

    @property
    def agenda_city(self) -> str:
        """The city whose time comes first for every session, where it is one and the same."""
        cities = {session.clocks.first.city for session in self.sessions.all()}
        return cities.pop() if len(cities) == 1 else ""

    @property
    def has_several_sessions(self) -> bool:
        return len(self.sessions.all()) > 1

    @property
    def has_agenda(self) -> bool:
        """Whether the sessions say more than the event does; needs `for_page()`."""
        return self.has_several_sessions or any(
            session.title or session.description or session.roles.all()
            for session in self.sessions.all()
        )

    @property
    def remote(self) -> Session | None:
        """A session that people take part in from afar, with a link if any has one."""
        remote = [session for session in self.sessions.all() if session.is_remote]
        return min(remote, key=lambda session: not session.join_url, default=None)

    @property
    def deadline_clocks(self) -> Clocks | None:
        """The registration deadline on both clocks, where there is one before the start."""
        deadline = self.registration_deadline
        if deadline is None or deadline != self.registration_closes_at:
            return None
        return clocks(deadline, deadline, self.zone)

    @property
    def registration_closes_at(self) -> datetime | None:
        """The deadline, or the start where that comes first."""
        moments = [m for m in (self.registration_deadline, self.starts_at) if m]
        return min(moments, default=None)

    def registration_state(self, now: datetime | None = None) -> RegistrationState:
        """Whether and how a person can register at `now`.

        Uses the counts of `with_counts()` where the row carries them, else one query. A seat is
        offered only while nobody waits, so that nobody is overtaken.
        """
        if not hasattr(self, "confirmed_count"):
            counts = self.registrations.totals()
            confirmed, waiting = counts["confirmed"], counts["waiting"]
        else:
            confirmed, waiting = self.confirmed_count, self.waiting_count
        return RegistrationState(
            status=self._registration_status(now or timezone.now(), confirmed, waiting),
            capacity=self.capacity,
            confirmed=confirmed,
            waiting=waiting,
            closes_at=self.registration_closes_at,
        )

    def _registration_status(
        self, now: datetime, confirmed: int, waiting: int
    ) -> RegistrationStatus:
        if self.is_cancelled:
            return RegistrationStatus.CANCELLED
        if not self.is_published:
            return RegistrationStatus.NOT_PUBLISHED
        if self.is_over(now):
            return RegistrationStatus.OVER
        if self.has_started(now):
            return RegistrationStatus.STARTED
        closes_at = self.registration_closes_at
        if closes_at is None or closes_at <= now:
            return RegistrationStatus.CLOSED
        if waiting or (self.capacity is not None and confirmed >= self.capacity):
            return RegistrationStatus.WAITING_LIST
        return RegistrationStatus.OPEN

    def missing_for_publication(self) -> list[str]:
        """What the event still lacks, as sentences; empty when it can be published."""
        missing = []
        if not languages_of(self, "title"):
            missing.append(_("An event needs a title before it is published."))
        if not self.sessions.exists():
            missing.append(_("An event needs a session before it is published."))
        return [str(sentence) for sentence in missing]
