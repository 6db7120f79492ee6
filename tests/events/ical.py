"""A reader of calendar files (RFC 5545), strict and small, that owes nothing to the library which
wrote them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta


class Component:
    def __init__(self, name):
        self.name, self.lines, self.parts = name, [], []

    def all(self, name):
        return [part for part in self.parts if part.name == name]

    def get(self, name):
        """The one value of a property, and its parameters."""
        [(params, value)] = [(p, v) for n, p, v in self.lines if n == name]
        return params, value

    def text(self, name):
        value = self.get(name)[1]
        return (
            value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
        )

    def names(self):
        return [name for name, _params, _value in self.lines]


def read(content):
    """Parse a calendar file, strict about lines, folding and nesting."""
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    for line in physical:
        assert b"\r" not in line
        assert b"\n" not in line
        assert 0 < len(line) <= 75
    unfolded = content.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]
    root = Component("")
    stack = [root]
    for line in unfolded:
        name, params, value = split(line)
        if name == "BEGIN":
            stack.append(Component(value))
        elif name == "END":
            done = stack.pop()
            assert done.name == value
            stack[-1].parts.append(done)
        else:
            stack[-1].lines.append((name, params, value))
    assert stack == [root]
    [calendar] = root.parts
    assert calendar.name == "VCALENDAR"
    check(calendar)
    return calendar


def split(line):
    """One content line as name, parameters and value; colons in quotes do not count."""
    head, value = re.fullmatch(r'((?:[^":]|"[^"]*")*):(.*)', line, re.DOTALL).groups()
    name, *params = re.findall(r'(?:[^";]|"[^"]*")+', head)
    return name, dict(p.split("=", 1) for p in params), value


def check(calendar):
    """What the standard demands of a calendar and each of its events."""
    assert calendar.get("VERSION")[1] == "2.0"
    assert calendar.get("PRODID")[1]
    zones = [z.get("TZID")[1] for z in calendar.all("VTIMEZONE")]
    assert len(zones) == len(set(zones))
    uids = [e.get("UID")[1] for e in calendar.all("VEVENT")]
    assert len(uids) == len(set(uids))
    for event in calendar.all("VEVENT"):
        for once in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "ORGANIZER"):
            assert event.names().count(once) == 1
        assert event.get("DTSTAMP")[1].endswith("Z")
        for end in ("DTSTART", "DTEND"):
            params, value = event.get(end)
            assert params.get("TZID") in zones if "TZID" in params else value.endswith("Z")


def moment(calendar, event, name):
    """A DTSTART or DTEND as an instant, read by the file's own VTIMEZONE."""
    params, value = event.get(name)
    if "TZID" not in params:
        return datetime.fromisoformat(value)
    [zone] = [z for z in calendar.all("VTIMEZONE") if z.get("TZID")[1] == params["TZID"]]
    local = datetime.fromisoformat(value)
    begun = [(datetime.fromisoformat(part.get("DTSTART")[1]), part) for part in zone.parts]
    _onset, part = max((b for b in begun if b[0] <= local), key=lambda b: b[0])
    return (local - offset(part.get("TZOFFSETTO")[1])).replace(tzinfo=UTC)


def offset(text):
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
