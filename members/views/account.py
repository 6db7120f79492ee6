"""One's own profile and language, and the page for those who may not come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.translation import get_language, get_language_from_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.permissions import require_perm
from cop_portal.redirects import within
from members import actions, photos, visibility
from members.adapter import CLOSED_SESSION_KEY
from members.forms import ProfileForm
from members.models import User
from members.models.posts import MOST_SHOWN

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: HttpRequest) -> HttpResponse:
    require_perm(request.user, "members.edit_profile", request.user)
    person = User.objects.select_related("country", "organisation").get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=person)
    if form.is_valid():
        _save(form, person)
        messages.success(request, _("The profile has been saved."))
        return redirect("members:edit_profile")
    status = 422 if form.is_bound else 200
    # What was typed must not colour the rest of the page, so `person` is read afresh.
    context = {
        "form": form,
        "person": request.user,
        "own": visibility.shown(person, person),
        "posts": person.former_posts.select_related("organisation")[:MOST_SHOWN],
    }
    return render(request, "members/edit_profile.html", context, status=status)


@transaction.atomic
def _save(form: ProfileForm, person: User) -> None:
    form.save()
    actions.change_post(person, by=person, **form.post())
    if form.squares:
        photos.set_photo(person, form.squares)
    elif form.cleaned_data.get("remove_photo"):
        photos.remove_photo(person)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember a language on the account and go on with the same page in it."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = get_language() or settings.LANGUAGE_CODE
    User.objects.filter(pk=request.user.pk).update(language=language)
    url = within(request, request.POST.get("next", ""), reverse("home"))
    with translation.override(get_language_from_path(url)):
        response = HttpResponseRedirect(translate_url(url, language))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    with translation.override(language):
        messages.success(request, _("Pages and messages are in this language from now on."))
    return response


@login_not_required
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """Why the person who just proved who they are may not come in."""
    person = User.objects.filter(pk=request.session.get(CLOSED_SESSION_KEY)).first()
    if person is None or person.entry == User.Entry.OPEN:
        return redirect("account_login")
    return render(request, "account/account_inactive.html", {"person": person})
