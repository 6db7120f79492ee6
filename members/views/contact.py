"""Writing to members, reading what they wrote, and keeping those out who pester."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.names import name_of
from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated, row_number
from members import actions, visibility
from members.entries import with_entries
from members.forms import ContactForm, ReportForm
from members.models import Block, ContactMessage, User
from members.models.contact import answer_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to a member; `answers` names the message of theirs that is answered."""
    viewer = person_of(request)
    person = get_object_or_404(with_entries(User.objects.visible_to(viewer)), pk=pk)
    require_perm(viewer, "members.contact", person)
    answered = _answered(request, person)
    initial = {"subject": answer_to(answered.subject)} if answered else None
    form = ContactForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.send_message(viewer, person, **form.cleaned_data)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            done = _("The message to %(name)s is on its way.") % {"name": isolated(name_of(person))}
            messages.success(request, done)
            return redirect("members:profile", pk=person.pk)
    context = {
        "form": form,
        "person": person,
        "answered": answered,
        "shown": visibility.shown(viewer, person),
        "most": actions.DAILY_LIMIT,
    }
    return render(request, "members/contact.html", context, status=422 if form.is_bound else 200)


def _answered(request: HttpRequest, person: User) -> ContactMessage | None:
    if (asked := row_number(request.GET.get("answers"))) is None:
        return None
    received = ContactMessage.objects.received_by(request.user)
    return received.filter(sender=person, pk=asked).first()


@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """What members wrote to me, or I to them, and whom I have blocked."""
    viewer = person_of(request)
    is_sent = request.GET.get("box") == "sent"
    rows = ContactMessage.objects
    found = rows.sent_by(viewer) if is_sent else rows.received_by(viewer)
    page = KeysetPage(
        found.select_related("sender", "recipient"),
        request.GET,
        order=("sent_at", "pk"),
        descending=True,
        anchors=found,
    )
    blocks = Block.objects.filter(blocker=viewer).select_related("blocked__country")
    context = {"page": page, "is_sent": is_sent, "blocks": blocks}
    return render(request, "members/messages.html", context)


@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, for its sender and its recipient; the buttons of the mail lead here."""
    viewer = person_of(request)
    rows = ContactMessage.objects.visible_to(viewer)
    found = get_object_or_404(rows.select_related("sender__country", "recipient__country"), pk=pk)
    is_mine = found.sender_id == viewer.pk
    other = found.recipient if is_mine else found.sender
    context = {
        "letter": found,
        "is_mine": is_mine,
        "other": other,
        "is_listed": User.objects.visible_to(viewer).filter(pk=other.pk).exists(),
        "may_write": viewer.has_perm("members.contact", other),
        "own_block": Block.objects.filter(blocker=viewer, blocked=other).first(),
    }
    return render(request, "members/message.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is wrong with a message one received; the coordinators read both."""
    received = _received(request, pk)
    form = ReportForm(request.POST or None)
    if form.is_valid():
        try:
            actions.report(received, by=person_of(request), **form.cleaned_data)
        except actions.Refused as refusal:
            messages.warning(request, str(refusal.sentence))
        else:
            messages.success(request, _("The secretariat has been told and reads the message."))
        return redirect("members:message", pk=pk)
    context: dict[str, Any] = {"form": form, "letter": received}
    status = 422 if form.is_bound else 200
    return render(request, "members/report_message.html", context, status=status)


@require_POST
def block_sender(request: HttpRequest, pk: int) -> HttpResponse:
    sender = _received(request, pk).sender
    try:
        actions.block(sender, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        done = _("No more messages from %(name)s will arrive. The person is not told.")
        messages.success(request, done % {"name": isolated(name_of(sender))})
    return redirect("members:message", pk=pk)


@require_POST
def lift_block(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = person_of(request)
    block = get_object_or_404(Block.objects.select_related("blocked"), pk=pk, blocker=viewer)
    actions.lift_block(block, by=viewer)
    done = _("%(name)s can write to me again.")
    messages.success(request, done % {"name": isolated(name_of(block.blocked))})
    return redirect("members:messages")


def _received(request: HttpRequest, pk: int) -> ContactMessage:
    rows = ContactMessage.objects.received_by(request.user).select_related("sender__country")
    return get_object_or_404(rows, pk=pk)
