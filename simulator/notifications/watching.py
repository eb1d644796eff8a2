"""One thread of the whole simulator looks what has changed and whom it concerns."""

from __future__ import annotations

import threading
from collections import defaultdict
from urllib.parse import urlsplit

from simulator.cloud import Cloud
from simulator.identity import consents
from simulator.notifications import kept
from simulator.notifications.kept import Subscription
from simulator.notifications.posting import trusted
from simulator.notifications.telling import farewell, tell, waits

LOOKS_EVERY = 0.25


class Watcher:
    """Looks and tells until it is stopped; a thread for each receiver, so that a slow one holds up no other."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud, self._context = cloud, trusted(cloud.folder, cloud.trusted)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._busy: dict[str, threading.Thread] = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> bool:
        """End; False when a receiver keeps it from ending in time."""
        self._stop.set()
        threads = [self._thread, *self._busy.values()]
        for thread in threads:
            thread.join(0.5)
        return not any(thread.is_alive() for thread in threads)

    def _watch(self) -> None:
        while not self._stop.wait(LOOKS_EVERY):
            waiting: dict[str, list[Subscription]] = defaultdict(list)
            for one in kept.every(self._cloud.store):
                if not self._has_ended(one) and waits(self._cloud, one, self._cloud.world.now().timestamp()):
                    waiting[urlsplit(one.url).netloc].append(one)
            for receiver, subscriptions in waiting.items():
                self._tell(receiver, subscriptions)

    def _tell(self, receiver: str, subscriptions: list[Subscription]) -> None:
        """What comes while a receiver is being told is found at the next look."""
        known = self._busy.get(receiver)
        if known is None or not known.is_alive():
            self._busy[receiver] = threading.Thread(target=self._tell_all, args=(subscriptions,), daemon=True)
            self._busy[receiver].start()

    def _tell_all(self, subscriptions: list[Subscription]) -> None:
        for one in subscriptions:
            if not self._stop.is_set():
                tell(self._cloud, one, self._context)

    def _has_ended(self, one: Subscription) -> bool:
        """Drop what is past its end, or whose app the tenant no longer knows."""
        if one.expires <= self._cloud.world.now().timestamp():
            kept.forget(self._cloud.store, one)
            return True
        if consents.granted(self._cloud, one.app, one.tenant) is None:
            kept.forget(self._cloud.store, one)
            threading.Thread(target=farewell, args=(one, self._context), daemon=True).start()
            return True
        return False
