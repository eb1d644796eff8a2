"""Whatever Microsoft does: the last figures stay with their age and the reason, and never become zero."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tenantry.engines.cloud import client
from tenantry.engines.inventory import queries
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import SecureScore, TenantUser
from tenantry.engines.inventory.tasks import cycles
from tenantry.kernel import clock, facts
from tenantry.kernel.models import Fact
from tests.rules import rule

pytestmark = pytest.mark.django_db
USERS = {"path": "/users/delta"}


def later(minutes: float):
    return clock.moved(timedelta(minutes=minutes))


def recorded(contoso, name):
    with contoso.here():
        return [facts.values(row) for row in Fact.objects.filter(name=f"inventory.{name}").order_by("at")]


def shown(contoso):
    with contoso.here():
        return queries.figures([77])[77]


def assert_as_before(contoso, figures, reason):
    """The figures are those of before, in amber with the reason."""
    now = shown(contoso)
    assert now.users.value == figures.users.value
    assert (now.users.stamp.state, now.users.stamp.reason) == ("stale", reason)
    assert now.users.stamp.at == figures.users.stamp.at


@pytest.mark.parametrize("kind", ["server_error", "reset", "truncated", "wrong_type"])
def test_a_fault_that_passes_costs_a_retry_and_nothing_else(contoso, kind):
    contoso.cloud.admin.fault(kind, match=USERS, count=1)
    contoso.first_read()
    assert shown(contoso).users.stamp.state == "fresh"
    assert contoso.figures().users


@pytest.mark.parametrize("kind", ["server_error", "unavailable", "reset", "truncated", "wrong_type", "throttle_bare"])
def test_a_fault_that_stays_keeps_the_last_figures_with_the_reason(contoso, kind):
    contoso.first_read()
    before = shown(contoso)
    contoso.cloud.admin.fault(kind, match=USERS, params={"retry_after": 1})
    with later(6):
        contoso.tick()
        assert_as_before(contoso, before, "throttled" if kind == "throttle_bare" else "unavailable")
    assert shown(contoso).groups.stamp.state == "fresh"


@pytest.mark.parametrize(("kind", "asked"), [("throttle", 2.128), ("unavailable", 3)])
def test_a_pause_that_microsoft_names_is_waited_out_as_named(contoso, kind, asked):
    contoso.cloud.admin.fault(kind, match=USERS, count=1, params={"retry_after": asked})
    contoso.first_read()
    assert contoso.work.run.waited == pytest.approx(asked)
    assert contoso.state("users").state == "fresh"


def test_while_microsoft_asks_us_to_wait_the_progress_says_until_when(contoso, monkeypatch):
    monkeypatch.setattr(cycles, "PATIENCE_WHEN_ASKED", 1)
    contoso.cloud.admin.fault("throttle", match=USERS, params={"retry_after": 300})
    contoso.first_read()
    with contoso.here():
        view = next(view for view in queries.kinds(77) if view.kind == "users")
    assert view.waiting_until > clock.now()
    assert view.stamp.title.startswith("Unknown: Microsoft asked us to wait until")


def test_a_slow_answer_ends_at_our_own_time_out(contoso, monkeypatch):
    contoso.first_read()
    before = shown(contoso)
    monkeypatch.setattr(client, "TIMEOUT", client.aiohttp.ClientTimeout(total=0.1))
    contoso.cloud.admin.fault("slow", match=USERS, params={"seconds": 5})
    with later(6):
        contoso.tick()
        assert_as_before(contoso, before, "unavailable")


def test_while_the_cloud_is_down_the_last_figures_stay(contoso, monkeypatch):
    contoso.first_read()
    before = shown(contoso)
    ports = contoso.cloud.folder / "ports.json"
    kept = ports.read_text()
    ports.write_text('{"cloud": 9, "browser": 9, "admin": 9}')
    try:
        with later(61):
            contoso.tick()
            assert_as_before(contoso, before, "unavailable")
    finally:
        ports.write_text(kept)
    with later(200):
        contoso.tick()
        assert shown(contoso).users.stamp.state == "fresh"


@rule("MOD-13")
def test_a_permission_taken_back_keeps_the_rows_and_is_named(contoso):
    """After a 403 the last rows remain, marked unknown with the permission's name."""
    contoso.first_read()
    before = shown(contoso)
    contoso.cloud.admin.reduce(contoso.tenant["id"], contoso.app, "User.Read.All", "Directory.Read.All")
    with later(6):
        contoso.tick()
        assert_as_before(contoso, before, "no_permission")
    with contoso.here():
        view = next(view for view in queries.kinds(77) if view.kind == "users")
        assert TenantUser.objects.count() == contoso.tenant["users"]
    assert (view.state, view.words, view.detail) == ("unknown", "unknown (no permission)", "User.Read.All")
    (told,) = recorded(contoso, "read_refused")
    assert (told["reason"], told["permission"], told["kind"]) == ("no_permission", "User.Read.All", "users")


