"""Constraints that carry the second fence, so that no migration can forget it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model

# After the first transaction of a connection the setting is '', not NULL, and the bare cast raises.
_SETTING = "NULLIF(current_setting('app.{name}', true), '')::bigint"


def _table(model: Any, editor: Any) -> tuple[str, Callable[[str], str]]:
    return editor.quote_name(model._meta.db_table), editor.quote_name


def _column(model: Any, field: str) -> str:
    return str(model._meta.get_field(field).column)


class _Statement(BaseConstraint):
    """A constraint that is SQL of its own; Django's validation has nothing to add."""

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        if model is not None and schema_editor is not None:
            schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database decides."""

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        raise NotImplementedError


class RowSecurity(_Statement):
    """Row-level security of a partner-owned table; false when no scope is set.

    `fence` names the column that holds the customer: compared when the scope is that of a customer's own person;
    without it the table is the partner's only and denies such a scope. `verbs` limits what the application may do.
    """

    def __init__(self, *, name: str, fence: str = "", verbs: str = "ALL", version: int = 1) -> None:
        super().__init__(name=name)
        self.fence, self.verbs, self.version = fence, verbs, version

    def condition(self) -> str:
        """The policy's expression."""
        partner = f"partner_id = {_SETTING.format(name='partner')}"
        customer = _SETTING.format(name="customer")
        fenced = f"({customer} IS NULL OR {self.fence} = {customer})" if self.fence else f"{customer} IS NULL"
        return f"{partner} AND {fenced}"

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        table, quote = _table(model, schema_editor)
        statements = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"]
        for verb in self.verbs.split():
            name = quote(f"{self.name}_{verb.lower()}"[:63])
            check = "WITH CHECK" if verb == "INSERT" else "USING"
            statements.append(f"CREATE POLICY {name} ON {table} FOR {verb} {check} ({self.condition()})")
        return "; ".join(statements)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        table, quote = _table(model, schema_editor)
        names = [quote(f"{self.name}_{verb.lower()}"[:63]) for verb in self.verbs.split()]
        return "; ".join(f"DROP POLICY IF EXISTS {name} ON {table}" for name in names)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "fence": self.fence, "verbs": self.verbs, "version": self.version}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSecurity) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__


class CompositeKey(_Statement):
    """FOREIGN KEY (partner_id, x_id): row security does not guard plain foreign keys, this does."""

    def __init__(self, *, name: str, field: str, to: str) -> None:
        super().__init__(name=name)
        self.field, self.to = field, to

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        self.create_sql(model, schema_editor)
        return ""

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Waits for the end of the migration: the key it points to may be made by a later operation."""
        table, quote = _table(model, schema_editor)
        column = _column(model, self.field)
        statement = (
            f"ALTER TABLE {table} ADD CONSTRAINT {quote(self.name)}"
            f" FOREIGN KEY (partner_id, {quote(column)}) REFERENCES {quote(self.to)} (partner_id, id)"
            " DEFERRABLE INITIALLY DEFERRED"
        )
        if schema_editor is not None:
            schema_editor.deferred_sql.append(statement)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        table, quote = _table(model, schema_editor)
        return f"ALTER TABLE {table} DROP CONSTRAINT {quote(self.name)}"

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field, "to": self.to}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CompositeKey) and self.deconstruct() == other.deconstruct()

    __hash__ = BaseConstraint.__hash__
