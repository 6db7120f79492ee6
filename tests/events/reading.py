"""Reading pages as their readers do: by words and elements, not by the spaces between tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

VOID = {"br", "hr", "img", "input", "link", "meta", "rect", "source", "use"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)

    @property
    def words(self):
        """What a reader sees, spaces evened out."""
        return " ".join(self._text().split())

    def _text(self):
        return "".join(c if isinstance(c, str) else c._text() for c in self.content)

    def all(self, tag="", of="", **attrs):
        """Every element below with a tag, a class and attributes, in order."""
        found = []
        for child in self.content:
            if isinstance(child, str):
                continue
            classes = child.attrs.get("class", "").split()
            if (
                tag in ("", child.tag)
                and (not of or of in classes)
                and all(child.attrs.get(name) == value for name, value in attrs.items())
            ):
                found.append(child)
            found += child.all(tag, of, **attrs)
        return found

    def one(self, tag="", of="", **attrs):
        [found] = self.all(tag, of, **attrs)
        return found


class _Builder(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.open[-1].content.append(data)


def parse(response):
    """The elements of an answer, or of a text; fails on tags that do not match."""
    builder = _Builder()
    builder.feed(response if isinstance(response, str) else response.content.decode())
    assert builder.open == [builder.root]
    return builder.root


def page(client, query="", name="events:list", language="en"):
    """A list's page in a language."""
    with translation.override(language):
        response = client.get(reverse(name) + query)
    assert response.status_code == 200
    return parse(response)


def rows(shown):
    """The events of a list."""
    return shown.all("article", "event")


def titles(shown):
    """Their titles, in order."""
    return [row.one("h3").words for row in rows(shown)]


def pager(shown):
    """The links to the pages before and after, by "prev" and "next"."""
    links = [link for nav in shown.all("nav", "pager") for link in nav.all("a")]
    return {link.attrs["rel"]: link.attrs["href"] for link in links}


def messages(client):
    """What the next page says happened."""
    shown = parse(client.get(reverse("events:list")))
    return [re.sub(r"\s+", " ", notice.words) for notice in shown.all("p", "notice")]


def queries(client, address):
    """How many queries a page takes once it is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
