"""Where tables stand: their home, and the direction of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Model

from tenantry.kernel.models import CompositeKey
from tenantry.kernel.residency.home import Home

SHELVES = ("kernel", "engines", "portal", "modules", "shell")
ORDERS = {
    "engines": (
        ("postgres",), ("durable",), ("cloud",), ("inventory",), ("assistant", "changes", "checks", "connectors"),
    ),
    "portal": (
        ("partners",), ("people",), ("notifications",), ("customers",), ("access",), ("licensing",), ("services",),
        ("support",), ("reports",),
    ),
}  # fmt: skip


def ours() -> list[type[Model]]:
    """Every concrete model of the product."""
    return [model for model in apps.get_models() if model.__module__.startswith("tenantry.")]


def homeless(models: Iterable[type[Model]]) -> Iterator[str]:
    """Models that do not say where their rows stand."""
    for model in models:
        if not isinstance(getattr(model, "home", None), Home):
            yield f"{model._meta.label} declares no home."


def keys_up(models: Iterable[type[Model]]) -> Iterator[str]:
    """Keys to a table that stands higher, or in another folder of the same height."""
    models = list(models)
    tables = {model._meta.db_table: model for model in models}
    for model in models:
        for name, target in _keys(model, tables):
            if not points_down(model.__module__, target.__module__):
                yield f"{model._meta.label}.{name} points up, to {target._meta.label}."


def _keys(model: type[Model], tables: dict[str, type[Model]]) -> Iterator[tuple[str, type[Model]]]:
    for field in model._meta.get_fields():
        if field.is_relation and field.concrete and isinstance(field.related_model, type):
            yield field.name, field.related_model
    for constraint in model._meta.constraints:
        if isinstance(constraint, CompositeKey) and constraint.to in tables:
            yield constraint.name, tables[constraint.to]


def points_down(source: str, target: str) -> bool:
    """Whether a key from a module of the first dotted name may reach one of the second."""
    return _folder(source) == _folder(target) or place(source) > place(target)


def place(module: str) -> tuple[int, int]:
    """Height of a module: its shelf, and its folder's rank there; kernel and modules have no order inside."""
    shelf, folder = _folder(module)
    order = ORDERS.get(shelf, ())
    return SHELVES.index(shelf), next((rank for rank, names in enumerate(order) if folder in names), 0)


def _folder(module: str) -> tuple[str, str]:
    parts = [*module.split("."), ""]
    return parts[1], "" if parts[1] == "kernel" else parts[2]
