from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from benchmarks.bare.models import Item

ITEMS = 20


def page(request: HttpRequest, length: int) -> HttpResponse:
    """Twenty items with so many characters of text each, from one query."""
    items = Item.objects.select_related("author").annotate(excerpt=Left("text", length))
    return render(request, "bare/page.html", {"items": items.defer("text")[:ITEMS]})
