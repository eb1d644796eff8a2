"""The demo's mailbox shows what was mailed, and does not exist elsewhere."""

from __future__ import annotations

import pytest

from tenantry.kernel.mails import Letter

pytestmark = pytest.mark.django_db
HTML = '<html><head></head><body><p style="margin: 0">Hello <script>alert(1)</script><a href="http://x/y">go</a></p></body></html>'


@pytest.fixture
def demo(settings, tmp_path):
    """The settings of a demo in which one mail was sent."""
    settings.DEMO, settings.MAIL_FOLDER = True, tmp_path
    settings.EMAIL_BACKEND = "tenantry.kernel.mails.Folder"
    Letter("mail-1", "Alpenrand IT", "nele@alpenrand.example", "Grüße & more", HTML).send()


def test_the_mailbox_lists_mails_and_shows_one(client, demo):
    assert "Grüße &amp; more" in client.get("/mailbox").content.decode()
    page = client.get("/mailbox/mail-1")
    assert ("alert(1)" in page.content.decode(), "http://x/y" in page.content.decode()) == (False, True)
    assert "frame-src 'self'" in page["Content-Security-Policy"]


def test_a_mails_html_may_do_nothing_but_open_its_links_beside(client, demo):
    body = client.get("/mailbox/mail-1/body")
    policy = body["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert body["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("key", ["mail-2", "..", "x" * 200, "%00"])
def test_what_is_no_mail_is_not_found(client, demo, key):
    assert client.get(f"/mailbox/{key}").status_code == 404


@pytest.mark.parametrize("path", ["/mailbox", "/mailbox/mail-1", "/mailbox/mail-1/body"])
def test_outside_of_the_demo_there_is_no_mailbox(client, demo, settings, path):
    settings.DEMO = False
    assert client.get(path).status_code == 404
