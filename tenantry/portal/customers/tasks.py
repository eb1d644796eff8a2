"""Work of this folder that nobody waits for: asking whether consent still holds."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connections

from tenantry.engines.durable import every_minute, here, step, task
from tenantry.kernel import clock
from tenantry.kernel.errors import Later, Refused
from tenantry.kernel.text import lazy
from tenantry.portal.customers import actions, collect, rules
from tenantry.portal.customers.models import AppProfile, AuthorizationLink, Customer

MOST_A_TICK = 1_000
VIEW = frozenset({"customers.view"})
LEASE = timedelta(minutes=15)


@task("customers.check_apps", permissions=VIEW, title=lazy("Ask whether a consent still holds"), routine=True)
def check_apps(profile_id: int) -> None:
    """Ask Microsoft for a token of an app, and note what it says of the customer's consent."""
    step("check", _check, profile_id)


@task("customers.mind_link", permissions=VIEW, title=lazy("Mind an authorization link"), routine=True)
def mind_link(link_id: int) -> None:
    """Warn that a link ends within 24 hours, and end it when its time is over."""
    step("mind", _mind, link_id)


@every_minute("customers.tick")
def tick() -> None:
    """Start what is due: each app profile at 01:30 UTC, sooner where Microsoft did not answer; links near their end."""
    now = clock.now()
    for region in settings.REGIONS:
        for taken, again, work in (
            ("customers_take_unchecked", rules.next_check(now), check_apps),
            ("customers_take_ending", now + LEASE, mind_link),
        ):
            with connections[region].cursor() as cursor:
                cursor.execute(f"SELECT * FROM {taken}(%s, %s, %s)", [now, again, MOST_A_TICK])  # noqa: S608  # ours
                due = cursor.fetchall()
            for partner, row_id in due:
                work.start(row_id, key=f"{row_id}:{now.isoformat()}", partner=partner, region=region)


def _mind(link_id: int) -> None:
    with here().opened() as opened:
        link = AuthorizationLink.of_partner.select_related("customer", "draft").filter(pk=link_id).first()
        if link is not None:
            actions.mind(opened.actor, link)


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
