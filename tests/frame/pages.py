"""Every address of the product with what it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tenantry.kernel.web.page import Mark

MACHINES = {"rest:openapi-json", "rest:api-root"}
"""Doors without a page decorator: the description of the API holds no data; its root has no page (404)."""


@dataclass(frozen=True)
class Page:
    """An address: its route, its name, and the permission or mark of its view (None: undeclared)."""

    route: str
    name: str
    needs: Any
    view: Any

    @property
    def is_rest(self) -> bool:
        """Whether it is an operation of the API."""
        return self.route.startswith("api/")


def pages(patterns: Iterable[Any] | None = None, prefix: str = "", space: str = "") -> Iterator[Page]:
    """Every address under the patterns, those of the whole product by default."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from pages(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield from _of(route, f"{space}{pattern.name or ''}", pattern.callback)


def _of(route: str, name: str, view: Any) -> Iterator[Page]:
    operations = _operations(view)
    if not operations:
        yield Page(route, name, getattr(view, "needs", None), view)
    for operation in operations:
        yield Page(route, name, getattr(operation.view_func, "needs", None), operation.view_func)


def _operations(view: Any) -> list[Any]:
    """The operations of an address of the API, which its wrapper keeps in its closure."""
    held = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    owners = [getattr(each, "__self__", each) for each in (view, *held)]
    return next((owner.operations for owner in owners if hasattr(owner, "operations")), [])


def undeclared(found: Iterable[Page], permissions: set[str]) -> Iterator[str]:
    """Addresses whose view names neither a mark nor a permission that a manifest declares."""
    for page in found:
        if page.name in MACHINES or isinstance(page.needs, Mark):
            continue
        if page.needs not in permissions:
            yield f"/{page.route} asks for {page.needs!r}, which no manifest declares."


def marked(found: Iterable[Page]) -> dict[str, list[str]]:
    """The routes that carry each mark."""
    kept: dict[str, list[str]] = {mark.name: [] for mark in Mark}
    for page in found:
        if isinstance(page.needs, Mark):
            kept[page.needs.name].append(f"/{page.route}")
    return {mark: sorted(set(routes)) for mark, routes in kept.items()}
