"""The coordinators' admin: the stock Django admin under the portal's own name and rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from cop_portal.permissions import denial, explain_denial
from cop_portal.shell import languages
from cop_portal.zones import city_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# The order of the page; apps that are not named follow.
SECTIONS = ("events", "members", "notifications", "cop_portal")
# Packages whose own admin pages, with their keys and secrets, are left out.
PACKAGES = frozenset({"auth", "account", "mfa", "usersessions"})
ENTER = "cop_portal.enter_admin"

explain_denial(ENTER, _("Only coordinators and administrators have access to this area."))


@dataclass(frozen=True)
class Waiting:
    """A number of things that someone should look at, and the list that shows them; `items` are
    the things themselves where they are few, each with its name and address."""

    label: str
    count: int
    url: str
    items: Sequence[tuple[str, str]] = ()


Source = Callable[["HttpRequest"], Iterable[Waiting]]
_SOURCES: list[Source] = []


def on_the_desk(source: Source) -> Source:
    """Register a function that says what waits in its app; its zeros are not shown."""
    _SOURCES.append(source)
    return source


class Suggestions(AutocompleteJsonView):
    """The suggestions of an autocomplete, each as its own list calls it."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "autocomplete_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class PortalAdminSite(AdminSite):
    site_title = _("Coordination")
    site_header = _("Coordination")
    index_title = _("What can be managed here")
    empty_value_display = "—"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        several = isinstance(model_or_iterable, Iterable)
        models = model_or_iterable if several else [model_or_iterable]
        own = [model for model in models if model._meta.app_label not in PACKAGES]
        super().register(own, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As usual, but who is signed in and may not be here is told so, not asked to sign in."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(denial(ENTER))
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one way to sign in, with its second step: the portal's own."""
        index = reverse("admin:index", current_app=self.name)
        query = urlencode({"next": request.GET.get("next") or index})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("admin:index")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Suggestions.as_view(admin_site=self)(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "site_url": reverse("home"),
            "admin_languages": [found for found in languages(request) if not found.is_current],
            "reader_city": city_of(timezone.get_current_timezone_name()),
        }

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        waiting = [found for source in _SOURCES for found in source(request) if found.count]
        return super().index(request, {**(extra_context or {}), "waiting": waiting})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The sections in their order, and in each the models as they were registered."""
        apps = self._build_app_dict(request, app_label)
        order = [model._meta.object_name for model in self._registry]
        for app in apps.values():
            app["models"].sort(key=lambda model: order.index(model["object_name"]))
        return sorted(apps.values(), key=lambda app: _place(app["app_label"]))


def _place(app_label: str) -> int:
    return SECTIONS.index(app_label) if app_label in SECTIONS else len(SECTIONS)
