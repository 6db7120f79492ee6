"""Calendar files (RFC 5545): one event's, a person's feed, and those that go with mails.

One file is in one language, the reader's: Outlook takes only the first LANGUAGE of a file. A
session keeps its UID for ever and its SEQUENCE is the event's revision, so that a calendar
program replaces what it has instead of adding to it.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress
from icalendar import Event as Entry

from cop_portal.localised import LocalText, local_text
from cop_portal.models import Site
from cop_portal.text import isolated

if TYPE_CHECKING:
    from events.models import Event, Session

CONTENT_TYPE = "text/calendar; charset=utf-8"
_MARGIN = timedelta(days=1)


@dataclass(frozen=True)
class Booking:
    """An event as one calendar shows it: `status` is the reader's registration, "" for none."""

    event: Event
    status: str = ""

    @property
    def is_participant(self) -> bool:
        """Whether the file may say how to join."""
        return self.status == "confirmed"

    @property
    def calendar_status(self) -> str:
        if self.event.is_cancelled:
            return "CANCELLED"
        return "TENTATIVE" if self.status == "waiting" else "CONFIRMED"


def calendar(
    bookings: Sequence[Booking],
    *,
    method: str = "PUBLISH",
    is_feed: bool = False,
    dropped: Sequence[Mapping[str, Any]] = (),
    attendee: str = "",
) -> bytes:
    """A calendar file in the active language, one entry for each session.

    A feed carries a name and says how often to look again. `dropped` are sessions that were
    announced and no longer exist, as snapshots: they are sent as cancelled. Events need their
    sessions prefetched.
    """
    file = Calendar()
    file.add("version", "2.0")
    file.add("prodid", f"-//{settings.SITE_DOMAIN}//events//{(get_language() or '').upper()}")
    file.add("calscale", "GREGORIAN")
    file.add("method", method)
    site = Site.objects.first() or Site(name=settings.SITE_DOMAIN)
    if is_feed:
        name = _("My events: %(portal)s") % {"portal": site.name}
        file.add("name", name)
        file.add("x-wr-calname", name)
        file.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        file.add("x-published-ttl", timedelta(hours=1))
    organiser = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organiser.params["CN"] = site.name
    entries = [
        _entry(booking, session, organiser, attendee)
        for booking in bookings
        for session in booking.event.sessions.all()
    ]
    entries += [_dropped(booking, old, organiser) for booking in bookings for old in dropped]
    for zone, moments in _moments(entries).items():
        file.add_component(_timezone(zone, min(moments), max(moments)))
    for entry in entries:
        file.add_component(entry)
    return file.to_ical()


def event_file(event: Event, *, status: str = "", **options: Any) -> bytes:
    """The file of one event; options as of `calendar`."""
    return calendar([Booking(event, status)], **options)


def _entry(booking: Booking, session: Session, organiser: vCalAddress, attendee: str) -> Entry:
    event = booking.event
    language = {"LANGUAGE": get_language()}
    entry = _frame(event, session.pk, organiser)
    entry.add("dtstart", session.starts_at.astimezone(session.zone))
    entry.add("dtend", session.ends_at.astimezone(session.zone))
    entry.add("summary", _summary(booking, session), parameters=language)
    entry.add("description", _description(booking, session), parameters=language)
    if place := _place(session):
        entry.add("location", place, parameters=language)
    entry.add("url", settings.SITE_URL + event.get_absolute_url())
    entry.add("status", booking.calendar_status)
    entry.add("transp", "OPAQUE" if booking.calendar_status == "CONFIRMED" else "TRANSPARENT")
    if attendee:
        entry.add("attendee", vCalAddress(f"mailto:{attendee}"))
    return entry


def _dropped(booking: Booking, old: Mapping[str, Any], organiser: vCalAddress) -> Entry:
    zone = zoneinfo.ZoneInfo(old["time_zone"])
    entry = _frame(booking.event, old["id"], organiser)
    entry.add("dtstart", datetime.fromisoformat(old["starts_at"]).astimezone(zone))
    entry.add("dtend", datetime.fromisoformat(old["ends_at"]).astimezone(zone))
    title = _isolated(local_text(booking.event, "title"))
    entry.add("summary", title, parameters={"LANGUAGE": get_language()})
    entry.add("status", "CANCELLED")
    return entry


