"""The kinds of message: each app registers its own, one composing function for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from notifications.models import Delivery


class NotNeeded(Exception):
    """Raised while composing when what the message says no longer applies; says why."""


@dataclass(frozen=True)
class Attachment:
    filename: str
    content: bytes
    mimetype: str


@dataclass(frozen=True)
class Message:
    """What a composing function returns: a template prefix, its context and attachments.

    `template` names `templates/emails/<template>_subject.txt`, `…_message.txt` and
    `…_message.html`, rendered in the delivery's language and zone. With `takes_replies` off the
    mail names no address for answers: it speaks for somebody else than the secretariat.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    takes_replies: bool = True


@dataclass(frozen=True)
class Kind:
    """`label` names it for its reader. `optional` kinds can be switched off and carry a
    one-click unsubscribe. `secret` kinds lose their context once sent, for it holds a code.
    A lower `priority` goes first."""

    name: str
    label: str | _StrPromise
    compose: Callable[[Delivery], Message]
    optional: bool = False
    secret: bool = False
    priority: int = 5


KINDS: dict[str, Kind] = {}


def mail_kind(
    name: str,
    label: str | _StrPromise,
    *,
    optional: bool = False,
    secret: bool = False,
    priority: int = 5,
) -> Callable[[Callable[[Delivery], Message]], Callable[[Delivery], Message]]:
    """Register the decorated function as what composes messages of the kind `name`."""

    def register(compose: Callable[[Delivery], Message]) -> Callable[[Delivery], Message]:
        KINDS[name] = Kind(name, label, compose, optional, secret, priority)
        return compose

    return register


def kind_label(name: str) -> str:
    kind = KINDS.get(name)
    return str(kind.label) if kind else name
