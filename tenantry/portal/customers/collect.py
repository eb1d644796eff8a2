"""What onboarding asks of Microsoft: addresses for the browser, who signed in, what the tenant says of itself.

Nothing here runs inside a transaction; each answer comes within ten seconds or is `Later`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import msgspec
from django.conf import settings

from tenantry.engines.cloud import apps, identity, tokens
from tenantry.engines.cloud.client import Graph
from tenantry.engines.cloud.clouds import Cloud, cloud
from tenantry.engines.cloud.tokens import app_token, roles
from tenantry.engines.inventory import catalogue
from tenantry.kernel.errors import Later, Refused
from tenantry.kernel.text import _
from tenantry.portal.customers.rules import Account, TenantFacts

SECONDS = 10
SETTLING = 5  # attempts, a second apart: Microsoft's directories need a moment to know a consent
T = TypeVar("T")
_threads = ThreadPoolExecutor(8, thread_name_prefix="onboarding")


def redirect_uri() -> str:
    """The one address at which Microsoft's answers arrive."""
    return f"{settings.PUBLIC_URL}/connect/microsoft"


def browser_origin() -> str:
    """Where a browser is sent to sign in; pages that lead there list it in their security policy."""
    return cloud(settings.CLOUD).authority_for_browser


def cloud_name() -> str:
    """The cloud in which this installation connects tenants."""
    return str(settings.CLOUD)


def sign_in_address(state: str, verifier: str, nonce: str) -> str:
    """Where the browser signs in."""
    app, proof = apps.app(apps.SIGN_IN), identity.Proof(verifier, nonce)
    return identity.authorize_url(cloud(settings.CLOUD), app, redirect_uri(), state, proof)


def consent_address(tenant_id: str, app: str, state: str) -> str:
    """Where a Global Administrator of the tenant consents to an app."""
    return identity.adminconsent_url(cloud(settings.CLOUD), apps.app(app), tenant_id, redirect_uri(), state)


def account(code: str, verifier: str, nonce: str) -> Account:
    """Who is behind a code, and whether it may consent."""
    return _in_time(lambda: _account(cloud(settings.CLOUD), code, identity.Proof(verifier, nonce)))


def tenant(tenant_id: str, app: str, *, patient: bool) -> TenantFacts:
    """What the tenant says of itself to our app; Refused (no_consent) when the app is not present in it.

    `patient` waits some seconds for a consent that was given just now.
    """
    return _in_time(lambda: _tenant(cloud(settings.CLOUD), apps.app(app), tenant_id, patient=patient))


def granted(cloud_name: str, tenant_id: str, app: str) -> frozenset[str]:
    """What the app may do in the tenant by a new token; Refused (no_consent ...) or Later as the cloud's table says."""
    return _in_time(lambda: roles(app_token(cloud(cloud_name), apps.app(app), tenant_id, fresh=True)))


def forget(cloud_name: str, tenant_id: str) -> None:
    """Drop the tokens that this process keeps for the tenant."""
    for name in (apps.INSIGHT,):
        tokens.forget(cloud(cloud_name), apps.app(name), tenant_id)


def needed(app: str) -> frozenset[str]:
    """The permissions without which an app does not do all of its work."""
    return frozenset(wish.name for wish in catalogue.INSIGHT) if app == apps.INSIGHT else frozenset()


def _account(where: Cloud, code: str, proof: identity.Proof) -> Account:
    who = identity.redeem(where, apps.app(apps.SIGN_IN), code, proof, redirect_uri())
    return Account(
        who.tid, who.oid, who.upn, who.name, identity.nationality(where, who.tid),
        identity.is_global_administrator(where, who), identity.has_sharepoint(where, who),
    )  # fmt: skip


def _tenant(where: Cloud, app: apps.App, tenant_id: str, *, patient: bool) -> TenantFacts:
    return asyncio.run(_read_tenant(where, app, tenant_id, patient=patient))


async def _read_tenant(where: Cloud, app: apps.App, tenant_id: str, *, patient: bool) -> TenantFacts:
    given = await _roles(where, app, tenant_id, SETTLING if patient else 1)
    async with Graph(where, app, tenant_id, interactive=True) as graph:
        read = graph.page
        organizations = await read("/organization", "Organization.Read.All")
        domains = await read("/domains", "Domain.Read.All")
    organization = msgspec.json.decode(organizations.objects[0].body)
    names = [msgspec.json.decode(found.body) for found in domains.objects]
    default = next((name["id"] for name in names if name.get("isDefault")), "")
    return TenantFacts(
        str(organization["id"]), str(organization.get("displayName") or default), default,
        str(organization.get("countryLetterCode") or ""), given,
    )  # fmt: skip


async def _roles(where: Cloud, app: apps.App, tenant_id: str, attempts: int) -> frozenset[str]:
    for attempt in range(attempts):
        try:
            return roles(await asyncio.to_thread(app_token, where, app, tenant_id, fresh=True))
        except Refused as error:
            if error.code != "no_consent" or attempt + 1 == attempts:
                raise
            await asyncio.sleep(1)
    raise Later("Microsoft does not know the consent yet.", seconds=5)


def _in_time(function: Callable[[], T]) -> T:
    try:
        return _threads.submit(function).result(SECONDS)
    except TimeoutError:
        raise Later(_("Microsoft did not answer in time. Try again in a few minutes."), seconds=10) from None
