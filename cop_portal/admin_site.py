"""The coordinators' admin: the stock Django admin under the portal's own name and rules."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_title = _("Coordination")
    site_header = _("Coordination")
    index_title = _("What can be managed here")