def _frame(event: Event, session_id: int, organiser: vCalAddress) -> Entry:
    entry = Entry()
    entry.add("uid", f"session-{session_id}@{settings.SITE_DOMAIN}")
    entry.add("sequence", event.revision)
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("organizer", organiser)
    return entry


def _summary(booking: Booking, session: Session) -> str:
    title = _isolated(local_text(booking.event, "title"))
    part = local_text(session, "title")
    if part.text and len(booking.event.sessions.all()) > 1:
        title = pgettext("calendar entry: event and its session", "%(event)s: %(session)s") % {
            "event": title,
            "session": _isolated(part),
        }
    if booking.status == "waiting":
        return _("Waiting list: %(title)s") % {"title": title}
    return title


def _description(booking: Booking, session: Session) -> str:
    lines = [_isolated(local_text(booking.event, "summary"))]
    if booking.event.is_cancelled:
        lines = [_("The event was cancelled")]
        lines.append(_isolated(local_text(booking.event, "cancellation_note")))
    elif booking.status == "waiting":
        lines.append(_("There is no seat yet: this entry is on the waiting list."))
    if booking.is_participant and not booking.event.is_cancelled:
        if session.join_url:
            lines.append(_("Join link:") + f"\n{session.join_url}")
        if session.dial_in:
            lines.append(_("By phone:") + f"\n{session.dial_in.strip()}")
        if session.dial_in_code:
            lines.append(
                _("Access code: %(code)s") % {"code": f"\u2066{session.dial_in_code}\u2069"}
            )
    lines.append(settings.SITE_URL + booking.event.get_absolute_url())
    return "\n\n".join(line for line in lines if line)


def _place(session: Session) -> str:
    parts = [local_text(session, "place"), local_text(session, "city")]
    known = [_isolated(part) for part in parts if part.text]
    if known:
        return pgettext("separator of a place and its city", ", ").join(known)
    return session.remote_label if session.is_remote else ""


def _isolated(found: LocalText) -> str:
    """A text whose foreign direction does not disturb what stands around it."""
    return isolated(found.text) if found.is_foreign else found.text


# Time zones ----------------------------------------------------------------------------------


def _moments(entries: Iterable[Entry]) -> dict[zoneinfo.ZoneInfo, list[datetime]]:
    """The starts and ends in each zone that the file names."""
    moments: dict[zoneinfo.ZoneInfo, list[datetime]] = {}
    for entry in entries:
        for moment in (entry.DTSTART, entry.DTEND):
            zone = moment.tzinfo if isinstance(moment, datetime) else None
            if isinstance(zone, zoneinfo.ZoneInfo) and zone.key != "UTC":
                moments.setdefault(zone, []).append(moment)
    return moments


def _timezone(zone: zoneinfo.ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """A VTIMEZONE that is exact from before `first` to after `last`.

    Written from the zone's own offsets, because icalendar's generator sets the clocks forward
    an hour late. Each change of offset is one observance, its onset on the clocks before it.
    """
    start, end = (first - _MARGIN).astimezone(UTC), (last + _MARGIN).astimezone(UTC)
    component = Timezone()
    component.add("tzid", str(zone))
    component.add_component(_observance(zone, start, before=start))
    moment = start
    while (change := _next_change(zone, moment, end)) is not None:
        component.add_component(_observance(zone, change, before=change - timedelta(seconds=1)))
        moment = change
    return component


def _observance(
    zone: zoneinfo.ZoneInfo, onset: datetime, *, before: datetime
) -> TimezoneStandard | TimezoneDaylight:
    local = onset.astimezone(zone)
    old = before.astimezone(zone).utcoffset() or timedelta()
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (onset + old).replace(tzinfo=None))
    part.add("tzoffsetfrom", old)
    part.add("tzoffsetto", local.utcoffset() or timedelta())
    part.add("tzname", local.tzname() or str(zone))
    return part


def _next_change(zone: zoneinfo.ZoneInfo, after: datetime, until: datetime) -> datetime | None:
    """The first second after `after` and up to `until` at which the offset is another one."""
    offset = after.astimezone(zone).utcoffset()
    low = after
    while low < until:
        high = min(low + timedelta(days=1), until)
        if high.astimezone(zone).utcoffset() != offset:
            break
        low = high
    else:
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
