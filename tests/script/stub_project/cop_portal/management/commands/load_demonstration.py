from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    def handle(self, *_arguments: object, **_options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO note (kind) VALUES ('demonstration')")
