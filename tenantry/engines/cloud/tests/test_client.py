"""Pages of raw objects from a real server; a token goes to our cloud and nowhere else."""

from __future__ import annotations

import asyncio

import pytest

from tenantry.engines.cloud import apps, client
from tenantry.engines.cloud.client import Graph
from tenantry.engines.cloud.clouds import cloud
from tenantry.engines.cloud.tokens import app_token, roles
from tenantry.kernel.errors import Broken, Later, Refused

USERS = "/users/delta?$select=id,displayName"


def ask(tenant, address=USERS, size=999, method="page"):
    async def asked():
        async with Graph(cloud("simulator"), apps.app(apps.INSIGHT), tenant["id"]) as graph:
            if method == "count":
                return await graph.count(address, "User.Read.All")
            return await graph.page(address, "User.Read.All", size=size)

    return asyncio.run(asked())


def test_pages_lead_to_a_delta_token(tenant):
    first = ask(tenant, size=20)
    last = ask(tenant, first.next)
    assert (len(first.objects), first.delta, last.next) == (20, None, None)
    assert len(first.objects) + len(last.objects) == tenant["users"]
    assert ask(tenant, last.delta).objects == []


def test_an_object_is_kept_as_it_came_with_its_hash(tenant):
    once, again = ask(tenant).objects[0], ask(tenant).objects[0]
    assert once.body.startswith(b"{")
    assert once.hash == again.hash
    assert len(once.hash) == 16


def test_microsoft_counts_a_collection(tenant):
    assert ask(tenant, "/users/$count", method="count") == tenant["users"]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v1.0/users",
        "http://localhost/v1.0/users",
        "//evil.example/users",
        "https://localhost@evil.example/",
    ],
)
def test_an_address_outside_of_the_cloud_is_not_followed(tenant, address):
    with pytest.raises(Broken):
        ask(tenant, address)


def test_a_body_over_the_limit_is_not_read(tenant, monkeypatch):
    monkeypatch.setattr(client, "LARGEST_BODY", 500)
    with pytest.raises(Broken):
        ask(tenant)


def test_a_proxy_of_the_environment_is_not_used(tenant, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(tenant).objects


def test_without_consent_the_reason_is_named(tenant, microsoft):
    microsoft.admin.withdraw(tenant["id"])
    with pytest.raises(Refused) as refused:
        ask(tenant)
    assert refused.value.code == "no_consent"


def test_a_token_is_kept_until_it_is_refused(tenant):
    which = cloud("simulator"), apps.app(apps.INSIGHT), tenant["id"]
    assert app_token(*which) == app_token(*which)
    assert app_token(*which) != app_token(*which, fresh=True)


def test_a_token_names_the_permissions_that_the_tenant_has_consented_to(tenant):
    given = roles(app_token(cloud("simulator"), apps.app(apps.INSIGHT), tenant["id"]))
    assert {"Organization.Read.All", "User.Read.All"} <= given
    assert "User.ReadWrite.All" not in given


@pytest.mark.parametrize(("kind", "error"), [("token_expired", Refused), ("wrong_type", Broken), ("reset", Later)])
def test_a_fault_that_stays_is_named_after_three_tries(tenant, microsoft, kind, error):
    microsoft.admin.fault(kind, match={"path": "/users/delta"})
    with pytest.raises(error):
        ask(tenant)


@pytest.mark.parametrize(
    ("fault", "code"),
    [("secret_expired", "app_expired"), ("certificate_bad", "app_credential"), ("consent_revoked", "no_consent"),
     ("principal_disabled", "no_consent"), ("ca_blocked", "ca_blocked")],
)  # fmt: skip
def test_a_refused_token_says_whose_it_is(tenant, microsoft, fault, code):
    microsoft.admin.fault(fault)
    with pytest.raises(Refused) as refused:
        ask(tenant)
    assert refused.value.code == code


def test_a_certificate_proves_the_app_as_a_secret_does(tenant, microsoft, pem):
    client_id, _secret = microsoft.admin.app("With a certificate", roles=["User.Read.All"], certificates=[pem[1]])
    microsoft.admin.consent(tenant["id"], client_id)
    app = apps.App("insight", client_id, "".join(pem))
    assert roles(app_token(cloud("simulator"), app, tenant["id"])) == {"User.Read.All"}


def scores_asked(microsoft, status):
    known = microsoft.admin.requests()
    return sum(one["count"] for one in known if (one["path"], one["status"]) == ("/security/secureScores", status))


def test_a_service_is_asked_until_its_share_is_spent_and_never_told_to_wait(with_graph, microsoft, tenant):
    async def much(graph):
        for _time in range(200):
            await graph.page("/security/secureScores?$top=1", "SecurityEvents.Read.All")

    microsoft.admin.limits(on=True, tenant=tenant["id"])
    before = scores_asked(microsoft, 200), scores_asked(microsoft, 429)
    with pytest.raises(Later) as later:
        with_graph(much, service="SEC")
    microsoft.admin.limits(on=False, tenant=tenant["id"])
    assert later.value.values["asked"]
    assert (scores_asked(microsoft, 200), scores_asked(microsoft, 429)) == (before[0] + 120, before[1])
