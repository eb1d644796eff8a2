"""A system check: no foreign key between homes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, register
from django.db.models import ForeignKey, Model

from tenantry.kernel.residency.router import home_of


@register("models")
def keys_stay_at_home(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Each foreign key stays within its home; across homes the id is stored instead."""
    return list(crossing(apps.get_models()))


def crossing(models: Iterable[type[Model]]) -> Iterable[CheckMessage]:
    """An error for each foreign key of the models that points to another home."""
    for model in models:
        for field in model._meta.get_fields():
            target = field.related_model if isinstance(field, ForeignKey) else None
            if isinstance(target, type) and home_of(target) is not home_of(model):
                yield Error(f"{model._meta.label}.{field.name} points to another home.", obj=model, id="residency.E001")
