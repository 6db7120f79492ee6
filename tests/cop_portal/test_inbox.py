"""The demonstration's mail, read as a visitor of the demonstration does."""

import pytest
from django.core.mail import EmailMultiAlternatives

from cop_portal import inbox


@pytest.fixture
def box(settings, tmp_path):
    settings.DEMONSTRATION = True
    settings.INBOX_DIR = tmp_path / "inbox"
    settings.EMAIL_BACKEND = "cop_portal.inbox.MaildirBackend"


def post(subject, *, to="amina@cop.example", html="<head></head><p>مرحبًا</p>"):
    message = EmailMultiAlternatives(subject, "مرحبًا\nhttps://portal.example/x", to=[to])
    message.attach_alternative(html, "text/html")
    message.attach("calendar.ics", b"BEGIN:VCALENDAR", "text/calendar")
    message.send()


def test_the_latest_comes_first_and_can_be_narrowed(box, client, db):
    for number in range(3):
        post(f"رسالة {number}", to=f"p{number}@cop.example")

    assert [message["Subject"] for _key, message in inbox.newest(2)] == ["رسالة 2", "رسالة 1"]
    page = client.get("/inbox/?to=P1@cop").content.decode()
    assert "رسالة 1" in page
    assert "رسالة 2" not in page


def test_a_message_shows_text_html_and_attachment(box, client, db):
    post("تأكيد التسجيل")
    [(key, _message)] = inbox.newest(5)

    page = client.get(f"/inbox/{key}/").content.decode()
    assert "<h1><bdi>تأكيد التسجيل</bdi></h1>" in page
    assert f'src="/inbox/{key}/html/"' in page
    assert 'href="https://portal.example/x"' in page
    file = client.get(f"/inbox/{key}/attachments/0/")
    assert file.content == b"BEGIN:VCALENDAR"
    assert 'filename="calendar.ics"' in file["Content-Disposition"]
    assert client.get(f"/inbox/{key}/attachments/1/", follow=True).status_code == 404


def test_nothing_in_a_message_can_run(box, client, db):
    post("x", html="<head></head><script>alert(1)</script>")
    [(key, _message)] = inbox.newest(1)

    response = client.get(f"/inbox/{key}/html/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("key", ["unknown", "..%2F..%2Fetc%2Fpasswd", "1.M2P3.host:2,S"])
def test_an_unknown_message_is_not_found(box, client, db, key):
    for path in ("", "html/", "attachments/0/"):
        assert client.get(f"/inbox/{key}/{path}", follow=True).status_code == 404


def test_without_the_demonstration_there_is_no_inbox(box, client, db, settings):
    post("secret")
    [(key, _message)] = inbox.newest(1)
    settings.DEMONSTRATION = False

    for path in ("", f"{key}/", f"{key}/html/", f"{key}/attachments/0/"):
        assert client.get(f"/inbox/{path}", follow=True).status_code == 404
