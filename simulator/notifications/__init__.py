"""Change notifications: who wants to hear of what, and the telling."""

from simulator.notifications.kept import Subscription
from simulator.notifications.watching import Watcher

__all__ = ["Subscription", "Watcher"]
