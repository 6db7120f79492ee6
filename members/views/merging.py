"""One person, one account: finding the other account, comparing, merging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members.actions import Refused
from members.actions.merging import Union, likely_to_keep, union
from members.actions.merging import merge as merge_accounts
from members.duplicates import belongings, found_by, likely_duplicates
from members.forms.privacy import MergeForm, OtherAccountForm
from members.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other account: those that look like the same person, or a search."""
    require_perm(request.user, "members.merge_people")
    person = get_object_or_404(User.objects.for_rows(), pk=pk)
    if person.merged_into_id:
        return redirect("members:merge", pk=person.merged_into_id)
    form = OtherAccountForm(request.GET)
    asked = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "person": person,
        "form": form,
        "asked": asked,
        "found": found_by(asked, person) if asked else [],
        "likely": likely_duplicates(person),
    }
    return render(request, "members/merge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Both accounts side by side, what becomes of them, and the choice which one is kept."""
    require_perm(request.user, "members.merge_people")
    people = User.objects.for_rows().prefetch_related("topics_to_learn", "expertise")
    one, two = get_object_or_404(people, pk=pk), get_object_or_404(people, pk=other)
    kept = likely_to_keep(one, two)
    form = MergeForm(request.POST or None, pair=(one, two), initial={"keep": kept.pk})
    if form.is_valid():
        kept = next(person for person in (one, two) if person.pk == form.cleaned_data["keep"])
        gone = two if kept.pk == one.pk else one
        try:
            merge_accounts(kept, gone, by=person_of(request))
        except Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            done = _("The accounts of %(name)s are one now. A mail says so at the address kept.")
            messages.success(request, done % {"name": isolated(name_of(kept))})
            return redirect("members:merge", pk=kept.pk)
    gone = two if kept.pk == one.pk else one
    context = {
        "form": form,
        "pair": [(person, belongings(person), person.pk == kept.pk) for person in (one, two)],
        "union": union(kept, gone, by=person_of(request)),
        "possible": Union.OPEN,
        "person": one,
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/merge_with.html", context, status=status)
