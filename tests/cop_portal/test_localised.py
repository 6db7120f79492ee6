"""Editorial text comes in the page's language or, marked, in the one it has."""

import pytest
from django.utils import translation

from cop_portal.localised import languages_of, local_text
from cop_portal.models import Page


def a_page(**texts):
    return Page(**texts)


BOTH = a_page(title_ar="عن المجتمع", title_en="About")
ENGLISH = a_page(title_en="About")
ARABIC = a_page(title_ar="عن المجتمع", title_en="")


@pytest.mark.parametrize(
    ("language", "page", "text", "found_in", "is_foreign", "direction"),
    [
        ("ar", BOTH, "عن المجتمع", "ar", False, "rtl"),
        ("en", BOTH, "About", "en", False, "ltr"),
        ("ar", ENGLISH, "About", "en", True, "ltr"),
        ("en", ARABIC, "عن المجتمع", "ar", True, "rtl"),
        ("en", Page(), "", "en", False, "ltr"),
    ],
)
def test_a_text_comes_with_its_language(language, page, text, found_in, is_foreign, direction):
    with translation.override(language):
        found = local_text(page, "title")

        assert (found.text, found.language) == (text, found_in)
        assert found.is_foreign is is_foreign
        assert found.direction == direction


@pytest.mark.parametrize(
    ("page", "languages"), [(BOTH, ["ar", "en"]), (ENGLISH, ["en"]), (ARABIC, ["ar"]), (Page(), [])]
)
def test_the_languages_of_a_text(page, languages):
    assert languages_of(page, "title") == languages
