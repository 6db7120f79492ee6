"""Names of columns that several sections have."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WHEN, WHAT = pgettext_lazy("of a record", "When"), _("Kind")
COUNTRY, ADDRESS = _("Country"), _("Email")
FROM, UNTIL, SUBJECT, TEXT = _("From"), _("Until"), _("Subject"), _("Text")
