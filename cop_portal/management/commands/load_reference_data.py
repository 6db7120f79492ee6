"""Countries, topics, standing pages and the portal's own name: what every installation needs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cop_portal.loading import read, translated
from cop_portal.models import Page, Site
from members.models import Country, Topic


class Command(BaseCommand):
    help = (
        "Add the countries, topics, pages and settings that are missing; rows that exist are "
        "left as they are, but for a country's official name when COP_COUNTRY_NAMES changed."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        added = sum([self.countries(), self.topics(), self.pages(), self.site()])
        self.name_countries()
        self.stdout.write(f"Reference data: {added} rows added.")

    def countries(self) -> int:
        known = set(Country.objects.values_list("iso", flat=True))
        rows = [
            Country(
                **translated("name", row["name"]),
                **translated("formal_name", row["formal_name"]),
                **{
                    field: row[field]
                    for field in ("iso", "month_names", "weekend", "time_zone", "is_participating")
                },
            )
            for row in read("countries.json")
            if row["iso"] not in known
        ]
        return len(Country.objects.bulk_create(rows))

    def topics(self) -> int:
        return sum(
            Topic.objects.get_or_create(slug=row["slug"], defaults=translated("name", row["name"]))[
                1
            ]
            for row in read("topics.json")
        )

    def pages(self) -> int:
        return sum(
            Page.objects.get_or_create(
                slug=row["slug"],
                defaults={**translated("title", row["title"]), **translated("body", row["body"])},
            )[1]
            for row in read("pages.json")
        )

    def site(self) -> int:
        data = read("site.json")
        texts = ("name", "tagline", "headline", "introduction", "story")
        defaults = {
            column: text
            for field in texts
            for column, text in translated(field, data[field]).items()
        }
        if settings.DEMONSTRATION:
            defaults["contact_email"] = data["contact_email"]
        return int(Site.objects.get_or_create(pk=1, defaults=defaults)[1])

    def name_countries(self) -> None:
        """Give a country the official name the setting chooses, unless a coordinator wrote
        another than the documented ones."""
        for iso, choices in read("country_names.json").items():
            chosen = settings.COP_COUNTRY_NAMES.get(iso)
            if chosen is None:
                continue
            if chosen not in choices:
                raise CommandError(
                    f"COP_COUNTRY_NAMES: {iso} has no name {chosen}; choose {', '.join(choices)}."
                )
            country = Country.objects.filter(iso=iso).first()
            documented = {names["en"] for names in choices.values()}
            if country and getattr(country, "name_en", None) in documented:
                for column, text in translated("name", choices[chosen]).items():
                    setattr(country, column, text)
                country.save()
