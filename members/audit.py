"""Writing the audit trail of the rosters. It can be searched by coordinators and changed by nobody:
the database refuses, see `members/migrations`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.models import FocalPointAppointment, RosterRecord, User


def record(
    action: RosterRecord.Action,
    *,
    by: User | None,
    person: User | None = None,
    country_id: str | None = None,
    **detail: Any,
) -> None:
    """Note one action, in the caller's transaction. `by` is None for what the portal does of its
    own accord; the country is by default that of the person; `detail` are primitives."""
    country_id = country_id or (person.country_id if person else None)
    RosterRecord.objects.create(
        action=action, actor=by, person=person, country_id=country_id, detail=detail
    )


def record_all(
    action: RosterRecord.Action, people: Iterable[User], *, by: User | None, **detail: Any
) -> None:
    """Note the same action for many people, in one INSERT for each thousand."""
    RosterRecord.objects.bulk_create(
        [
            RosterRecord(
                action=action, actor=by, person=person, country_id=person.country_id, detail=detail
            )
            for person in people
        ],
        batch_size=1000,
    )


def record_details(
    action: RosterRecord.Action,
    details: Iterable[dict[str, Any]],
    *,
    by: User | None,
    country_id: str,
) -> None:
    """Note the same action for many who have no account, each with details of its own, in one
    INSERT for each thousand."""
    RosterRecord.objects.bulk_create(
        [
            RosterRecord(action=action, actor=by, country_id=country_id, detail=detail)
            for detail in details
        ],
        batch_size=1000,
    )


# Reading ------------------------------------------------------------------------------------

# What the keys of `detail` mean. A key that is missing here is shown by its name.
LABELS = {
    "announcement": _("Announcement"),
    "appointment": _("Appointment"),
    "availability": _("Availability"),
    "changes": _("Changes"),
    "code": _("Activation code"),
    "content": _("What the person wrote"),
    "count": _("Number"),
    "expertise": _("Fields of expertise"),
    "format": _("Format"),
    "guest": _("Guest"),
    "invitation": _("Invitation"),
    "merged": _("Number of the account merged"),
    "message": _("Message"),
    "new": _("New names"),
    "on": _("On"),
    "origin": pgettext_lazy("country", "From"),
    "part": _("Part"),
    "reason": _("Reason"),
    "recipients": _("Recipients"),
    "role": _("Role"),
    "roster_import": _("Import"),
    "rows": _("Rows"),
    "times": _("Times sent"),
    "taken_over": _("Taken over"),
    "to": pgettext_lazy("country", "To"),
    "what": _("Kind"),
    "with_letter": _("Nomination letter"),
    "withdrawn": pgettext_lazy("of an appointment", "Withdrawn"),
}
VALUES = {
    ("content", "kept"): _("stays, under “Former member”"),
    ("content", "removed"): _("was removed"),
    ("part", "all"): _("the whole roster"),
    ("part", "list"): _("the rows listed"),
    ("part", "selected"): _("the rows selected"),
    ("what", "audit_trail"): _("the audit trail"),
    **{("availability", state.value): state.label for state in User.Availability},
    **{("role", role.value): role.label for role in FocalPointAppointment.Role},
}
# Numbers of rows, which are no quantities.
ROWS = frozenset(
    {"announcement", "appointment", "code", "guest", "invitation", "message", "roster_import"}
)
# What tells who a person was. It is not shown any more once the person is erased: the entry
# itself cannot be changed.
PERSONAL = frozenset({"changes", "reason"})


def describe(
    entry: RosterRecord, countries: Mapping[str, str] | None = None
) -> list[tuple[str, str]]:
    """The details of an entry in words, label by label; needs `person` and asks nothing else.
    `countries` are names by code, for those a person was moved between."""
    gone = entry.person is not None and entry.person.erased_at is not None
    parts = []
    for key, value in entry.detail.items():
        if value in (None, "", [], {}):
            continue
        if key in PERSONAL and gone:
            shown = gettext("erased")
        elif key == "changes" and isinstance(value, dict):
            between = pgettext("between details", "; ")
            shown = between.join(_change(name, pair) for name, pair in value.items())
        elif key in ("origin", "to") and countries:
            shown = countries.get(str(value), str(value))
        elif key in ROWS:
            shown = f"#{value}"
        else:
            shown = _in_words(key, value)
        parts.append((str(LABELS.get(key, key)), shown))
    return parts


def _change(name: str, pair: Any) -> str:
    """ "Job title: adviser → director"; in Arabic the arrow would point the wrong way."""
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else ("", pair)
    sentence = gettext("%(field)s: “%(before)s” became “%(after)s”")
    return sentence % {"field": _column(name), "before": before or "—", "after": after or "—"}


def _column(name: str) -> str:
    names = {field.name: field for field in User._meta.concrete_fields}
    return str(names[name].verbose_name) if name in names else name


def _in_words(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        separator = pgettext("between the items of a list", ", ")
        return separator.join(_column(part) if key == "taken_over" else str(part) for part in value)
    return str(VALUES.get((key, str(value)), value))
