"""Passkeys, through the pages, with an authenticator made of software; the journeys use Chromium's own."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as configured
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tenantry.kernel import clock
from tenantry.kernel.models import Fact
from tenantry.portal.partners.models import Policy
from tenantry.portal.people.models import Passkey, Person
from tenantry.shell import sign_in
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40
ADD = "/profile/second-factor/passkey"


class Authenticator:
    """A device that keeps one passkey, does what a browser asks, and can be told to lie."""

    def __init__(self) -> None:
        self.key, self.id = ec.generate_private_key(ec.SECP256R1()), b"credential-of-the-test"
        self.count, self.verifies, self.origin, self.handle = 0, True, configured.PUBLIC_URL, ""

    def make(self, options) -> str:
        """The answer to `navigator.credentials.create`."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        made = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(NEW) + made}
        client = self._client("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": client, "attestationObject": cbor2.dumps(attested)})

    def sign(self, options) -> str:
        """The answer to `navigator.credentials.get`."""
        data, client = self._data(0), self._client("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = base64url_to_bytes(self.handle)
        return self._answer(
            {"clientDataJSON": client, "authenticatorData": data, "signature": signed, "userHandle": handle}
        )

    def _data(self, flags: int) -> bytes:
        self.count += 1
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(b"localhost").digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, parts: dict[str, bytes]) -> str:
        told = {name: bytes_to_base64url(value) for name, value in parts.items()}
        return json.dumps(
            {
                "id": bytes_to_base64url(self.id),
                "rawId": bytes_to_base64url(self.id),
                "type": "public-key",
                "response": told,
            }
        )


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    kept = []
    monkeypatch.setattr(sign_in, "pause", kept.append)
    with clock.at(MORNING):
        yield kept


@pytest.fixture
def sophie(world):
    return world.alpenrand.browser("Sophie")


@pytest.fixture
def device(sophie):
    """A device that holds a passkey of Sophie's."""
    made = Authenticator()
    add(sophie, made)
    return made


def asked(page):
    """What the page asks the browser to make, and its sealed memory."""
    text = page.content.decode()
    options = unescape(re.search(r'data-tn-options="([^"]*)"', text)[1])
    return json.loads(options), unescape(re.search(r'name="sealed" value="([^"]*)"', text)[1])


def add(client, device, name="Telephone"):
    options, sealed = asked(client.get(ADD))
    return client.post(ADD, {"name": name, "sealed": sealed, "credential": device.make(options)})


def challenged(client, device) -> dict[str, str]:
    told = client.get("/sign-in/passkey").json()
    return {"sealed": told["sealed"], "credential": device.sign(told["options"]), "next": "/profile"}


def use(client, device):
    return client.post("/sign-in/passkey", challenged(client, device))


def recorded(world, name: str) -> int:
    with world.alpenrand.scope():
        return Fact.objects.filter(name=f"people.{name}").count()


@rule("ACC-39")
def test_a_passkey_signs_in_without_an_address(world, device):
    """The user handle leads to the partner's region, where the passkey's person is signed in."""
    client = world.nobody
    assert use(client, device)["Location"] == "/profile"
    assert b"sophie@alpenrand.example" in client.get("/profile").content
    assert recorded(world, "signed_in") == 1


@rule("ACC-39")
def test_a_passkey_leads_to_another_region(world):
    """Kiefer's data stands in Switzerland; its passkey is looked for there alone."""
    made = Authenticator()
    add(world.kiefer.browser("Urs"), made)
    client = world.nobody
    assert use(client, made).status_code == 302
    assert b"urs@kiefer.example" in client.get("/profile").content


def test_the_handle_is_the_partner_and_16_random_bytes(world, device):
    handle = base64url_to_bytes(device.handle)
    assert (len(handle), int.from_bytes(handle[:8], "big")) == (24, world.alpenrand.opened.partner)


def test_adding_one_shows_recovery_codes_once(world, sophie):
    assert add(sophie, Authenticator()).content.decode().count("<li><code>") == 10
    second = Authenticator()
    second.id = b"another"
    assert add(sophie, second, "Key ring")["Location"] == "/profile/second-factor?done=passkey"
    with world.alpenrand.scope():
        assert [one.name for one in Passkey.objects.order_by("pk")] == ["Telephone", "Key ring"]


def test_both_passkeys_of_a_person_answer_to_one_handle(sophie, device):
    second = Authenticator()
    second.id = b"another"
    add(sophie, second)
    assert second.handle == device.handle


