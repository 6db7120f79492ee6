"""An installation's colours: refused when unreadable, otherwise readable in every shade."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cop_portal import theme
from cop_portal.models import Site


def colours(low, high):
    """Colours whose parts lie in a range, most of which are accepted."""
    part = st.integers(low, high)
    return st.tuples(part, part, part).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))


# What stays as it is in each scheme, whatever the two colours.
LIGHT = {
    "paper": "#fcfaf6", "surface": "#ffffff", "sand": "#f4efe4", "ink": "#1b2522",
    "ink-soft": "#50595a", "on-accent": "#1f1500", "on-band": "#f6f2e9",
}  # fmt: skip
DARK = {
    "paper": "#0f1615", "surface": "#182220", "sand": "#17211f", "ink": "#e9e7e0",
    "ink-soft": "#aab6b0", "on-accent": "#1f1500", "on-band": "#f3f1ea",
}  # fmt: skip
READ_TOGETHER = [
    ("brand", "paper"), ("brand", "surface"), ("brand", "sand"), ("brand", "brand-tint"),
    ("brand-strong", "brand-tint"), ("on-brand", "brand"), ("on-brand", "brand-strong"),
    ("on-brand", "brand-deep"), ("heading", "paper"), ("accent-text", "accent-tint"),
    ("on-accent", "accent"), ("ink", "accent-tint"), ("ink-soft", "accent-tint"),
    ("ink", "brand-tint"), ("ink-soft", "brand-tint"), ("on-band", "band"),
    ("on-band-soft", "band"), ("on-op-1", "op-1"), ("on-op-2", "op-2"),
]  # fmt: skip


def test_contrast_is_wcags():
    assert theme.contrast("#000000", "#ffffff") == 21
    assert theme.contrast("#ffffff", "#ffffff") == 1
    assert round(theme.contrast("#777777", "#ffffff"), 2) == 4.48


@settings(max_examples=150, deadline=None, derandomize=True)
@given(brand=colours(0, 140), accent=colours(100, 255))
def test_every_accepted_pair_of_colours_is_readable_in_every_shade(brand, accent):
    assume(not theme.faults(brand, accent))

    for fixed, tokens in ((LIGHT, theme.light(brand, accent)), (DARK, theme.dark(brand, accent))):
        shades = {**fixed, **tokens}
        for text, ground in READ_TOGETHER:
            assert theme.contrast(shades[text], shades[ground]) >= 4.49, (text, ground)


@pytest.mark.parametrize(
    ("brand", "accent", "fields"),
    [
        ("#0b5d54", "#e2a012", set()),
        ("#1c3f94", "#f2b705", set()),
        ("#e2a012", "#e2a012", {"brand"}),
        ("#0b5d54", "#0b5d54", {"accent"}),
        ("#ffffff", "#000000", {"brand", "accent"}),
    ],
)
def test_unreadable_colours_are_refused_beside_their_field(brand, accent, fields):
    site = Site(pk=1, name_ar="مجتمع", brand=brand, accent=accent)

    try:
        site.clean()
        refused = {}
    except ValidationError as error:
        refused = error.message_dict

    assert set(refused) == fields
    for sentences in refused.values():
        assert "4.5" in sentences[0]


def test_what_is_no_colour_is_left_to_its_validator():
    site = Site(pk=1, name_ar="مجتمع", brand="teal", accent="#e2a012")

    site.clean()
    with pytest.raises(ValidationError) as refusal:
        site.clean_fields(exclude=["name_en"])

    assert set(refusal.value.message_dict) == {"brand"}


def test_the_usual_colours_need_no_sheet(client, db):
    Site.objects.update_or_create(pk=1, defaults={"name_ar": "مجتمع", "name_en": "Community"})

    page = client.get("/ar/nothing-here/").content.decode()

    assert "/theme.css" not in page


def test_other_colours_are_linked_by_version_and_kept_for_ever(client, db):
    Site.objects.update_or_create(
        pk=1, defaults={"name_ar": "مجتمع", "brand": "#1C3F94", "accent": "#f2b705"}
    )
    address = theme.address(Site.objects.get())

    page = client.get("/ar/nothing-here/").content.decode()
    sheet = client.get(address)

    assert f'<link rel="stylesheet" href="{address}">' in page
    assert page.index("site.css") < page.index("theme.css")
    assert (
        f'<meta name="theme-color" content="{theme.light("#1c3f94", "#f2b705")["band"]}">' in page
    )
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--brand:#1c3f94;" in sheet.content.decode()


@pytest.mark.parametrize("query", ["", "?v=0123456789ab", "?v=%D8%B9"])
def test_a_sheet_asked_for_by_another_version_is_not_kept(client, db, query):
    assert client.get(f"/theme.css{query}").headers["Cache-Control"] == "no-cache"


def test_the_refusal_names_the_contrast_in_the_language_of_the_page():
    with translation.override("en"):
        sentence = theme.faults("#e2a012", "#e2a012")["brand"]

    assert sentence == (
        "This colour is too light: links on the portal’s grounds would have a contrast of "
        "2.0, and 4.5 is the least that can be read well. Choose a darker one."
    )
