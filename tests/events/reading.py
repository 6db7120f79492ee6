"""Reading pages as their readers do."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation


def page(client, query="", name="events:list", language="en"):
    """A list's page in a language."""
    with translation.override(language):
        response = client.get(reverse(name) + query)
    assert response.status_code == 200
    return response


def words(html):
    """What a reader sees, spaces evened out."""
    html = re.sub(r"</?(time|bdi|b)\b[^>]*>", "", html)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def titles(response):
    """The titles of the rows on a page, in order."""
    return re.findall(r"<h3><a [^>]*>(?:<span[^>]*>)?([^<]*)", response.content.decode())


def rows_of(html):
    return re.findall(r'<article class="event">.*?</article>', html, re.DOTALL)


def pager(response):
    """The links to the pages before and after, by "prev" and "next"."""
    found = re.findall(r'href="([^"]+)" rel="(\w+)"', response.content.decode())
    return {rel: url.replace("&amp;", "&") for url, rel in found}


def queries(client, address):
    """How many queries a page takes once it is warm."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
