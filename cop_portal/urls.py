"""Addresses: the languages' pages below their prefix, machines' addresses outside."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("account/", include("allauth.account.urls")),
        prefix_default_language=True,
    ),
]
