"""Where people stand, each state with its label; actions refuse with the same words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Membership(models.TextChoices):
    APPLICANT = "applicant", _("Pending approval")
    MEMBER = "member", _("Member")
    DECLINED = "declined", _("Request rejected")
    LEFT = "left", _("Former member")
    SUSPENDED = "suspended", _("Suspended")


class Availability(models.TextChoices):
    """Whether an expert can be asked now."""

    OPEN = "open", _("Available")
    LIMITED = "limited", _("Limited availability")
    CLOSED = "closed", _("Not available now")


class Decision(models.TextChoices):
    """Whether a request to join can be decided now, in words for the person who decides."""

    OPEN = "open", _("This request waits for a decision.")
    UNCONFIRMED = "unconfirmed", _("The email address of this request is not confirmed yet.")
    APPROVED = "approved", _("This request has been approved already.")
    DECLINED = "declined", _("This request has been rejected already.")
    CLOSED = "closed", _("This account is no longer open, so there is nothing to decide.")


class Entry(models.TextChoices):
    """Whether the person may sign in now, in words for the person who tries."""

    OPEN = "open", _("The account is open.")
    DECLINED = "declined", _("The request to join was not approved.")
    SUSPENDED = "suspended", _("This account is suspended.")
    LEFT = "left", _("This membership has ended.")
    INACTIVE = "inactive", _("This account is closed.")
