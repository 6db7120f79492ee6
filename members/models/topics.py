from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A subject of the community; ties people, events and documents together."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100)
    is_active = models.BooleanField(_("offered for new content"), default=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name or self.slug
