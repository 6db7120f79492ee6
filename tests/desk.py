"""Filling in the pages of the admin as a browser would."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any

from django.db import connection
from django.forms import BaseForm, CheckboxInput
from django.test.utils import CaptureQueriesContext


def _text(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(getattr(item, "pk", item)) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def _filled(form: BaseForm) -> dict[str, Any]:
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field.widget, CheckboxInput):
            if value:
                data[bound.html_name] = "on"
        elif value is not None:
            data[bound.html_name] = _text(value)
    return data


def filled(response: Any, **changes: Any) -> dict[str, Any]:
    """What a page of the admin would post as it stands, with these changes; None leaves out."""
    data = _filled(response.context["adminform"].form)
    for inline in response.context.get("inline_admin_formsets") or ():
        formset = inline.formset
        for form in (formset.management_form, *formset.forms):
            data.update(_filled(form))
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def markup(page: Any) -> str:
    """A page, or a part of one, with single spaces and none around tags."""
    html = re.sub(r"\s+", " ", page if isinstance(page, str) else page.content.decode())
    return html.replace(" >", ">").replace("> ", ">").replace(" <", "<")


def messages_of(response: Any) -> list[str]:
    """What the page after a redirect says was done."""
    return [str(message) for message in response.context["messages"]]


def count_queries(client: Any, url: str) -> int:
    """How many questions one page asks the database, the sessions' own included."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return len(queries)


# Events --------------------------------------------------------------------------------------

EVENTS = "/en/admin/events/event/"
ADD_EVENT = f"{EVENTS}add/"


def event_page(event: Any) -> str:
    return f"{EVENTS}{event.pk}/change/"


def session_fields(number: int = 0, **fields: str) -> dict[str, str]:
    return {f"sessions-{number}-{name}": value for name, value in fields.items()}


def new_event(client: Any, **changes: Any) -> Any:
    """Post the page of a new event with one session in Rabat; return the page after it."""
    posted = {
        "title_ar": "تحديث السجل الاجتماعي",
        "kind": "workshop",
        "time_zone": "Africa/Casablanca",
        **session_fields(starts_at="2026-12-09 11:00", ends_at="13:00"),
        **changes,
    }
    return client.post(ADD_EVENT, filled(client.get(ADD_EVENT), **posted), follow=True)