@rule("ACC-04")
def test_a_lock_leaves_passkeys_open(world, device):
    """Four wrong passwords lock unseen browsers, and the passkey goes on signing in there."""
    for _try in range(4):
        world.nobody.post("/sign-in", {"email": "sophie@alpenrand.example", "password": "wrong horse battery"})
    assert use(world.nobody, device).status_code == 302


@pytest.mark.parametrize(
    "lie",
    [
        {"verifies": False},
        {"origin": "https://evil.example"},
        {"handle": ""},
        {"handle": bytes_to_base64url(bytes(24))},
        {"id": b"unknown"},
        {"count": 0},
    ],
)
def test_what_is_not_true_is_refused_at_the_deadline(world, device, waits, lie):
    use(world.nobody, device)
    for name, value in lie.items():
        setattr(device, name, value)
    with clock.at(MORNING + timedelta(minutes=1)):
        answer = use(world.nobody, device)
    assert (answer.status_code, len(waits)) == (422, 1)


def test_a_stolen_answer_is_worth_nothing_again(world, device):
    client = world.nobody
    answered = challenged(client, device)
    assert client.post("/sign-in/passkey", answered).status_code == 302
    assert world.nobody.post("/sign-in/passkey", answered).status_code == 422


def test_an_old_challenge_is_refused(world, device):
    client = world.nobody
    answered = challenged(client, device)
    with clock.at(MORNING + timedelta(minutes=11)):
        assert client.post("/sign-in/passkey", answered).status_code == 422


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", "x" * 9_000, '{"id": 1}', '{"id": "é", "rawId": "!"}'])
def test_nonsense_is_refused(world, credential):
    client = world.nobody
    sealed = client.get("/sign-in/passkey").json()["sealed"]
    assert client.post("/sign-in/passkey", {"sealed": sealed, "credential": credential}).status_code == 422


def test_a_deactivated_person_is_refused(world, device):
    with world.alpenrand.scope():
        Person.objects.filter(pk=world.alpenrand.people["Sophie"]).update(state="deactivated")
    assert use(world.nobody, device).status_code == 422


def test_what_one_person_was_asked_no_other_answers(world, sophie):
    options, sealed = asked(sophie.get(ADD))
    jonas = world.alpenrand.browser("Jonas")
    jonas.post(ADD, {"name": "x", "sealed": sealed, "credential": Authenticator().make(options)})
    assert recorded(world, "factor_added") == 0


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\nb"])
def test_a_passkey_has_a_name(world, sophie, name):
    assert add(sophie, Authenticator(), name).status_code == 422
    assert recorded(world, "factor_added") == 0


def test_the_eleventh_is_refused(world, sophie, device):
    with world.alpenrand.scope():
        row = Passkey.objects.get()
        for number in range(9):
            row.pk, row.credential_id = None, str(number).encode()
            row.save()
    eleventh = Authenticator()
    eleventh.id = b"eleventh"
    assert add(sophie, eleventh).status_code == 422


def test_a_password_alone_is_not_enough_beside_a_passkey(world, device):
    client = world.nobody
    answer = client.post("/sign-in", {"email": "sophie@alpenrand.example", "password": PASSWORD})
    assert answer["Location"].startswith("/sign-in/second-factor")


def test_a_passkey_is_fresh_proof(sophie, device):
    with clock.at(MORNING + timedelta(minutes=6)):
        assert sophie.get(ADD).status_code == 302
        answer = sophie.post("/profile/prove", challenged(sophie, device))
        assert answer["Location"] == "/profile"
        assert sophie.get(ADD).status_code == 200


def test_somebody_elses_passkey_is_no_proof(world, device):
    jonas = world.alpenrand.browser("Jonas")
    with clock.at(MORNING + timedelta(minutes=6)):
        assert jonas.post("/profile/prove", challenged(jonas, device)).status_code == 422


def test_a_removed_passkey_signs_nobody_in(world, sophie, device):
    with world.alpenrand.scope():
        key = Passkey.objects.get().pk
    sophie.post(f"/profile/second-factor/passkeys/{key}/remove")
    assert use(world.nobody, device).status_code == 422
    assert recorded(world, "factor_removed") == 1


def test_the_last_one_stays_while_a_factor_is_demanded(world, sophie, device):
    with world.alpenrand.scope():
        Policy.objects.update(second_factor=True)
        key = Passkey.objects.get().pk
    assert sophie.post(f"/profile/second-factor/passkeys/{key}/remove").status_code == 422


def test_nobody_removes_a_colleagues_passkey(world, device):
    with world.alpenrand.scope():
        key = Passkey.objects.get().pk
    jonas = world.alpenrand.browser("Jonas")
    assert jonas.post(f"/profile/second-factor/passkeys/{key}/remove").status_code == 404
