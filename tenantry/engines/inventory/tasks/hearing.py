"""What follows from a notice of change: its kind is due now, and one cycle reads it soon, however many notices came."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from tenantry.engines.cloud.listener import Listener
from tenantry.engines.cloud.notices import Notice, Reference
from tenantry.engines.durable.tasks import Place, beside
from tenantry.engines.inventory import rules
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import KindState, Source, Subscription
from tenantry.engines.inventory.tasks.cycles import NOTHING, cycle
from tenantry.engines.inventory.tasks.listening import listen
from tenantry.kernel import clock

PASSED_ON_EVERY = 0.5
ONCE_PER = 5.0  # seconds between two cycles of a tenant that notices start
RESTARTS_AFTER = 30.0
log = logging.getLogger(__name__)
Whose = tuple[str, int, int]


class Desk:
    """Collects notices and passes them on, those of a tenant together and not more often than it can be read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Whose, set[Notice]] = defaultdict(set)
        self._passed: dict[Whose, float] = {}

    def take(self, notices: Iterable[Notice]) -> None:
        """Keep notices until they are passed on; returns at once."""
        with self._lock:
            for notice in notices:
                self._waiting[_whose(notice.reference)].add(notice)

    def work(self, stop: threading.Event) -> None:
        """Pass on until asked to stop."""
        while not stop.wait(PASSED_ON_EVERY):
            if self.pass_on(time.monotonic()):
                connections.close_all()  # the server's connections are few

    def pass_on(self, now: float) -> int:
        """Pass on what is ready, of how many tenants; what the database cannot take now comes again."""
        ready = self._ready(now)
        for whose, notices in ready:
            try:
                heed(whose, notices)
            except (OperationalError, InterfaceError):
                self.take(notices)
        return len(ready)

    def _ready(self, now: float) -> list[tuple[Whose, set[Notice]]]:
        with self._lock:
            self._passed = {whose: at for whose, at in self._passed.items() if now - at < ONCE_PER}
            ready = [whose for whose in self._waiting if whose not in self._passed]
            self._passed.update(dict.fromkeys(ready, now))
            return [(whose, self._waiting.pop(whose)) for whose in ready]


def heed(whose: Whose, notices: Iterable[Notice]) -> None:
    """Make the kinds due and start a cycle; mend what happened to the subscriptions. Nothing for what is not read."""
    region, partner, source_id = whose
    now, bucket = clock.now(), int(clock.now().timestamp() / ONCE_PER)
    with Place(partner, region, NOTHING).opened():
        rows = {row.kind: row for row in Subscription.of_partner.filter(source_id=source_id, source__paused=False)}
        known = [notice for notice in notices if notice.reference.kind in rows and notice.reference.kind in kinds()]
        told = {notice.reference.kind for notice in known if notice.event != "reauthorizationRequired"}
        if told and _make_due(source_id, told):
            _start_cycle(source_id, f"{source_id}:told:{bucket}")
        for notice in known:
            if notice.event in {"reauthorizationRequired", "subscriptionRemoved"}:
                _mend(rows[notice.reference.kind], removed=notice.event == "subscriptionRemoved")
        if any(notice.event for notice in known):
            listen.start(source_id, key=f"{source_id}:told:{now.isoformat()}")


def _make_due(source_id: int, names: set[str]) -> int:
    """A read that runs may have passed what has changed: it ends with the kind being due again.

    What Microsoft refuses to let us read keeps its probe an hour, whatever is told of it.
    """
    now = clock.now()
    states = KindState.of_partner.filter(source_id=source_id, kind__in=names)
    states = states.exclude(state=KindState.State.UNKNOWN, reason__in=rules.REFUSALS)
    Subscription.of_partner.filter(source_id=source_id, kind__in=names).update(heard_at=now)
    return states.update(next_due=now, told_at=now)


def _start_cycle(source_id: int, key: str) -> None:
    if Source.of_partner.filter(pk=source_id, first_read_at__isnull=False).exists():
        cycle.start(source_id, key=key)


def _mend(row: Subscription, *, removed: bool) -> None:
    row.renew_at = clock.now()
    row.remote_id = "" if removed else row.remote_id
    row.save(update_fields=["renew_at", "remote_id"])


def _whose(reference: Reference) -> Whose:
    return reference.region, reference.partner, reference.source


@beside("inventory.hear")
def hear(stop: threading.Event) -> None:
    """The worker's listener and desk, where Microsoft can reach us; a port or certificate that fails is tried again."""
    if not settings.NOTICES_URL:
        return
    desk = Desk()
    threading.Thread(target=desk.work, args=(stop,), daemon=True).start()
    place = settings.NOTICES_HOST, settings.NOTICES_PORT
    files = Path(settings.NOTICES_CERTIFICATE), Path(settings.NOTICES_KEY)
    while not stop.is_set():
        try:
            Listener(place, *files, desk.take).serve(stop)
        except OSError as problem:
            log.error("Notices of change cannot be received: %s", problem)
            stop.wait(RESTARTS_AFTER)
