from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models.held import Held

# Of one person pages show so many, the latest: nothing limits how many somebody writes.
MOST_SHOWN = 50


class FormerPost(Held, models.Model):
    """A post a person held before the present one; the present one stands on the person."""

    user = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="former_posts",
    )
    organisation = models.ForeignKey(
        "members.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    organisation_text = models.CharField(_("organisation, as written"), max_length=200, blank=True)
    function = models.CharField(_("job title"), max_length=150, blank=True)
    function_latin = models.CharField(_("job title in Latin letters"), max_length=150, blank=True)
    started_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("former post")
        verbose_name_plural = _("former posts")
        ordering = (F("ended_on").desc(nulls_last=True), "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on__isnull=True)
                | Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("started_on")),
                name="members_post_ends_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.organisation_name

    @property
    def country_id(self) -> str | None:
        """Whose organisations its own is looked for among."""
        return self.user.country_id
