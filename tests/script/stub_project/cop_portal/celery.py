from celery import Celery
from django.db import connection

app = Celery("stub")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="stub.tick")
def tick() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO note (kind) VALUES ('tick')")
