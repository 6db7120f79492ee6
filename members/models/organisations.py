from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cop_portal.text import fold
from members.models.keys import FoldedKey, with_keys
from members.querysets import OrganisationQuerySet


class Organisation(models.Model):
    """A body that people work for or that organises, hosts or pays for events."""

    class Kind(models.TextChoices):
        MINISTRY = "ministry", _("Ministry")
        AGENCY = "agency", _("Public agency")
        MUNICIPALITY = "municipality", _("Municipality")
        NGO = "ngo", _("Non-governmental organisation")
        PRIVATE = "private", _("Private sector")
        PARTNER = "partner", _("Development partner")
        UNIVERSITY = "university", _("University")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        help_text=_("Empty for an international organisation."),
    )
    website = models.URLField(_("website"), blank=True)
    # Its names in all languages, folded, for finding it however it is spelt.
    name_key = FoldedKey("name", max_length=620)

    objects = models.Manager.from_queryset(OrganisationQuerySet)()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name or self.slug

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if update_fields is not None:
            update_fields = with_keys(type(self), update_fields)
        super().save(*args, update_fields=update_fields, **kwargs)

    def is_called(self, text: str) -> bool:
        """Whether `text` is its name in one of the languages, however it is spelt."""
        names = (getattr(self, f"name_{code}", None) for code, _name in settings.LANGUAGES)
        return fold(text) in {fold(name) for name in names if name}


class Partner(models.Model):
    """An organisation that carries the community, as the public pages present it."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Activities organised with")
        FUNDER = "funder", _("Financed by")
        KNOWLEDGE = "knowledge", _("Knowledge partner")
        PLATFORM = "platform", _("Virtual platform")

    organisation = models.OneToOneField(
        Organisation, verbose_name=_("organisation"), on_delete=models.CASCADE
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    note = models.CharField(_("note"), max_length=250, blank=True)
    logo = models.ImageField(_("logo"), upload_to="partners/", blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return str(self.organisation)
