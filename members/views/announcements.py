"""Announcements to a country's roster: written, previewed with everyone who will get them, sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.localised import own_name
from cop_portal.mail import render as render_mail
from cop_portal.models import Site
from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from cop_portal.reader import reading_as
from members import announcing
from members.actions import announcements as actions
from members.actions.refusal import Refused
from members.emails.announcements import message_for
from members.forms.announcements import AnnouncementForm
from members.models import Announcement, User
from members.office import in_office, office_context, office_country
from members.querysets import NAME_ORDER

if TYPE_CHECKING:
    from django.http import HttpRequest

    from members.querysets import UserQuerySet

# Of those who joined or left the list since the preview, so many are named.
NAMED = 20


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """Drafts, and what was sent with what became of it."""
    country = office_country(request)
    own = Announcement.objects.managed_by(request.user).filter(country=country)
    own = own.select_related("author")
    sent = KeysetPage(
        own.sent(), request.GET, order=("sent_at", "pk"), descending=True, anchors=own.sent()
    )
    states = announcing.deliveries_of(sent.rows)
    context = {
        **office_context(request, country, "announcements"),
        "drafts": own.drafts()[:50],
        "sent": sent,
        "sent_rows": [(row, states[row.pk]) for row in sent.rows],
    }
    return render(request, "members/announcements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Write a new one; it is kept as a draft and shown as it will look."""
    country = office_country(request)
    require_perm(request.user, "members.manage_roster", country)
    form = AnnouncementForm(request.POST or None)
    if form.is_valid():
        new = actions.write(country, by=person_of(request), **form.texts())
        return _kept(request, new)
    context = {"form": form, "country": country, "left": _left_today(country.pk)}
    return render(request, "members/announce.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft to be changed; or one that was sent, to be read."""
    found = _found(request, pk)
    if found.state == Announcement.State.SENT:
        return _read(request, found)
    form = AnnouncementForm(request.POST or None, announcement=found)
    if form.is_valid():
        try:
            return _kept(request, actions.rewrite(found, **form.texts()))
        except Refused as refusal:
            messages.warning(request, str(refusal.sentence))
            return redirect("members:announcement", pk=pk)
    context = {
        "form": form,
        "country": found.country,
        "announcement": found,
        "left": _left_today(found.country_id),
    }
    return render(request, "members/announce.html", context, status=_status(form))


def _read(request: HttpRequest, found: Announcement) -> HttpResponse:
    context = {
        "announcement": found,
        "country": found.country,
        "versions": announcing.versions_of(found),
        "states": announcing.deliveries_of([found])[found.pk],
    }
    return render(request, "members/announcement.html", context)


def _kept(request: HttpRequest, draft: Announcement) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("members:preview_announcement", pk=draft.pk)
    messages.success(request, _("The draft is saved. Nobody has been told of it."))
    return redirect(in_office(draft.country, "announcements"))


# Preview and sending -------------------------------------------------------------------------


@require_safe
def preview_announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """Each version as the mail looks, and everyone who gets it. `since` names the preview that
    somebody tried to send and that no longer held: what has changed in it is said."""
    draft = _found(request, pk)
    if draft.state == Announcement.State.SENT:
        return redirect("members:announcement", pk=pk)
    digest, since = announcing.remember(draft), request.GET.get("since", "")
    recipients = announcing.recipients_of(draft)
    names = dict(settings.LANGUAGES)
    context = {
        "announcement": draft,
        "country": draft.country,
        "versions": announcing.versions_of(draft),
        "missing": [str(names[code]) for code in announcing.missing_languages(draft)],
        "digest": digest,
        "count": recipients.count(),
        "languages": [(own_name(c), n) for c, n in announcing.languages_read(draft)],
        **_named(request, draft, recipients),
        "left": _left_today(draft.country_id),
        "limit": actions.limit_sentence(),
        "changes": announcing.changes_since(draft, since) if since not in ("", digest) else None,
        "named": NAMED,
    }
    return render(request, "members/announcement_preview.html", context)


def _named(request: HttpRequest, draft: Announcement, recipients: UserQuerySet) -> dict[str, Any]:
    """One page of those who get it, each with the language they will read, and one of those who
    are left out, each with the reason."""
    anyone = User.objects.by_name()
    left_out = announcing.left_out_of(draft).by_name()
    pages = {
        "people": KeysetPage(
            recipients.by_name(), request.GET, order=NAME_ORDER, anchors=anyone, prefix="to_"
        ),
        "left_out": KeysetPage(
            left_out, request.GET, order=NAME_ORDER, anchors=anyone, prefix="out_"
        ),
    }
    readers = [
        (person, own_name(announcing.version_for(draft, person.language).language))
        for person in pages["people"]
    ]
    excluded = [(person, announcing.REASONS[person.reason]) for person in pages["left_out"]]
    return {**pages, "readers": readers, "excluded": excluded}


@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type] # typed for views of one argument
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups"],
    }
)
@require_safe
def announcement_mail(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The mail in one language, in a page where nothing can run, for the frame around it."""
    found = _found(request, pk)
    if language not in {version.language for version in announcing.versions_of(found)}:
        raise Http404
    with reading_as(person_of(request), language=language):
        message = message_for(found)
        site = Site.objects.first() or Site()
        _subject, _text, html = render_mail(message.template, {"site": site, **message.context})
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


@require_POST
def send_announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """Send what was previewed; if it is no longer that, show it again with what has changed."""
    draft = _found(request, pk)
    digest = request.POST.get("digest", "")
    try:
        sent = actions.send(draft, digest=digest, by=person_of(request))
    except actions.Changed:
        preview = reverse("members:preview_announcement", args=[pk])
        return redirect(f"{preview}?{urlencode({'since': digest[:64]})}")
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        done = ngettext(
            "The announcement is on its way to %(count)d person.",
            "The announcement is on its way to %(count)d people.",
            sent.recipients,
        )
        messages.success(request, done % {"count": sent.recipients})
    return redirect(in_office(draft.country, "announcements"))


@require_POST
def delete_announcement(request: HttpRequest, pk: int) -> HttpResponse:
    draft = _found(request, pk)
    try:
        actions.discard(draft)
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        messages.success(request, _("The draft has been deleted."))
    return redirect(in_office(draft.country, "announcements"))


def _found(request: HttpRequest, pk: int) -> Announcement:
    """An announcement of a country whose office is open to the person; no other exists."""
    own = Announcement.objects.managed_by(request.user).select_related("country", "author")
    found = get_object_or_404(own, pk=pk)
    require_perm(request.user, "members.manage_roster", found)
    return found


def _left_today(country_id: str) -> int:
    return max(0, actions.DAILY_LIMIT - actions.sent_lately(country_id))


def _status(form: AnnouncementForm) -> int:
    return 422 if form.is_bound else 200
