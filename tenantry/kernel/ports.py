"""The two questions that a low shelf may ask a high one. The registry fills them at start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from tenantry.kernel.errors import Broken

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tenantry.kernel.actor import Actor
    from tenantry.kernel.models import Outbox


class Resolver(Protocol):
    """Who holds what on which customers; answered by `portal/access/resolver.py`."""

    def actor(self, person_id: int) -> Actor:
        """The person as an actor with its present roles; Missing when it may not act."""

    def customers(self, actor: Actor, permission: str) -> QuerySet[Any, Any]:
        """Ids of the customers on which the actor holds the permission, as a subquery."""

    def may(self, actor: Actor, permission: str, thing: Any) -> bool:
        """Whether a single role gives the permission on the thing (None: anywhere)."""

    def holders(self, permission: str, thing: Any) -> list[int]:
        """Ids of the active people who hold the permission on the thing."""

    def refused(self, actor: Actor, permission: str) -> None:
        """Record in the open scope that the actor was refused, at most once a minute."""


class Dispatcher(Protocol):
    """Starts what recorded facts ask for; answered by `engines/durable`."""

    def dispatch(self, rows: Sequence[Outbox]) -> None:
        """Start each outbox row once; a row that cannot be started now stays for the sweeper."""


_resolver: Resolver | None = None
_dispatcher: Dispatcher | None = None


def resolver() -> Resolver:
    """The resolver of this process."""
    if _resolver is None:
        raise Broken("No resolver has been registered.")
    return _resolver


def dispatcher() -> Dispatcher:
    """The dispatcher of this process."""
    if _dispatcher is None:
        raise Broken("No dispatcher has been registered.")
    return _dispatcher


def fill(resolver: Resolver | None = None, dispatcher: Dispatcher | None = None) -> None:
    """Put the answers in place; called by the registry at start, and by tests that stand in for one."""
    global _resolver, _dispatcher
    _resolver = resolver or _resolver
    _dispatcher = dispatcher or _dispatcher
