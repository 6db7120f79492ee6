"""Erase and delete what has been kept long enough, as the daily task does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cop_portal.retention import apply_all, waiting


class Command(BaseCommand):
    help = "Apply the retention rules now; with --dry-run only say what they would deal with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="change nothing, count what is due"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            for key, due in waiting().items():
                self.stdout.write(f"{key}: {due} due")
            return
        done = apply_all()
        for key, count in done.items():
            self.stdout.write(f"{key}: {'failed' if count is None else count}")
        if None in done.values():
            raise CommandError("A rule failed; see the log.")
