from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import LocalText
from members.querysets import AnnouncementQuerySet


class Announcement(models.Model):
    """What a focal point writes to the country's whole roster, in one language or both.

    Its texts are user text in columns of their own, not editorial text: a language that is
    missing is not filled in from the other, readers get the one there is, marked as such.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")

    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        related_name="announcements",
    )
    author = models.ForeignKey(
        "members.User",
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="announcements",
    )
    subjects = models.JSONField(_("subjects by language"), default=dict)
    bodies = models.JSONField(_("texts by language"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    recipients = models.PositiveIntegerField(_("recipients"), default=0)

    objects = models.Manager.from_queryset(AnnouncementQuerySet)()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ("-created_at", "-pk")
        indexes = [models.Index(fields=["country", "state"], name="members_announcement_country")]

    def __str__(self) -> str:
        return next(iter(self.subjects.values()), str(self.pk))

    @property
    def title(self) -> LocalText:
        """Its subject in the page's language, else in the first it has."""
        active = get_language() or settings.LANGUAGE_CODE
        codes = [active, *(code for code, _name in settings.LANGUAGES)]
        language = next((code for code in codes if self.subjects.get(code)), active)
        return LocalText(self.subjects.get(language) or str(self.pk), language)