def test_a_permission_given_back_is_found_by_the_hourly_probe(contoso):
    contoso.first_read()
    contoso.cloud.admin.reduce(contoso.tenant["id"], contoso.app, "User.Read.All", "Directory.Read.All")
    with later(6):
        contoso.tick()
    contoso.cloud.admin.consent(contoso.tenant["id"], contoso.app)
    with later(60):
        contoso.tick()
        assert contoso.state("users").reason == "no_permission"
    with later(67):
        contoso.tick()
        assert contoso.state("users").state == "fresh"
    (restored,) = recorded(contoso, "read_restored")
    assert restored["permission"] == "User.Read.All"


def test_consent_withdrawn_is_seen_within_one_cycle_and_told_once(contoso):
    contoso.first_read()
    before = shown(contoso)
    contoso.cloud.admin.withdraw(contoso.tenant["id"], contoso.app)
    with later(6):
        contoso.tick()
        assert_as_before(contoso, before, "no_consent")
    with later(70):
        contoso.tick()
    assert {contoso.state(name).reason for name in kinds()} == {"no_consent"}
    (told,) = recorded(contoso, "read_refused")
    assert (told["reason"], told["kind"]) == ("no_consent", "")


def test_after_consent_is_lost_one_probe_an_hour_remains(contoso):
    contoso.first_read()
    contoso.cloud.admin.withdraw(contoso.tenant["id"], contoso.app)
    with later(6):
        contoso.tick()
    asked = contoso.cloud.admin.counters()[contoso.tenant["id"]]
    with later(50):
        contoso.tick()
    assert contoso.cloud.admin.counters()[contoso.tenant["id"]] == asked
    contoso.cloud.admin.consent(contoso.tenant["id"], contoso.app)
    with later(67):
        contoso.tick()
        assert {contoso.state(name).state for name in kinds()} == {"fresh"}
    assert [told["reason"] for told in recorded(contoso, "read_restored")] == ["no_consent"]


def test_a_first_read_without_consent_says_so_and_shows_no_number(contoso):
    contoso.cloud.admin.withdraw(contoso.tenant["id"], contoso.app)
    contoso.first_read()
    figures = shown(contoso)
    assert figures.users.value is None
    assert figures.users.stamp.text == "unknown (no consent)"
    (ended,) = recorded(contoso, "first_read_finished")
    assert len(ended["unknown"]) == len(kinds())


def test_a_missing_licence_is_a_reason_of_its_own(contoso):
    contoso.cloud.admin.fault("no_premium", match=USERS)
    contoso.first_read()
    assert contoso.state("users").reason == "no_licence"


def test_an_expired_page_starts_the_list_again(contoso):
    contoso.cloud.admin.fault("page_expired", match=USERS, count=1)
    contoso.first_read()
    assert contoso.state("users").state == "fresh"


@pytest.mark.parametrize("kind", ["token_expired", "insufficient_claims"])
def test_a_refused_token_is_replaced_once(contoso, kind):
    contoso.cloud.admin.fault(kind, match=USERS, count=1)
    contoso.first_read()
    assert contoso.state("users").state == "fresh"


REFUSED = {
    "devices": "Device.Read.All",
    "role_assignments": "RoleManagement.Read.Directory",
    "applications": "Application.Read.All",
    "conditional_access": "Policy.Read.All",
    "secure_score": "SecurityEvents.Read.All",
    "registration": "AuditLog.Read.All",
    "policies": "Policy.Read.All",
    "authentication_methods": "Policy.Read.AuthenticationMethod",
}
WIDER = {"secure_score": (), "registration": (), "policies": (), "authentication_methods": ("Policy.Read.All",)}


@rule("MOD-13")
@pytest.mark.parametrize(("kind", "permission"), REFUSED.items(), ids=REFUSED)
def test_a_kind_that_is_refused_keeps_its_rows_and_leaves_the_others_going(contoso, kind, permission):
    """After a 403 the kind's last rows remain with the permission's name, and every other kind is read."""
    contoso.first_read()
    before = rows_of(contoso, kind)
    wider = WIDER.get(kind, ("Directory.Read.All", "RoleManagement.Read.All"))
    contoso.cloud.admin.reduce(contoso.tenant["id"], contoso.app, permission, *wider)
    with later(25 * 60):
        contoso.tick()
        state = contoso.state(kind)
        assert (state.state, state.reason, state.detail) == ("unknown", "no_permission", permission)
        assert rows_of(contoso, kind) == before > 0
        assert contoso.state("users").state == "fresh"


