"""Second factors, through the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pyotp
import pytest

from tenantry.kernel import clock
from tenantry.kernel.models import Fact
from tenantry.portal.partners.models import Policy
from tenantry.portal.people.models import Authenticator, Credential, RecoveryCode
from tenantry.shell import sign_in
from tests.rules import rule
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
CLOCK = "Code not accepted; check your device's time."
MORNING = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """How long each refusal would have waited."""
    kept = []
    monkeypatch.setattr(sign_in, "pause", kept.append)
    return kept


@pytest.fixture
def sophie(world):
    with clock.at(MORNING):
        yield world.alpenrand.browser("Sophie")


def pending(page) -> tuple[str, str]:
    """The sealed secret of the enrolment page, and the key that it shows."""
    text = page.content.decode()
    key = re.search(r'<code class="tn-key">([^<]+)</code>', text)[1].replace(" ", "")
    return unescape(re.search(r'name="pending" value="([^"]+)"', text)[1]), key


def enrol(client) -> tuple[str, list[str]]:
    """Add an app as a person does; its key, and the recovery codes shown."""
    sealed, key = pending(client.get("/profile/second-factor/app"))
    shown = client.post("/profile/second-factor/app", {"pending": sealed, "code": now_code(key)})
    return key, re.findall(r"<li><code>([^<]+)</code>", shown.content.decode())


def now_code(key: str) -> str:
    return pyotp.TOTP(key).at(clock.now())


def password(client):
    return client.post("/sign-in", {"email": "sophie@alpenrand.example", "password": PASSWORD, "next": "/profile"})


def code(client, typed: str, **more: str):
    return client.post("/sign-in/second-factor", {"code": typed, "next": "/profile"} | more)


def recorded(world, name: str) -> int:
    with world.alpenrand.scope():
        return Fact.objects.filter(name=f"people.{name}").count()


def test_an_app_is_added_with_its_first_code_and_ten_recovery_codes_are_shown(world, sophie):
    key, codes = enrol(sophie)
    assert [len(one.replace("-", "")) for one in codes] == [10] * 10
    assert (recorded(world, "factor_added"), recorded(world, "recovery_codes_made")) == (1, 1)
    with world.alpenrand.scope():
        stored = str(list(Authenticator.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert key not in stored
    assert not any(one.replace("-", "") in stored for one in codes)


def test_the_picture_is_drawn_without_inline_style(sophie):
    text = sophie.get("/profile/second-factor/app").content.decode()
    assert re.search(r'<svg[^>]* class="tn-qr"', text)
    assert "style=" not in text


def test_a_wrong_first_code_adds_nothing_and_keeps_the_picture(world, sophie):
    sealed, key = pending(sophie.get("/profile/second-factor/app"))
    answer = sophie.post("/profile/second-factor/app", {"pending": sealed, "code": "000000"})
    assert (answer.status_code, pending(answer)[1]) == (422, key)
    again = sophie.post("/profile/second-factor/app", {"pending": sealed, "code": "000000", "again": "1"})
    assert CLOCK in unescape(again.content.decode())
    assert recorded(world, "factor_added") == 0


def test_the_secret_of_another_person_is_not_taken(world, sophie):
    sealed, key = pending(world.alpenrand.browser("Jonas").get("/profile/second-factor/app"))
    answer = sophie.post("/profile/second-factor/app", {"pending": sealed, "code": now_code(key)})
    assert (answer.status_code, recorded(world, "factor_added")) == (302, 0)


def test_the_password_alone_opens_nothing_any_more(world, sophie):
    enrol(sophie)
    client = world.nobody
    assert password(client)["Location"] == "/sign-in/second-factor?next=%2Fprofile"
    assert client.get("/profile").status_code == 302


def test_the_code_of_the_next_step_signs_in(world, sophie):
    key, _codes = enrol(sophie)
    with clock.at(MORNING + timedelta(seconds=30)):
        client = world.nobody
        password(client)
        assert code(client, now_code(key))["Location"] == "/profile"
        assert client.get("/profile").status_code == 200


@rule("ACC-08")
def test_a_used_code_of_the_app_is_refused(world, sophie, waits):
    """A code works once: sent again, within its own half minute, it is refused."""
    key, _codes = enrol(sophie)
    with clock.at(MORNING + timedelta(seconds=30)):
        for status in (302, 422):
            client = world.nobody
            password(client)
            assert code(client, now_code(key)).status_code == status
    assert len(waits) == 1


@rule("ACC-08")
def test_a_used_recovery_code_is_refused(world, sophie):
    """A recovery code works once, however it is typed."""
    _key, codes = enrol(sophie)
    for typed, status in ((codes[0], 302), (codes[0].lower().replace("-", " "), 422), (codes[1], 302)):
        client = world.nobody
        password(client)
        assert code(client, typed).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 302), (30, 302), (60, 422)])
def test_a_clock_may_be_one_step_off(world, sophie, seconds, status):
    key, _codes = enrol(sophie)
    with clock.at(MORNING + timedelta(minutes=10)):
        client = world.nobody
        password(client)
        assert code(client, pyotp.TOTP(key).at(clock.now() + timedelta(seconds=seconds))).status_code == status


def test_a_second_wrong_code_names_the_devices_clock(world, sophie):
    enrol(sophie)
    client = world.nobody
    password(client)
    first = unescape(code(client, "000000").content.decode())
    second = unescape(code(client, "000000", again="1").content.decode())
    assert "Code not accepted." in first
    assert CLOCK in second


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６x", "x" * 10_000, "\0", "<script>"])
def test_what_is_no_code_is_refused(world, sophie, typed):
    enrol(sophie)
    client = world.nobody
    password(client)
    assert code(client, typed).status_code == 422


def test_the_fourth_wrong_code_locks(world, sophie):
    key, _codes = enrol(sophie)
    with clock.at(MORNING + timedelta(minutes=1)):
        client = world.nobody
        for _try in range(4):
            password(client)
            code(client, "000000")
        assert password(client).status_code == 422
        assert code(client, now_code(key)).status_code == 422
    assert recorded(world, "person_locked") == 1


def test_right_passwords_between_wrong_codes_do_not_begin_the_count_anew(world, sophie):
    enrol(sophie)
    for _try in range(4):
        client = world.nobody
        password(client)
        code(client, "000000")
    assert recorded(world, "person_locked") == 1


def test_a_first_step_is_void_after_another_password(world, sophie):
    key, _codes = enrol(sophie)
    client = world.nobody
    password(client)
    with clock.at(MORNING + timedelta(seconds=60)):
        sophie.post("/profile/password", {"password": "another long secret"})
        assert code(client, now_code(key)).status_code == 422


def test_without_a_first_step_the_second_leads_back(world):
    assert code(world.nobody, "123456")["Location"].startswith("/sign-in?")


def test_at_three_left_a_person_is_told(world, sophie):
    _key, codes = enrol(sophie)
    for number, typed in enumerate(codes[:8], 1):
        client = world.nobody
        password(client)
        assert code(client, typed).status_code == 302
        assert recorded(world, "recovery_codes_low") == (1 if number >= 7 else 0)


def test_new_codes_void_the_old(world, sophie):
    _key, codes = enrol(sophie)
    shown = sophie.post("/profile/second-factor/codes").content.decode()
    assert len(re.findall(r"<li><code>([^<]+)</code>", shown)) == 10
    client = world.nobody
    password(client)
    assert code(client, codes[0]).status_code == 422


def test_nobody_makes_recovery_codes_of_nothing(sophie):
    assert sophie.post("/profile/second-factor/codes").status_code == 422


def test_a_removed_app_is_not_asked_for(world, sophie):
    enrol(sophie)
    assert sophie.post("/profile/second-factor/app/remove").status_code == 302
    assert password(world.nobody)["Location"] == "/profile"
    with world.alpenrand.scope():
        assert not RecoveryCode.objects.exists()


def test_the_last_factor_stays_while_it_is_demanded(world, sophie):
    enrol(sophie)
    with world.alpenrand.scope():
        Policy.objects.update(second_factor=True)
    assert sophie.post("/profile/second-factor/app/remove").status_code == 422
    assert recorded(world, "factor_removed") == 0


def test_there_is_one_app_a_person(sophie):
    enrol(sophie)
    sealed, key = pending(sophie.get("/profile/second-factor/app"))
    answer = sophie.post("/profile/second-factor/app", {"pending": sealed, "code": now_code(key)})
    assert answer.status_code == 422


@rule("ACC-07")
def test_who_has_no_demanded_factor_finds_only_the_page_that_adds_one(world, sophie):
    """With the policy on, a local person without a second factor reaches the enrolment page and nothing else."""
    with world.alpenrand.scope():
        Policy.objects.update(second_factor=True)
    for path in ("/home", "/profile", "/settings", "/customers", "/bell", "/settings/users", "/connect/microsoft"):
        assert (path, sophie.get(path).headers.get("Location")) == (path, "/profile/second-factor")
    assert sophie.post("/profile", {}).headers["Location"] == "/profile/second-factor"
    assert sophie.get("/api/v1/customers").status_code == 403
    assert sophie.get("/profile/second-factor").status_code == 200
    enrol(sophie)
    assert sophie.get("/profile").status_code == 200


@rule("ACC-07")
def test_a_demanded_factor_is_not_asked_of_who_has_no_password_here(world):
    """A Microsoft person follows its own directory's policy."""
    with world.alpenrand.scope():
        Policy.objects.update(second_factor=True)
        Credential.objects.filter(person_id=world.alpenrand.people["Jonas"]).delete()
    assert world.alpenrand.browser("Jonas").get("/profile").status_code == 200


def test_a_proof_needs_the_second_factor_too(world, sophie):
    key, _codes = enrol(sophie)
    with clock.at(MORNING + timedelta(minutes=6)):
        assert sophie.post("/profile/prove", {"password": PASSWORD}).status_code == 422
        answer = sophie.post("/profile/prove", {"password": PASSWORD, "code": now_code(key), "next": "/profile"})
        assert answer["Location"] == "/profile"
