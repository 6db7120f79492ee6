import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.querysets import RegistrationQuerySet


class Registration(models.Model):
    """One person's seat, or place in the queue, at one event; kept when withdrawn.

    Written by `events.actions` only, under the event's row lock. `queued_at` is the moment of
    arrival and orders the waiting list; registering again after a withdrawal renews it.
    """

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", _("Registered")
        WAITING = "waiting", _("On the waiting list")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    event = models.ForeignKey(
        "events.Event",
        verbose_name=_("event"),
        on_delete=models.PROTECT,
        related_name="registrations",
    )
    user = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="registrations",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status)
    queued_at = models.DateTimeField(_("arrived"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("seat confirmed"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # Counts this row's changes of status; part of the mail keys, so that each change is told once.
    changes = models.PositiveIntegerField(default=0, editable=False)

    objects = models.Manager.from_queryset(RegistrationQuerySet)()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("queued_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="events_registration_once"),
            models.CheckConstraint(
                condition=~Q(status="confirmed") | Q(confirmed_at__isnull=False),
                name="events_registration_confirmed_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["event", "status", "queued_at", "id"], name="events_registration_queue"
            ),
            models.Index(fields=["user", "status"], name="events_registration_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.event}"

    @property
    def is_confirmed(self) -> bool:
        return self.status == self.Status.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.status == self.Status.WAITING

    @property
    def is_active(self) -> bool:
        return self.is_confirmed or self.is_waiting

    @property
    def change_key(self) -> str:
        """Names the latest change of this row, for telling it once."""
        return f"{self.pk}:{self.changes}"

    def position(self) -> int:
        """The place on the waiting list, 1 being the next in line; asks the database."""
        ahead = Q(queued_at__lt=self.queued_at) | Q(queued_at=self.queued_at, pk__lt=self.pk)
        waiting = Registration.objects.waiting().filter(event=self.event_id)
        return waiting.filter(ahead).count() + 1


def new_token() -> str:
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """The secret address under which one person's calendar program reads their events."""

    user = models.OneToOneField("members.User", on_delete=models.CASCADE, related_name="feed")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.user)
