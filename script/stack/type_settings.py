"""The settings as the type checker loads them.

Without modeltranslation, which replaces managers while Django starts: the checker's plugin cannot
follow that, and then knows no manager at all. Without looking for admin classes, which need it.
With a key, so that `mypy` runs without one.
"""

import os

os.environ.setdefault("SECRET_KEY", "for types only")

from cop_portal.settings import *  # noqa: F403
from cop_portal.settings import INSTALLED_APPS as ALL_APPS

REPLACED = {"cop_portal.apps.PortalAdminConfig": "django.contrib.admin.apps.SimpleAdminConfig"}
INSTALLED_APPS = [REPLACED.get(app, app) for app in ALL_APPS if app != "modeltranslation"]
