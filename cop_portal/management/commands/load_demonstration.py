"""Fill an installation with the demonstration community."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cop_portal import demonstration


class Command(BaseCommand):
    help = "Load the demonstration community. Refused unless DEMONSTRATION is set."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "DEMONSTRATION is not set: a real installation gets no invented people and no "
                "accounts with a published password."
            )
        call_command("load_reference_data", stdout=self.stdout)
        for sort, count in demonstration.load().items():
            self.stdout.write(f"Demonstration {sort}: {count} added.")
