"""Work of this folder that nobody waits for: asking whether consent still holds."""

from __future__ import annotations

from django.conf import settings
from django.db import connections

from tenantry.engines.durable import every_minute, here, step, task
from tenantry.kernel import clock
from tenantry.kernel.errors import Later, Refused
from tenantry.portal.customers import actions, collect, rules
from tenantry.portal.customers.models import AppProfile, Customer

MOST_A_TICK = 1_000


@task("customers.check_apps", permissions=frozenset({"customers.view"}))
def check_apps(profile_id: int) -> None:
    """Ask Microsoft for a token of an app, and note what it says of the customer's consent."""
    step("check", _check, profile_id)


@every_minute("customers.tick")
def tick() -> None:
    """Start what is due: each app profile at 01:30 UTC, and sooner where Microsoft did not answer."""
    now = clock.now()
    for region in settings.REGIONS:
        with connections[region].cursor() as cursor:
            cursor.execute(
                "SELECT * FROM customers_take_unchecked(%s, %s, %s)", [now, rules.next_check(now), MOST_A_TICK]
            )
            due = cursor.fetchall()
        for partner, profile_id in due:
            check_apps.start(profile_id, key=f"{profile_id}:{now.isoformat()}", partner=partner, region=region)


def _check(profile_id: int) -> str:
    with here().opened():
        profiles = AppProfile.of_partner.select_related("tenant").filter(pk=profile_id)
        profile = profiles.filter(customer__state=Customer.State.ACTIVE).first()
    if profile is None:
        return "gone"
    try:
        given = collect.granted(profile.tenant.cloud, profile.tenant.tenant_id, profile.app)
    except (Refused, Later) as problem:
        return _unanswered(profile, problem)
    with here().opened() as opened:
        actions.check(opened.actor, profile, given)
    return "answered"


def _unanswered(profile: AppProfile, problem: Refused | Later) -> str:
    """An app that is gone has lost its consent; anything else says nothing of it."""
    with here().opened() as opened:
        if problem.code == "no_consent":
            actions.lose(opened.actor, profile)
            return "lost"
        actions.miss(opened.actor, profile)
    return "silent"
