"""Tables that grow by the month: one partition for each, made ahead, and one for whatever fits none.

Row-level security stands on the parent with its policies, and on each partition without any: whoever goes past the
parent sees nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connections
from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState
from django.db.models import Model
from psycopg import sql

AHEAD = 3

_FUNCTION = """
CREATE FUNCTION {function}(first date, months int) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $body$
DECLARE
    begins date; ends date; part text; made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext({name}));
    FOR ahead IN 0..least(months, 24) - 1 LOOP
        begins := date_trunc('month', first) + make_interval(months => ahead);
        ends := begins + interval '1 month';
        part := {name} || '_' || to_char(begins, 'YYYYMM');
        CONTINUE WHEN to_regclass(quote_ident(part)) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE {parent} INCLUDING DEFAULTS)', part);
        EXECUTE format('WITH moved AS (DELETE FROM ONLY {rest} WHERE {column} >= %L AND {column} < %L RETURNING *)'
                       ' INSERT INTO %I SELECT * FROM moved', begins, ends, part);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE {parent} ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, begins, ends);
        made := made + 1;
    END LOOP;
    RETURN made;
END $body$
"""


class CreatePartitioned(CreateModel):
    """CreateModel for a table partitioned by the month of a date or time column; written by hand over `CreateModel`.

    The database's primary key is (id, column), since a partition's key must hold what it is divided by; unique
    constraints of such a model must name the column too.
    """

    def __init__(self, name: str, fields: Any, column: str, **rest: Any) -> None:
        super().__init__(name, fields, **rest)
        self.column = column

    def deconstruct(self) -> Any:
        """As a migration file says it."""
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, "column": self.column}

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Any,
        from_state: ProjectState,  # noqa: ARG002  # Django's signature
        to_state: ProjectState,
    ) -> None:
        """Make the parent, its partition for whatever fits no month, and the function that makes months."""
        model = to_state.apps.get_model(app_label, self.name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        column = model._meta.get_field(self.column).column
        made, params = schema_editor.table_sql(model)
        schema_editor.execute(_divided(made, model, column, schema_editor.quote_name), params or None)
        schema_editor.deferred_sql.extend(schema_editor._model_indexes_sql(model))
        for statement in _helpers(model, column, schema_editor.quote_name):
            schema_editor.execute(statement, None)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Take the table away, its partitions and its function with it."""
        model = from_state.apps.get_model(app_label, self.name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            schema_editor.execute(f"DROP FUNCTION {schema_editor.quote_name(_function(model))}(date, int)")
        super().database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """For the output of `migrate`."""
        return f"{super().describe()}, divided by month"


def ensure_months(model: type[Model], first: date, *, using: str, months: int = AHEAD) -> int:
    """Make the partitions of so many months from the first on (at most 24); returns how many were missing.

    Rows that meanwhile went into the rest partition move into the month that is theirs.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {}(%s, %s)").format(sql.Identifier(_function(model))), [first, months])
        return int(cursor.fetchone()[0])


def _function(model: Any) -> str:
    return f"{model._meta.db_table}_months"


def _divided(made: str, model: Any, column: str, quote: Any) -> str:
    key, at = quote(model._meta.pk.column), quote(column)
    body = made.replace(" PRIMARY KEY", "", 1).removesuffix(")")
    return f"{body}, PRIMARY KEY ({key}, {at})) PARTITION BY RANGE ({at})"


def _helpers(model: Any, column: str, quote: Any) -> list[str]:
    parent, rest = quote(model._meta.db_table), quote(f"{model._meta.db_table}_rest")
    function = _FUNCTION.format(
        function=quote(_function(model)), parent=parent, name=f"'{model._meta.db_table}'", rest=rest,
        column=quote(column),
    )  # fmt: skip
    return [
        f"CREATE TABLE {rest} PARTITION OF {parent} DEFAULT",
        f"ALTER TABLE {rest} ENABLE ROW LEVEL SECURITY",
        function,
    ]
