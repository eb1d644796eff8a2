"""Our own list: a page declares it, the address carries its state, htmx fetches only its body.

class Customers(Grid):
    key, label, sort = "customers", lazy("Customers"), "customer"
    columns = (Column("customer", lazy("Customer"), name, sort="sort_key", width=180, pinned=True), ...)

return Customers.from_request(request, queries.customers()).respond("customers/list.html", {...})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, lazy
from tenantry.kernel.web.grid import keyset, shapes, table, words
from tenantry.kernel.web.grid.shapes import Bulk, Choice, Column, Empty, View
from tenantry.kernel.web.grid.state import State
from tenantry.kernel.web.parts.controls import Tab, menu
from tenantry.kernel.web.parts.shape import attributes, joined

__all__ = ["Bulk", "Choice", "Column", "Empty", "Grid", "State", "View"]

MOST_CHOSEN = 500


class Grid:
    """A list of rows; a page derives from it, declares what it shows, and answers with `respond`."""

    key: ClassVar[str]
    label: ClassVar[Text]
    columns: ClassVar[Sequence[Column]]
    sort: ClassVar[str] = ""
    filters: ClassVar[Sequence[Choice]] = ()
    views: ClassVar[Sequence[View]] = ()
    search: ClassVar[Sequence[str]] = ()
    search_label: ClassVar[Text] = lazy("Search")
    empty: ClassVar[Empty] = Empty(lazy("Nothing here yet"))
    export: ClassVar[str] = ""
    size: ClassVar[int] = 50
    has_menu: ClassVar[bool] = False

    def __init__(self, request: HttpRequest, rows: QuerySet[Any], state: State, bulk: Sequence[Bulk] = ()) -> None:
        self.request, self.all, self.state, self.bulk = request, rows, state, bulk

    @classmethod
    def from_request(cls, request: HttpRequest, rows: QuerySet[Any], bulk: Sequence[Bulk] = ()) -> Self:
        """The list in the state that the address says; `bulk` is what this actor may do to selected rows."""
        return cls(request, rows, State.read(request.GET), bulk)

    @classmethod
    def chosen(cls, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows a bulk act was posted for: those ticked, at most 500, or all that the list's state shows."""
        if request.POST.get("all") == "1":
            return cls(request, rows, State.read(QueryDict(request.POST.get("state", "")))).shown
        ids = [value for value in request.POST.getlist("ids")[:MOST_CHOSEN] if value.isdecimal() and len(value) < 19]
        return rows.filter(pk__in=ids)

    # --- what a page may say itself

    def prepare(self, rows: list[Any]) -> None:
        """Fetch at once, for all rows of the page, what the cells need; hang it onto the rows."""

    def menu(self, row: Any) -> Sequence[SafeString]:  # noqa: ARG002  # for pages
        """The entries of a row's menu, made by `parts.menu_item`; set `has_menu` as well."""
        return ()

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """The rows that match a search; by default one of the lookups in `search` does."""
        matching = Q()
        for name in self.search:
            matching |= Q(**{name: wish})
        return rows.filter(matching) if self.search else rows

    # --- what it shows

    @cached_property
    def view(self) -> View | None:
        """The open tab: the one in the address, else the first."""
        return next((view for view in self.views if view.key == self.state.view), self.views[0] if self.views else None)

    @cached_property
    def narrowed(self) -> QuerySet[Any]:
        """The rows after search and filters, before the tab."""
        rows = self.found(self.all, self.state.q) if self.state.q else self.all
        for choice in self.filters:
            known = {value for value, _words in choice.pairs()} if self.state.filters.get(choice.key) else set()
            values = [value for value in self.state.filters.get(choice.key, ()) if value in known]
            rows = choice.apply(rows, values) if values else rows
        return rows

    @cached_property
    def shown(self) -> QuerySet[Any]:
        """The rows after search, filters and tab."""
        return self.view.narrow(self.narrowed) if self.view and self.view.narrow else self.narrowed

    @cached_property
    def order(self) -> str:
        """The column it is sorted by, "-" before it descends."""
        wished = self.state.sort.lstrip("-")
        if any(column.key == wished and column.sort for column in self.columns):
            return self.state.sort
        return self.sort or next((column.key for column in self.columns if column.sort), "")

    @cached_property
    def page(self) -> shapes.Page:
        """The rows of this page."""
        names = {column.key: column.sort for column in self.columns}
        sign, name = ("-" if self.order.startswith("-") else ""), names.get(self.order.lstrip("-")) or "pk"
        page = keyset.page(self.shown, f"{sign}{name}", self.size, self.state.after, self.state.before)
        page.total = keyset.counted(self.shown)
        self.prepare(page.rows)
        return page

    @cached_property
    def visible(self) -> list[Column]:
        """The columns the person chose, pinned ones always; without a choice all that are not optional."""
        chosen = self.request.COOKIES.get(f"columns_{self.key}")
        if not chosen:
            return [column for column in self.columns if not column.optional]
        names = set(chosen.split("."))
        return [column for column in self.columns if column.pinned or column.key in names]

    @property
    def tabs(self) -> list[Tab]:
        """The views as tabs with their counts."""
        return [
            Tab(view.title, self.state.having(view=view.key).link(), view is self.view,
                words.number(keyset.counted(view.narrow(self.narrowed) if view.narrow else self.narrowed)),
                view.icon, view.kind)
            for view in self.views
        ]  # fmt: skip

    @property
    def begun(self) -> bool:
        """Whether there is anything to show, or something that leaves rows out."""
        return bool(self.page.rows or self.state.narrowed or self.state.view)

    # --- how it is drawn

    @property
    def swap(self) -> SafeString:
        """What makes a link fetch only the list."""
        return attributes(hx_target=f"#grid-{self.key}", hx_swap="outerHTML", hx_push_url="true")

    def table(self) -> dict[str, SafeString]:
        """Head, widths and rows."""
        form = f"bulk-{self.key}" if self.bulk else ""
        menus = self._menu if self.has_menu else None
        return {
            "widths": table.widths(self.visible, bool(self.bulk), self.has_menu),
            "heads": table.heads(self.visible, self.state, self.order, self.swap),
            "rows": table.body(self.page.rows, self.visible, form, menus),
        }

    def _menu(self, row: Any) -> SafeString | None:
        entries = self.menu(row)
        return menu(joined(list(entries)), f"menu-{self.key}-{row.pk}") if entries else None

    def render(self) -> SafeString:
        """The whole list as HTML."""
        context = {"grid": self, "table": self.table(), "words": words.Words(self)}
        return render_to_string("web/grid/grid.html", context, self.request)

    def respond(self, template: str, context: Mapping[str, Any] | None = None, name: str = "grid") -> HttpResponse:
        """The page with the list under `name`; for htmx, when the list asks for itself, the list alone."""
        if self.request.headers.get("HX-Target") == f"grid-{self.key}":
            response = HttpResponse(self.render())
        else:
            response = render(self.request, template, {**(context or {}), name: self.render()})
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response
