from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FormerAddress(models.Model):
    """An address of a merged account: by it the person is still found and can still sign in.

    It stands as a confirmed address of the account beside the one in use. A change of address
    takes every other address off the account; those named here are put back, see
    `members.receivers`. Whoever owns the account can take them off themselves.
    """

    user = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="former_addresses",
    )
    email = models.EmailField(_("email"), unique=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        ordering = ("-since", "-pk")

    def __str__(self) -> str:
        return self.email
