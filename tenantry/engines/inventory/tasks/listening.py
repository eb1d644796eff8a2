"""Keeping Microsoft's promise to tell changes: subscribe, renew before the end, give up what nobody reads any more."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from tenantry.engines.cloud import subscriptions as microsoft
from tenantry.engines.cloud.notices import Reference, state_for
from tenantry.engines.cloud.subscriptions import LASTS, Wish
from tenantry.engines.durable import every_minute, here, step, task
from tenantry.engines.inventory import rules
from tenantry.engines.inventory.collect import asked
from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Source, Subscription
from tenantry.engines.inventory.tasks.cycles import NOTHING, start_due
from tenantry.kernel import clock
from tenantry.kernel.errors import Later, Missing, Problem
from tenantry.kernel.text import lazy

MOST_STARTED = 200
SOON = timedelta(minutes=10)


@task("inventory.listen", permissions=NOTHING, title=lazy("Ask Microsoft to tell changes in a tenant"), routine=True)
def listen(source_id: int) -> None:
    """Bring the subscriptions of a tenant to what they should be; what fails is looked at again, soon or in an hour."""
    for name in step("plan", _plan, source_id):
        step(name, _look_after, source_id, name)
    step("finish", _finish, source_id)


@every_minute("inventory.listen_again")
def look() -> None:
    """Start the task for each tenant whose subscriptions are to be looked after, where Microsoft can reach us."""
    if settings.NOTICES_URL:
        start_due(listen, "SELECT * FROM inventory_take_unheard(%s, %s, %s)", MOST_STARTED)


def _plan(source_id: int) -> list[str]:
    """The kinds that Microsoft tells changes of."""
    with here().opened():
        source = Source.of_partner.filter(pk=source_id).first()
        if source is None:
            return []
        names = [kind.name for kind in kinds().values() if kind.told]
        for name in names:
            Subscription.of_partner.get_or_create(
                source=source, kind=name, defaults={"customer_id": source.customer_id}
            )
        return names


def _look_after(source_id: int, name: str) -> None:
    """One kind: nothing is asked inside of a transaction, and what Microsoft answered is written before the next."""
    with here().opened():
        source = Source.of_partner.get(pk=source_id)
        row = Subscription.of_partner.get(source=source, kind=name)
    try:
        _mend(source, row)
        row.reason = ""
    except Problem as problem:
        row.reason = problem.code[:24]
        row.renew_at = clock.now() + (SOON if isinstance(problem, Later) else rules.PROBE_EVERY)
    with here().opened():
        row.save(update_fields=["remote_id", "url", "expires_at", "renew_at", "reason"])


def _mend(source: Source, row: Subscription) -> None:
    """Give up what is not wanted or goes elsewhere; subscribe where nothing is told; renew what ends."""
    now, wanted = clock.now(), bool(settings.NOTICES_URL) and not source.paused
    if row.remote_id and not (wanted and row.url == settings.NOTICES_URL):
        _give_up(source, row)
    if not wanted:
        return
    if not row.remote_id or row.expires_at is None or row.expires_at <= now:
        _subscribe(source, row)
    elif row.renew_at is None or row.renew_at <= now:
        try:
            _note(row, asked(source, lambda graph: microsoft.renew(graph, row.remote_id, _wish(source, row))))
        except Missing:
            _subscribe(source, row)


def _subscribe(source: Source, row: Subscription) -> None:
    row.remote_id, row.expires_at = "", None
    _note(row, asked(source, lambda graph: microsoft.subscribe(graph, _wish(source, row))))


def _give_up(source: Source, row: Subscription) -> None:
    """Where Microsoft cannot be asked any more, it finds out by itself: the subscription ends within a week."""
    name, row.remote_id, row.expires_at, row.renew_at = row.remote_id, "", None, None
    asked(source, lambda graph: microsoft.give_up(graph, name, kind_of(row.kind).permission))


def _note(row: Subscription, made: microsoft.Subscribed) -> None:
    row.remote_id, row.url, row.expires_at = made.id, settings.NOTICES_URL, made.expires
    row.renew_at = made.expires - LASTS / 2


def _wish(source: Source, row: Subscription) -> Wish:
    kind, place = kind_of(row.kind), here()
    reference = Reference(place.region, place.partner, source.pk, kind.name)
    return Wish(kind.told, settings.NOTICES_URL, state_for(reference), kind.permission)


def _finish(source_id: int) -> int:
    """Set when the tenant's subscriptions are to be looked after next."""
    with here().opened():
        rows = list(Subscription.of_partner.filter(source_id=source_id))
        again = min((row.renew_at for row in rows if row.renew_at), default=None)
        Source.of_partner.filter(pk=source_id).update(listen_at=again or clock.now() + rules.PROBE_EVERY)
        return len(rows)
