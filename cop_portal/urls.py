"""Addresses: the languages' pages below their prefix, machines' addresses outside."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from cop_portal.views import health, home, inbox, media, pages, theme
from events.views import feed

handler400 = "cop_portal.errors.bad_request"
handler403 = "cop_portal.errors.forbidden"
handler404 = "cop_portal.errors.not_found"
handler500 = "cop_portal.errors.server_error"

urlpatterns = [
    path("", home.choose_language),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("theme.css", theme.style_sheet, name="theme"),
    path("calendar/<str:token>.ics", feed, name="feed"),
    re_path(r"^media/(?P<path>(?:site|partners)/[\w.-]+)$", media.logo, name="logo"),
    path("inbox/", inbox.message_list, name="inbox"),
    path("inbox/<str:key>/", inbox.message, name="inbox_message"),
    path("inbox/<str:key>/html/", inbox.message_html, name="inbox_html"),
    path("inbox/<str:key>/attachments/<int:position>/", inbox.attachment, name="inbox_attachment"),
    *i18n_patterns(
        path("", home.home, name="home"),
        path("events/", include("events.urls")),
        path("notifications/", include("notifications.urls")),
        path("account/2fa/", include("allauth.mfa.urls")),
        path("account/sessions/", include("allauth.usersessions.urls")),
        path("account/", include("allauth.account.urls")),
        path("admin/", admin.site.urls),
        path("", include("members.urls")),
        path("<slug:slug>/", pages.page, name="page"),
        prefix_default_language=True,
    ),
]
