"""Whose rows may be seen. Nothing is, until one of the four doors opens a scope."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, ParamSpec, TypeVar

from django.db import connections, transaction

from tenantry.kernel.actor import Actor, system, visitor
from tenantry.kernel.errors import NoScope

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """A partner's rows in a region, as one actor may see them under one permission."""

    actor: Actor
    partner: int
    region: str
    permission: str = "customers.view"
    customer: int | None = None
    tenant: int | None = None
    customer_region: str | None = None


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope:
    """The open scope; NoScope when there is none."""
    found = _current.get()
    if found is None:
        raise NoScope("No scope is open.")
    return found


def peek() -> Scope | None:
    """The open scope, or None."""
    return _current.get()


@contextmanager
def enter(scope: Scope) -> Iterator[Scope]:
    """Open a scope: one transaction in its region, in which the database knows the partner."""
    connection = connections[scope.region]
    before, nested = _current.get(), connection.in_atomic_block
    with transaction.atomic(using=scope.region):
        _tell(scope)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
    if nested:
        _tell(before, scope.region)


@contextmanager
def at_customer(region: str) -> Iterator[Scope]:
    """Rows at home with a customer as well: a transaction in its region beside the partner's own, committed first.

    A task that carries from one to the other must bear repetition, since a crash may come between the two commits.
    """
    opened = replace(current(), customer_region=region)
    if region == opened.region:
        with _kept(opened):
            yield opened
        return
    with transaction.atomic(using=region):
        _tell(opened, region)
        with _kept(opened):
            yield opened


def _tell(scope: Scope | None, region: str = "") -> None:
    values = (scope.partner, scope.customer, scope.tenant) if scope else (None, None, None)
    with connections[region or (scope.region if scope else "")].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.partner', %s, true), set_config('app.customer', %s, true),"
            " set_config('app.tenant', %s, true)",
            ["" if value is None else str(value) for value in values],
        )


@contextmanager
def acting(actor: Actor) -> Iterator[Scope]:
    """Go on in the open scope as the actor who turned out to be asking; same partner, same transaction."""
    scope = replace(current(), actor=actor)
    if (actor.partner, actor.region) != (scope.partner, scope.region):
        raise NoScope("An actor acts in the scope of its own partner only.")
    with _kept(scope):
        yield scope


@contextmanager
def narrowed(permission: str) -> Iterator[Scope]:
    """See only the customers on which the actor holds this permission."""
    scope = replace(current(), permission=permission)
    with _kept(scope):
        yield scope


@contextmanager
def unfilled(partner: Any, actor: Actor) -> Iterator[None]:
    """Write a question that is filled later: the open scope's region, `partner` and `actor` in place of real ones."""
    with _kept(replace(current(), partner=partner, actor=actor)):
        yield


@contextmanager
def _kept(scope: Scope) -> Iterator[None]:
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def of(actor: Actor) -> Iterator[Scope]:
    """The web and REST doors: the actor's own partner."""
    with enter(Scope(actor, actor.partner, actor.region)) as scope:
        yield scope


@contextmanager
def task(partner: int, region: str, actor: Actor | None = None) -> Iterator[Scope]:
    """The task runner's door: the system of one partner, or the person for whom the task runs."""
    with enter(Scope(actor or system(partner, region), partner, region)) as scope:
        yield scope


@contextmanager
def route(partner: int, region: str, address: str = "") -> Iterator[Scope]:
    """The door before sign-in: finds credentials and sessions of one partner, holds no permission."""
    with enter(Scope(visitor(partner, region, address), partner, region)) as scope:
        yield scope


def whole(action: Callable[P, T]) -> Callable[P, T]:
    """Mark an action that is all or nothing: what it had written when it refused is undone, though the page goes on."""

    @functools.wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic(using=current().region):
            return action(*args, **kwargs)

    return run
