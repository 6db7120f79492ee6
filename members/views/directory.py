"""The directory and one person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from members import contributions, finding, visibility
from members.entries import entries, with_entries
from members.forms import DirectoryForm
from members.models import User
from members.models.posts import MOST_SHOWN
from members.querysets import NAME_ORDER

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# How many hits are counted: to count more would take longer the more there are.
COUNTED = 200


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    require_perm(request.user, "members.view_directory")
    viewer = person_of(request)
    form = DirectoryForm(request.GET, viewer=viewer)
    visible = User.objects.visible_to(viewer).by_name()
    found = form.narrow(visible)
    page = KeysetPage(with_entries(found), request.GET, order=NAME_ORDER, anchors=visible)
    is_first = not page.has_previous
    count = finding.count_up_to(found, COUNTED) if form.is_narrowed and is_first else None
    context = {
        "form": form,
        "page": page,
        "entries": entries(page.rows, viewer),
        "count": count,
        "most": COUNTED,
    }
    return render(request, "members/directory.html", context)


@require_safe
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = person_of(request)
    person = with_entries(User.objects.visible_to(viewer)).filter(pk=pk).first()
    if person is None:
        return redirect("members:profile", pk=_kept_account(viewer, pk))
    shown = visibility.shown(viewer, person)
    expertise = set(person.expertise.all()) if person.is_expert else set()
    context = {
        "person": person,
        "shown": shown,
        # A field of expertise is good to ask about: it is named once.
        "topics": [topic for topic in person.topics.all() if topic not in expertise],
        "posts": person.former_posts.select_related("organisation")[:MOST_SHOWN]
        if shown["former_posts"]
        else None,
        "contributions": contributions.contributions_of(person, viewer),
        "may_write": viewer.has_perm("members.contact", person),
        "now": timezone.now(),
    }
    return render(request, "members/profile.html", context)


def _kept_account(viewer: User, pk: int) -> int:
    """The account into which the one asked for was merged, if `viewer` may see it."""
    chain = [pk]
    while kept := User.objects.filter(pk=chain[-1]).values_list("merged_into", flat=True).first():
        if kept in chain:
            break
        chain.append(kept)
    if len(chain) == 1 or not User.objects.visible_to(viewer).filter(pk=chain[-1]).exists():
        raise Http404
    return chain[-1]
