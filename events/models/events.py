import zoneinfo
from datetime import datetime, time

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cop_portal.zones import validate_time_zone
from events.querysets import EventQuerySet


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
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancellation_note = models.TextField(_("reason of cancellation"), blank=True, max_length=600)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(EventQuerySet)()

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
        return slugify(getattr(self, "title_en", "") or "")[:60].strip("-")

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

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


class Session(models.Model):
    """One part of an event, with its own time, zone and place."""

    Kind = Kind

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="sessions"
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, blank=True, help_text=_("Empty: as the event.")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: as the event."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    description = models.TextField(_("description"), blank=True)
    join_url = models.URLField(_("join link"), blank=True, max_length=500)
    dial_in = models.TextField(
        _("dial-in numbers"), blank=True, help_text=_("One line for each country.")
    )
    dial_in_code = models.CharField(_("access code"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="events_session_ends_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.event)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone or self.event.time_zone)

    @property
    def is_online(self) -> bool:
        """Whether people take part by link or telephone."""
        return bool(self.join_url or self.dial_in)


class Organiser(models.Model):
    """An organisation's part in an event."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        CO_ORGANISER = "co_organiser", _("Co-organiser")
        HOST = "host", _("Host")
        FUNDER = "funder", _("Funder")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="organisers")
    organisation = models.ForeignKey(
        "members.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ORGANISER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "organisation", "role"], name="events_organiser_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


class Highlight(models.Model):
    """A statement about an event: what it offers beforehand, what came of it afterwards."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="highlights")
    text = models.TextField(_("statement"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Figure(models.Model):
    """A number about an event that its record states, with what it counts."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="figures")
    value = models.CharField(_("value"), max_length=12)
    label = models.CharField(_("what it counts"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class EventReminder(models.Model):
    """When people who are coming are reminded: so many days before the start, at a time of
    day in the event's zone. On the day itself never later than two hours before the start."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField(_("days before"))
    at = models.TimeField(_("at"), default=time(8, 0), help_text=_("In the event’s time zone."))

    DEFAULT_DAYS = (7, 1, 0)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-days_before",)
        constraints = [
            models.UniqueConstraint(
                fields=["event", "days_before"], name="events_reminder_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"-{self.days_before}"
