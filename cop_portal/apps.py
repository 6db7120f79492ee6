from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class CopPortalConfig(AppConfig):
    name = "cop_portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from cop_portal import checks  # noqa: F401  registers the system checks


class PortalAdminConfig(AdminConfig):
    default_site = "cop_portal.admin_site.PortalAdminSite"
