from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from cop_portal.text import clean_line
from members.models.held import Titled
from members.querysets import GuestQuerySet


class Guest(Titled, models.Model):
    """A person named in sessions who has no account, such as a speaker from elsewhere.

    The address, if known, is for finding the guest's account later, and shown to coordinators
    alone. Once an account has claimed the guest, pages name the account instead.
    """

    full_name = models.CharField(_("full name"), max_length=150)
    full_name_latin = models.CharField(_("name in Latin letters"), max_length=150, blank=True)
    function = models.CharField(_("job title"), max_length=150, blank=True)
    function_latin = models.CharField(_("job title in Latin letters"), max_length=150, blank=True)
    organisation_text = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guests",
    )
    email = models.EmailField(_("email"), blank=True)
    claimed_by = models.ForeignKey(
        "members.User",
        verbose_name=_("claimed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="guest_names",
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    # The account with this address answered that the guest is someone else.
    denied_at = models.DateTimeField(_("said to be someone else"), null=True, blank=True)

    objects = models.Manager.from_queryset(GuestQuerySet)()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        ordering = ("full_name", "pk")

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.full_name = clean_line(self.full_name)
        self.full_name_latin = clean_line(self.full_name_latin)
        self.email = self.email.lower()
        super().save(*args, update_fields=update_fields, **kwargs)
