"""What every template may count on: `shell`, the frame of the page, and `portal`, its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from cop_portal.shell import Shell

if TYPE_CHECKING:
    from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Nothing is looked up here: a page without the frame costs nothing."""
    shell: Shell | None = getattr(request, "_shell", None)
    if shell is None:
        shell = request._shell = Shell(request)  # type: ignore[attr-defined]
    return {"shell": shell, "portal": SimpleLazyObject(lambda: shell.site)}
