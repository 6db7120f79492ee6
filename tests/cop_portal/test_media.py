"""Uploaded pictures without a proxy in front."""

import pytest


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name in ("site/logo.png", "letters/nomination.pdf", "secret.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"content")


def test_a_logo_is_shown_to_everyone(client, uploads):
    response = client.get("/media/site/logo.png")

    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"content"


@pytest.mark.parametrize(
    "path", ["letters/nomination.pdf", "secret.txt", "site/../secret.txt", "site/missing.png"]
)
def test_nothing_else_is(client, uploads, db, path):
    assert client.get(f"/media/{path}", follow=True).status_code == 404
