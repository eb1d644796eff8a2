"""A system check: no foreign key between homes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import ForeignKey, ManyToManyField, Model

from tenantry.kernel.models.security import CompositeKey
from tenantry.kernel.residency.router import home_of


@register("models")
def keys_stay_at_home(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Each foreign key stays within its home; across homes the id is stored instead."""
    return list(crossing(apps.get_models()))


def crossing(models: Iterable[type[Model]]) -> Iterable[CheckMessage]:
    """An error for each key of the models that points to another home, whichever way it is declared."""
    known = list(models)
    tables = {model._meta.db_table: model for model in known}
    for model in known:
        for name, target in _pointing(model, tables):
            if home_of(target) is not home_of(model):
                yield Error(f"{model._meta.label}.{name} points to another home.", obj=model, id="residency.E001")


def _pointing(model: type[Model], tables: dict[str, type[Model]]) -> Iterator[tuple[str, type[Model]]]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey | ManyToManyField) and isinstance(field.related_model, type):
            yield field.name, field.related_model
    for key in model._meta.constraints:
        if isinstance(key, CompositeKey) and key.to in tables:
            yield key.name, tables[key.to]