def rows_of(contoso, kind):
    """How many rows of the kind stand."""
    with contoso.here():
        return kinds()[kind].model.objects.count()


def test_without_p1_conditional_access_is_unknown_for_want_of_a_licence(contoso):
    contoso.cloud.admin.fault("no_premium", match={"path": "/identity/conditionalAccess"})
    contoso.first_read()
    with contoso.here():
        view = next(view for view in queries.kinds(77) if view.kind == "conditional_access")
        figures = queries.figures([77])[77]
    assert (view.words, view.stamp.title) == ("unknown (no licence)", "Unknown: the tenant needs Entra ID P1.")
    assert figures.policies_enabled.value is None
    assert (figures.synced.state, figures.secure_score.stamp.state) == ("fresh", "fresh")


def test_a_secure_score_is_as_old_as_microsoft_says(contoso):
    contoso.first_read()
    state, figures = contoso.state("secure_score"), shown(contoso)
    assert state.source_as_of <= state.read_at
    assert figures.secure_score.stamp.at == state.source_as_of
    assert 0 < figures.secure_score.value <= figures.secure_score_max.value


def test_only_the_newest_secure_score_keeps_its_controls(contoso):
    contoso.first_read()
    with contoso.here():
        score = queries.secure_score(77)
        bodies = [row.values() for row in SecureScore.objects.order_by("as_of")]
    assert len(score.days) == len(bodies) > 60
    assert score.controls
    assert [number for number, body in enumerate(bodies, 1) if "controlScores" in body] == [len(bodies)]


# Every fault of the table that a read can meet, on every kind at once: what each kind is unknown for while it lasts.
STAYING = {
    "server_error": "unavailable", "unavailable": "unavailable", "reset": "unavailable", "truncated": "unavailable",
    "wrong_type": "unavailable", "throttle": "throttled", "throttle_bare": "throttled", "no_premium": "no_licence",
}  # fmt: skip


@rule("MOD-13")
@pytest.mark.parametrize(("fault", "reason"), STAYING.items(), ids=STAYING)
def test_while_a_fault_lasts_every_kind_keeps_its_rows_and_says_why(contoso, monkeypatch, fault, reason):
    """Whatever a kind is refused for, its last rows remain with the reason, and no other number."""
    monkeypatch.setattr(cycles, "PATIENCE_WHEN_ASKED", 1)
    monkeypatch.setattr(cycles, "PATIENCE", 1)
    contoso.first_read()
    before = {name: rows_of(contoso, name) for name in kinds()}
    contoso.cloud.admin.fault(fault, match={"path": "/v1.0/"}, params={"retry_after": 1})
    with later(25 * 60):
        contoso.tick()
        assert {name: contoso.state(name).reason for name in kinds()} == dict.fromkeys(kinds(), reason)
        assert {name: rows_of(contoso, name) for name in kinds()} == before
        assert {view.stamp.state for view in views_of(contoso)} == {"stale"}


@pytest.mark.parametrize(
    ("fault", "times"),
    [("server_error", 2), ("reset", 2), ("truncated", 2), ("wrong_type", 2), ("page_expired", 2), ("token_expired", 1)],
)  # a token that is refused is replaced once
def test_a_fault_that_passes_leaves_no_kind_unknown(contoso, fault, times):
    contoso.cloud.admin.fault(fault, match={"path": "/v1.0/"}, count=times)
    contoso.first_read()
    assert {contoso.state(name).state for name in kinds()} == {"fresh"}
    assert {view.stamp.state for view in views_of(contoso)} == {"fresh"}


def test_after_an_outage_every_kind_recovers_by_itself(contoso, monkeypatch):
    monkeypatch.setattr(cycles, "PATIENCE", 1)
    contoso.cloud.admin.fault("unavailable", match={"path": "/v1.0/"}, params={"retry_after": 0})
    monkeypatch.setattr(cycles, "PATIENCE_WHEN_ASKED", 1)
    contoso.first_read()
    assert {view.stamp.state for view in views_of(contoso)} == {"unknown"}
    contoso.cloud.admin.call("DELETE", "/faults")
    with later(25 * 60):
        contoso.tick()
        assert {contoso.state(name).state for name in kinds()} == {"fresh"}


def views_of(contoso):
    """Every kind as the pages show it."""
    with contoso.here():
        return queries.kinds(77)
