"""record(actor, fact): audit log, activity feed and event source in one; sealed by the database at commit."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NewType, TypeVar, cast

import rfc8785
from django.db import transaction

from tenantry.kernel import clock, ports, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.models import Fact as Row
from tenantry.kernel.models import FactLabel, Outbox

Code = NewType("Code", str)
"""A technical word that names no person: a kind, a permission, a Microsoft id, a reason."""


@dataclass(frozen=True)
class Personal:
    """A value about a person or a firm: enters the bytes as a salted commitment only, and can be erased."""

    value: str


@dataclass(frozen=True)
class Fact:
    """Base of everything that is recorded: a frozen dataclass in the past tense, in a folder's `facts.py`."""

    @classmethod
    def name(cls) -> str:
        """Folder, dot, name in snake case: `customers.customer_onboarded`."""
        folder = cls.__module__.removesuffix(".facts").rpartition(".")[2]
        return f"{folder}.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"


F = TypeVar("F", bound=Fact)
Reaction = Callable[..., None]
_reactions: dict[str, list[str]] = {}
_called: dict[str, Reaction] = {}


def on(*facts: type[Fact] | str) -> Callable[[Reaction], Reaction]:
    """Mark a function of a `reactions.py` as the answer to these facts (or their names, where a lower folder answers).

    It gets the fact's row, in the task's scope.
    """

    def mark(reaction: Reaction) -> Reaction:
        name = f"{reaction.__module__.split('.')[-2]}.{reaction.__name__}"
        _called[name] = reaction
        for fact in facts:
            key = fact if isinstance(fact, str) else fact.name()
            _reactions.setdefault(key, []).append(name)
        return reaction

    return mark


def reactions() -> list[str]:
    """The names of all reactions of present folders."""
    return sorted(_called)


def reaction(name: str) -> Reaction:
    """The reaction of that name, for the task runner."""
    return _called[name]


def record(actor: Actor, fact: Fact, *, customer: int | None = None) -> uuid.UUID:
    """Record what happened, in the transaction in which it happens; reactions start once that has committed."""
    opened, row_id = scope.current(), uuid.uuid4()
    labels = list(_labels(fact, actor))
    body = _canonical(row_id, actor, fact, customer, labels)
    Row.objects.create(
        id=row_id, at=clock.now(), name=fact.name(), actor_kind=actor.kind, actor_id=actor.id, customer_id=customer,
        body=body,
    )  # fmt: skip
    FactLabel.objects.bulk_create(
        FactLabel(fact_id=row_id, field=field, value=value, salt=salt) for field, value, salt in labels
    )
    rows = _outbox(opened.partner, row_id, fact.name())
    if rows:
        Outbox.objects.bulk_create(rows)
        transaction.on_commit(lambda: ports.dispatcher().dispatch(rows), using=opened.region, robust=True)
    return row_id


def _outbox(partner: int, fact_id: uuid.UUID, name: str) -> list[Outbox]:
    return [
        Outbox(id=f"{fact_id}:{reaction}", partner_id=partner, fact_id=fact_id, reaction=reaction,
               written_at=clock.now())
        for reaction in _reactions.get(name, ())
    ]  # fmt: skip


def _labels(fact: Fact, actor: Actor) -> Iterator[tuple[str, str, bytes]]:
    personal = {field.name: getattr(fact, field.name) for field in fields(fact)}
    personal |= {"actor": Personal(actor.label), "address": Personal(actor.address)}
    for name, value in personal.items():
        if isinstance(value, Personal) and value.value:
            yield name, value.value, secrets.token_bytes(32)


def _canonical(row_id: uuid.UUID, actor: Actor, fact: Fact, customer: int | None, labels: list[Any]) -> bytes:
    committed = {name: hashlib.sha256(salt + value.encode()).hexdigest() for name, value, salt in labels}
    values = {field.name: committed.get(field.name, getattr(fact, field.name)) for field in fields(fact)}
    return rfc8785.dumps(
        {
            "id": str(row_id),
            "time": clock.now().isoformat(),
            "fact": fact.name(),
            "actor": {"kind": actor.kind, "id": actor.id, "label": committed.get("actor", "")},
            "address": committed.get("address", ""),
            "customer": customer,
            "values": {name: plain(value) for name, value in values.items()},
        }
    )


def plain(value: Any) -> Any:
    """A fact's value as JSON: dates as ISO 8601, enums and UUIDs as text, an empty `Personal` as empty text."""
    match value:
        case Personal():
            shown: Any = ""
        case datetime() | date():
            shown = value.isoformat()
        case Enum():
            shown = value.value
        case uuid.UUID():
            shown = str(value)
        case Mapping():
            shown = {str(key): plain(item) for key, item in value.items()}
        case frozenset() | set():
            shown = [plain(item) for item in sorted(value)]
        case tuple() | list():
            shown = [plain(item) for item in value]
        case _ if is_dataclass(value):
            shown = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            shown = value
    return shown


def values(row: Row) -> dict[str, Any]:
    """The values of a recorded fact as they stand in its bytes."""
    import msgspec

    return cast("dict[str, Any]", msgspec.json.decode(bytes(row.body))["values"])
