"""The posts people hold and held."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from cop_portal.text import fold
from members.models import FormerPost, User

POST_COLUMNS = ("organisation", "organisation_text", "function", "function_latin")


@transaction.atomic
def change_post(
    user: User,
    *,
    by: User,
    organisation_text: str,
    function: str,
    function_latin: str,
    on: date | None = None,
    is_correction: bool = False,
) -> User:
    """Give a person another organisation or job title, the old post becoming a former one.

    Locks the person's row and changes `user` too. `organisation_text` is the organisation as
    typed: one of the list is found by any of its names. The former post ends on `on` (today, UTC)
    and begins where the one before it ended. No former post is written for a person who had named
    none, for the same words spelt otherwise, for a spelling in Latin letters that was missing, and
    for a correction. Writes nothing to the audit trail: who corrects somebody else's
    post (`by`) notes it with the rest of what they did.
    """
    person = User.objects.select_for_update(no_key=True).select_related(None).get(pk=user.pk)
    held = FormerPost(user=person, **{name: getattr(person, name) for name in POST_COLUMNS})
    person.set_organisation(organisation_text)
    person.function, person.function_latin = function, function_latin
    if not is_correction and _is_another(held, person):
        held.ended_on = on or timezone.now().date()
        held.started_on = _began(person, held.ended_on)
        held.save()
    person.save(update_fields=POST_COLUMNS)
    for name in POST_COLUMNS:
        setattr(user, name, getattr(person, name))
    return user


def _is_another(held: FormerPost, person: User) -> bool:
    if not (held.organisation_name or held.function or held.function_latin):
        return False
    return _place(held) != _place(person) or _title(held) != _title(person)


def _place(post: FormerPost | User) -> str | int:
    return post.organisation_id or fold(post.organisation_text)


def _title(post: FormerPost | User) -> str:
    """The job title, in Latin letters where there is no other; that spelling alone changes
    nothing about the post."""
    return fold(post.function) or fold(post.function_latin)


def _began(person: User, ended_on: date) -> date | None:
    earlier = person.former_posts.filter(ended_on__lte=ended_on).order_by("-ended_on", "-pk")
    return earlier.values_list("ended_on", flat=True).first()
