from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path


def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def count(_request: HttpRequest) -> HttpResponse:
    """How often the content was loaded, and how often the schedule has run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM note GROUP BY kind")
        return JsonResponse(dict(cursor.fetchall()))


urlpatterns = [path("healthz", healthz), path("count", count)]
