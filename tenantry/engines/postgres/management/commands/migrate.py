"""`migrate` over every database, as the owner of the tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections

from tenantry.engines.postgres.provision import provision
from tenantry.engines.postgres.sequences import number_keys


class Command(migrate.Command):
    """Roles and databases first, then each database in turn; with --database, that one alone."""

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="")

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        return {**super().get_check_kwargs(options), "databases": self._aliases(options)}

    def handle(self, *args: Any, **options: Any) -> None:
        provision(settings.DATA, settings.DATABASE_URL, settings.REGIONS, settings.SECRET_KEY)
        for alias in self._aliases(options):
            with connections[alias].as_owner():  # type: ignore[attr-defined]  # our backend
                super().handle(*args, **{**options, "database": alias})
                number_keys(alias)

    def _aliases(self, options: dict[str, Any]) -> list[str]:
        wished = options["database"]
        return [wished] if wished else ["directory", *settings.REGIONS]
