"""Time zones are named by the city that readers know."""

import zoneinfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cop_portal import zones


@pytest.mark.parametrize(
    ("zone", "arabic", "english"),
    [
        ("Asia/Amman", "عمّان", "Amman"),
        ("Africa/Casablanca", "الرباط", "Rabat"),
        ("Africa/Tunis", "تونس", "Tunis"),
        ("Asia/Beirut", "بيروت", "Beirut"),
        ("UTC", "غرينتش", "Greenwich"),
        (zoneinfo.ZoneInfo("Africa/Cairo"), "القاهرة", "Cairo"),
    ],
)
def test_a_zone_is_named_by_its_city(zone, arabic, english):
    with translation.override("ar"):
        assert zones.city_of(zone) == arabic
    with translation.override("en"):
        assert zones.city_of(zone) == english


@pytest.mark.parametrize("name", ["Asia/Atlantis", "", "../../etc/passwd", "asia/amman\0"])
def test_what_is_no_zone_is_refused(name):
    with pytest.raises(ValidationError):
        zones.validate_time_zone(name)


def test_a_zone_of_the_region_is_accepted_and_offered():
    zones.validate_time_zone("Asia/Amman")

    offered = dict(zones.zone_choices())
    assert "Asia/Amman" in offered
    assert "UTC" in offered
