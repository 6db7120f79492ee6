"""Asking one address as every role of the permission table, and what each was answered."""

from __future__ import annotations

from django.test import Client

BACKEND = "members.backends.Backend"
ROLES = "VAMEFOSCX"

# What an answer says, by status: shown or done, sent to sign in, refused with a reason, unknown.
YES, SIGN_IN, REFUSED, INVISIBLE = "yes", "sign in", "refused", "invisible"


def answer(user, path, post, prepare):
    client = Client()
    if user.is_authenticated:
        client.force_login(user, backend=BACKEND)
    if prepare:
        path = prepare(user) or path
    response = client.get(path) if post is None else client.post(path, post)
    if response.status_code in (301, 302):
        to_sign_in = "/login/" in response["Location"]
        return SIGN_IN if to_sign_in else YES
    if "errors/session_ended.html" in {template.name for template in response.templates}:
        return SIGN_IN  # what was typed is kept on that page
    return {200: YES, 403: REFUSED, 404: INVISIBLE}[response.status_code]


def table(**answers):
    """`table(yes="MEC", refused="A", …)`: the roles that get each answer."""
    return {role: name.replace("_", " ") for name, roles in answers.items() for role in roles}
