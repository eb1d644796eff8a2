"""Notices of change: what is believed of them, and how the listener answers whoever comes."""

from __future__ import annotations

import json
import ssl
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

from tenantry.engines.cloud import listener
from tenantry.engines.cloud.listener import LARGEST_BODY, Listener
from tenantry.engines.cloud.notices import Notice, Reference, notices_in, reference_of, state_for
from tests.cloud import leaf

OURS = Reference("de-westcentral", 41, 7, "users")


class Heard:
    """A listener that runs, and what it heard."""

    def __init__(self, folder):
        certificate, key = leaf(folder, "notices")
        self.notices, self._stop, started = [], threading.Event(), threading.Event()
        listening = Listener(("127.0.0.1", 0), certificate, key, self.notices.extend)
        self._thread = threading.Thread(target=listening.serve, args=(self._stop, started), daemon=True)
        self._thread.start()
        assert started.wait(10)
        self.url = f"https://localhost:{listening.port}/notices"
        self.session = requests.Session()
        self.session.trust_env, self.session.verify = False, str(folder / "ca.pem")

    def post(self, body=b"", **query):
        """A post by anybody."""
        return self.session.post(self.url, data=body, params=query, timeout=10)

    def serial(self):
        """The number of the certificate that the listener shows."""
        address = urlsplit(self.url)
        shown = ssl.get_server_certificate((address.hostname, address.port), timeout=10)
        return x509.load_pem_x509_certificate(shown.encode()).serial_number

    def stop(self):
        """Listen no more."""
        self._stop.set()
        self._thread.join(5)
        assert not self._thread.is_alive()


@pytest.fixture
def heard(tmp_path):
    found = Heard(tmp_path)
    yield found
    found.stop()


def body_of(*states, **more):
    """A post of Microsoft's with these clientStates."""
    return json.dumps({"value": [{"clientState": state, "tenantId": "t", **more} for state in states]}).encode()


def test_a_state_of_ours_is_read_back_and_no_other():
    state = state_for(OURS)
    assert reference_of(state) == OURS
    for forged in (state[:-1], state.replace(".41.", ".42."), "", ".", "a.b", "ü" * 9, state + "." + state, "x" * 999):
        assert reference_of(forged) is None


def test_states_of_another_deployment_are_foreign(settings):
    state = state_for(OURS)
    settings.SEAL_KEY = "another"
    assert reference_of(state) is None


def test_the_handshake_gives_the_token_back_as_plain_text(heard):
    answer = heard.post(validationToken="Validation: a b+c/ü")
    assert (answer.status_code, answer.text) == (200, "Validation: a b+c/ü")
    assert answer.headers["content-type"].startswith("text/plain")
    assert heard.post(validationToken="x" * 2_000).status_code == 400


def test_a_notice_of_ours_is_heard_and_answered_with_202(heard):
    assert heard.post(body_of(state_for(OURS), state_for(OURS))).status_code == 202
    assert heard.post(body_of(state_for(OURS), lifecycleEvent="missed")).status_code == 202
    assert heard.notices == [Notice(OURS), Notice(OURS, "missed")]


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'{"value": 3}', b'{"value": [3]}', b"[" * 5_000, b"\xff\xfe", body_of("guessed"),
     body_of(None), body_of("a.b.c.d.e"), b'{"value": [{}]}'],
)  # fmt: skip
def test_what_is_not_ours_is_taken_and_ignored(heard, body):
    assert heard.post(body).status_code == 202
    assert heard.notices == []


def test_an_event_that_nobody_knows_is_ignored():
    assert notices_in(body_of(state_for(OURS), lifecycleEvent="celebrated")) == []


def test_a_post_that_is_too_large_is_not_read(heard):
    assert heard.post(b" " * (LARGEST_BODY + 1)).status_code == 413
    assert notices_in(body_of(*["x"] * 1_000, state_for(OURS))) == []


def test_there_is_nothing_else_at_the_listener(heard):
    assert heard.session.get(heard.url, timeout=10).status_code == 405
    assert heard.session.post(heard.url.replace("notices", "other"), timeout=10).status_code == 404


def test_a_renewed_certificate_is_taken_up(tmp_path, monkeypatch):
    monkeypatch.setattr(listener, "RENEWED_EVERY", 0.1)
    heard = Heard(tmp_path)
    before = heard.serial()
    leaf(tmp_path, "notices")
    deadline = time.monotonic() + 10
    while heard.serial() == before:
        assert time.monotonic() < deadline
    heard.stop()
