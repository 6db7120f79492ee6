from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cop_portal import theme

hex_colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Six hexadecimal digits, for example #0b5d54."))


class Site(models.Model):
    """What an installation calls itself and how it looks; there is one row."""

    name = models.CharField(_("name"), max_length=80)
    tagline = models.CharField(_("tagline"), max_length=120, blank=True)
    headline = models.CharField(_("headline of the home page"), max_length=150, blank=True)
    introduction = models.TextField(_("introduction on the home page"), max_length=600, blank=True)
    story = models.TextField(
        _("how it began, on the home page"), blank=True, help_text=_("CommonMark.")
    )
    contact_email = models.EmailField(_("email of the secretariat"), blank=True)
    logo = models.ImageField(_("logo"), upload_to="site/", blank=True)
    brand = models.CharField(
        _("main colour"), max_length=7, default="#0b5d54", validators=[hex_colour]
    )
    accent = models.CharField(
        _("accent colour"), max_length=7, default="#e2a012", validators=[hex_colour]
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("portal settings")
        verbose_name_plural = _("portal settings")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="cop_portal_one_site")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse colours that could not be read; what is no colour at all is refused before."""
        if theme.are_colours(self.brand, self.accent) and (
            faults := theme.faults(self.brand, self.accent)
        ):
            raise ValidationError(faults)


class Page(models.Model):
    """A standing page, such as "about"; its text is CommonMark."""

    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.title or self.slug
