"""What a browser carries for one page: the page itself and everything it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from benchmarks.clients import Answer, Target, fetch

FONTS = (".woff2", ".woff", ".ttf", ".otf")
# The attributes by which a page names what is fetched with it.
NAMED = {
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
FETCHED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"}
_STYLE_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")


@dataclass
class Visit:
    """The parts of one page with the bytes of their bodies as they travel."""

    page: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    fonts: dict[str, int] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)

    @property
    def first(self) -> int:
        """Bytes of a first visit, without fonts."""
        return self.page + sum(self.parts.values())

    @property
    def requests(self) -> int:
        """Requests of a first visit, without fonts."""
        return 1 + len(self.parts)

    @property
    def next(self) -> int:
        """Bytes of the page when everything that may be kept is in the browser's cache."""
        return self.page + sum(self.parts[url] for url in self.again)


class _Names(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        if tag == "link" and FETCHED_LINKS & set(values.get("rel", "").lower().split()):
            self.urls.append(values.get("href", ""))
        for name in NAMED.get(tag, ()):
            candidates = values.get(name, "").split(",") if name == "srcset" else [values.get(name)]
            self.urls += [text.split()[0] for text in candidates if text and text.strip()]

    handle_startendtag = handle_starttag


def named_in_page(html: str) -> list[str]:
    """Addresses of what a browser fetches with the page, as they stand in it."""
    names = _Names()
    names.feed(html)
    return [url for url in names.urls if not url.startswith(("data:", "#"))]


def named_in_style(css: str) -> list[str]:
    """Addresses in a style sheet, whether or not a rule that names them applies."""
    urls = [first or second for first, second in _STYLE_URL.findall(css)]
    return [url for url in urls if not url.startswith(("data:", "#"))]


def visit(target: Target) -> Visit:
    """Fetch a page and everything it names, each once, as a browser with an empty cache."""
    base = f"http://127.0.0.1:{target.port}"
    answer = fetch(target)
    found = Visit(page=len(answer.body))
    waiting = [(urljoin(base + target.path, url)) for url in named_in_page(answer.plain.decode())]
    seen: set[str] = set()
    while waiting:
        url = urldefrag(waiting.pop(0)).url
        if url in seen:
            continue
        seen.add(url)
        if not url.startswith(f"{base}/"):
            found.foreign.add(urlsplit(url).netloc)
            continue
        waiting += _add(found, target, url)
    return found


def _add(found: Visit, target: Target, url: str) -> Iterator[str] | list[str]:
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    answer = fetch(Target(target.port, path, target.cookie))
    if parts.path.endswith(FONTS):
        found.fonts[url] = len(answer.body)
        return []
    found.parts[url] = len(answer.body)
    if not may_be_kept(answer):
        found.again.add(url)
    if answer.headers.get("content-type", "").startswith("text/css"):
        return (urljoin(url, name) for name in named_in_style(answer.plain.decode()))
    return []


def may_be_kept(answer: Answer) -> bool:
    """Whether a browser shows it again within a minute without asking."""
    control = answer.headers.get("cache-control", "")
    age = re.search(r"max-age=(\d+)", control)
    return (
        "no-cache" not in control and "no-store" not in control and bool(age and int(age[1]) > 60)
    )
