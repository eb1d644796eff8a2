"""Questions that every request asks: their SQL is written once, and only filled from then on.

The ORM takes ten times as long to write such a statement as the database to answer it. A question is written in a scope
without a partner and without rights, so what it says holds for every scope, and one about rows that not everybody may
see cannot be written at all.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections, router
from django.db.models import BooleanField, Expression, F, Func, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

from tenantry.kernel import scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import NoScope

T = TypeVar("T")


class Given(Expression):
    """A value that is known when the question is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002  # Django's signature
        return "%s", [self]


def among(field: str, name: str) -> Func:
    """A condition: the field has one of the values that are given as a list under this name."""
    return Func(F(field), Given(name), template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


PARTNER = Given("partner")


class Written(Generic[T]):
    """A question by name of its values: `Written(lambda: Policy.objects.order_by("pk")[:1])`, then `.first()`.

    The query set is made once, with `Given` wherever a value will stand; each asking fills in those values and the
    partner of the open scope. LookupError for a value that is missing, ValueError where the query set holds a moment,
    which would stand still, and NoScope outside a scope or where it would depend on what the actor may see.
    """

    def __init__(self, question: Callable[[], QuerySet[Any, T]]) -> None:
        self._question = question

    @cached_property
    def _statement(self) -> _Statement:
        with scope.unfilled(PARTNER, _Nobody("system", 0, "", 0, "")):
            rows = self._question()
        compiler = rows.query.get_compiler(using=rows.db)
        text, values = compiler.as_sql()
        if any(isinstance(value, date) for value in values):
            raise ValueError("A written question holds no moment; give it when asking.")
        return _Statement(rows.model, compiler, text, tuple(values), rows._iterable_class is ModelIterable)

    def all(self, **given: Any) -> list[T]:
        """The rows, as the query set would give them."""
        partner, statement = scope.current().partner, self._statement
        return statement.ask(router.db_for_read(statement.model), given | {"partner": partner})

    def first(self, **given: Any) -> T | None:
        """The first of the rows, or None; the query set says in which order, and that one is enough."""
        return next(iter(self.all(**given)), None)


@dataclass
class _Statement:
    model: type[Model]
    compiler: Any
    text: str
    values: tuple[Any, ...]
    of_models: bool

    def ask(self, region: str, given: dict[str, Any]) -> list[Any]:
        """Run it in a region and make of its rows what the query set would."""
        values = [given[value.name] if isinstance(value, Given) else value for value in self.values]
        with connections[region].cursor() as cursor:
            cursor.execute(self.text, values)
            rows = cursor.fetchall()
        compiler = copy.copy(self.compiler)  # its connection is of the thread that wrote it
        compiler.connection, compiler.using = connections[region], region
        found = compiler.results_iter([rows])
        return [self._model(row, region) for row in found] if self.of_models else [tuple(row) for row in found]

    def _model(self, row: Any, region: str) -> Any:
        thing = self.compiler.klass_info["model"].from_db(region, self._names, row[self._own])
        for populator in get_related_populators(self.compiler.klass_info, self.compiler.select, region):  # type: ignore[call-arg]  # the stubs are of a later Django
            populator.populate(row, thing)
        for name, place in (self.compiler.annotation_col_map or {}).items():
            setattr(thing, name, row[place])
        return thing

    @cached_property
    def _own(self) -> slice:
        places = self.compiler.klass_info["select_fields"]
        return slice(places[0], places[-1] + 1)

    @cached_property
    def _names(self) -> list[str]:
        return [each[0].target.attname for each in self.compiler.select[self._own]]


class _Nobody(Actor):
    """Whose rights are not known: what depends on them is not written."""

    def everywhere(self, permission: str) -> bool:
        raise NoScope(f"A written question cannot depend on who holds {permission}.")

    holds = everywhere
