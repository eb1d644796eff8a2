"""Picks the database from a model's home and the open scope's region."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from tenantry.kernel import scope
from tenantry.kernel.errors import Broken, NoScope
from tenantry.kernel.residency.home import Home

DIRECTORY = "directory"


class HomeRouter:
    """Directory rows in the directory, a partner's in its region, a customer's in the customer's."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:  # noqa: ARG002  # Django's signature
        return region_of(home_of(model))

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        wished = region_of(home_of(model))
        instance = hints.get("instance")
        stands = instance._state.db if instance is not None else None
        if stands is not None and stands != wished:
            raise Broken("A row of {stands} cannot be written in {wished}.", stands=stands, wished=wished)
        return wished

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:  # noqa: ARG002
        regions = {one._state.db for one in (first, second)} - {None}
        return home_of(type(first)) is home_of(type(second)) and len(regions) < 2

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: Any) -> bool | None:
        home = hints.get("home") or _home_named(app_label, model_name)
        if home is None:
            return None
        return db == DIRECTORY if Home(home) is Home.DIRECTORY else db in settings.REGIONS


def home_of(model: type[Model]) -> Home:
    """The home that a model declares; a model without one (Django's own) stands in the directory."""
    home: Home = getattr(model, "home", Home.DIRECTORY)
    return home


def region_of(home: Home) -> str:
    """The alias that keeps rows of this home in the open scope; NoScope when none is open."""
    if home is Home.DIRECTORY:
        return DIRECTORY
    opened = scope.current()
    if home is Home.PARTNER:
        return opened.region
    if opened.customer_region is None:
        raise NoScope("No customer's region is open.")
    return opened.customer_region


def _home_named(app_label: str, model_name: str | None) -> Home | None:
    if model_name is None:
        return None
    try:
        # Historical models carry no home: ask the present one; a model that is gone has no say.
        return home_of(apps.get_model(app_label, model_name))
    except LookupError:
        return None
