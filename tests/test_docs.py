"""What the documentation names exists: files, pages and guides in both languages."""

import re
from pathlib import Path

import pytest
from django.urls import resolve
from django.utils import translation

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GUIDES = ["coordinator.md", "focal-point.md", "import.md", "member.md"]


def name_of(path):
    return str(path.relative_to(ROOT))


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    anchors = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://|mailto:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (document.parent / path).exists() if path else anchor in anchors
        lost += [] if found else [target]

    assert lost == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_pages_that_are_named_exist(document):
    text = document.read_text(encoding="utf-8")

    for address, language in re.findall(r"`(/(ar|en)/[^`…<]*)`", text):
        with translation.override(language):
            assert resolve(address)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_there_are_the_same_guides_in_both_languages(language):
    folder = ROOT / "docs/guides" / language

    assert sorted(path.name for path in folder.iterdir()) == GUIDES


@pytest.mark.parametrize("name", GUIDES)
def test_both_versions_of_a_guide_have_the_same_parts(name):
    arabic, english = (
        re.findall(r"^(#+ |[0-9]\. |- )", text_of(f"docs/guides/{language}/{name}"), re.MULTILINE)
        for language in ("ar", "en")
    )

    assert arabic == english


@pytest.mark.parametrize("name", GUIDES)
def test_arabic_guides_are_written_from_right_to_left(name):
    text = text_of(f"docs/guides/ar/{name}")

    assert text.startswith('<div dir="rtl" lang="ar">\n\n# ')
    assert text.endswith("\n</div>\n")
