"""The backend's connection: the application's role, or the owner's inside `as_owner()`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base

from tenantry.engines.postgres.patience import MIGRATION


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects as the role that owns nothing; migrations borrow the owner."""

    _owning = False

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if self._owning:
            params.update({key: value for key, value in self.settings_dict["OWNER"].items() if value})
            params["options"] = MIGRATION.options
        return params

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Connect as the owner of the tables; the connection before and after is the application's."""
        self.close()
        self._owning = True
        try:
            yield
        finally:
            self.close()
            self._owning = False
