"""What every installation starts with, loaded as often as one likes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cop_portal.models import Page, Site
from members.models import Country, Topic


def load():
    call_command("load_reference_data", stdout=StringIO())


def rows():
    return {m: list(m.objects.order_by("pk").values()) for m in (Country, Topic, Page, Site)}


def test_it_is_there_in_both_languages(db):
    load()

    jordan = Country.objects.get(pk="JO")
    assert (jordan.name_ar, jordan.name_en, jordan.time_zone, jordan.weekend) == (
        "الأردن",
        "Jordan",
        "Asia/Amman",
        [5, 6],
    )
    assert set(Page.objects.values_list("slug", flat=True)) == {
        "about",
        "accessibility",
        "privacy",
        "terms",
    }
    assert Site.objects.get().name_ar == "مجتمع الممارسة"


def test_loading_again_changes_nothing(db):
    load()
    before = rows()
    load()

    assert rows() == before


def test_what_coordinators_wrote_is_kept(db):
    load()
    Country.objects.filter(pk="LY").update(weekend=[6, 7], name_en="State of Libya")
    Country.objects.filter(pk="PS").update(name_en="Our own name")
    Page.objects.filter(slug="about").update(title_en="Who we are")
    before = rows()
    load()

    assert rows() == before


def test_a_setting_chooses_among_the_official_names(db, settings):
    settings.COP_COUNTRY_NAMES = {"PS": "west-bank-and-gaza"}
    load()
    names = Country.objects.filter(pk="PS").values_list("name_ar", "name_en")
    assert names.get() == ("الضفة الغربية وقطاع غزة", "West Bank and Gaza")

    settings.COP_COUNTRY_NAMES = {"PS": "state-of-palestine"}
    load()
    assert names.get()[0] == "دولة فلسطين"


def test_a_name_nobody_documented_is_refused(db, settings):
    settings.COP_COUNTRY_NAMES = {"PS": "elsewhere"}

    with pytest.raises(CommandError, match="PS has no name elsewhere"):
        load()

    assert not Country.objects.exists()


def test_an_empty_start_shows_no_invented_address(db, settings):
    settings.DEMONSTRATION = False
    load()

    assert Site.objects.get().contact_email == ""
