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
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from tenantry.kernel.errors import Missing
from tenantry.kernel.text import Text, lazy
from tenantry.kernel.web.grid import keyset, shapes, table, words
from tenantry.kernel.web.grid.kept import Kept, opened
from tenantry.kernel.web.grid.shapes import Beginning, Bulk, Choice, Column, Empty, View
from tenantry.kernel.web.grid.sheets import Unknown, download
from tenantry.kernel.web.grid.state import EVERY, State
from tenantry.kernel.web.page import Request
from tenantry.kernel.web.parts.controls import Tab
from tenantry.kernel.web.parts.shape import attributes, joined

__all__ = ["Beginning", "Bulk", "Choice", "Column", "Empty", "Grid", "State", "Unknown", "View"]

MOST_CHOSEN = 500
PARTS = ("filters", "columns", "views")


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
    empty: Empty = Empty(lazy("Nothing here yet"))
    export: ClassVar[str] = ""
    size: ClassVar[int] = 50
    has_menu: ClassVar[bool] = False
    drawer: ClassVar[str] = ""  # addresses with {id}, which keys and clicks lead to
    edit: ClassVar[str] = ""

    def __init__(self, request: Request, rows: QuerySet[Any], state: State, bulk: Sequence[Bulk] = ()) -> None:
        self.request, self.all, self.state, self.bulk = request, rows, state, bulk

    @classmethod
    def from_request(cls, request: Request, rows: QuerySet[Any], bulk: Sequence[Bulk] = ()) -> Self:
        """The list in the state that the address says; `bulk` is what this actor may do to selected rows."""
        return cls(request, rows, State.read(request.GET), bulk)

    @classmethod
    def chosen(cls, request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows a bulk act was posted for: those ticked, at most 500, or all that the list's state shows.

        Missing when rows were ticked and the person may see none of them.
        """
        if request.POST.get("all") == "1":
            return cls(request, rows, State.parse(request.POST.get("state", ""))).shown
        ids = [value for value in request.POST.getlist("ids")[:MOST_CHOSEN] if value.isdecimal() and len(value) < 19]
        found = rows.filter(pk__in=ids)
        if ids and not found.exists():
            raise Missing
        return found

    # --- what a page may say itself

    def prepare(self, rows: list[Any]) -> None:
        """Fetch at once, for all rows of the page, what the cells need; hang it onto the rows."""

    def menu(self, row: Any) -> Sequence[SafeString]:  # noqa: ARG002  # for pages
        """The entries of a row's menu, made by `parts.menu_item` when it is opened; set `has_menu` as well."""
        return ()

    def found(self, rows: QuerySet[Any], wish: str) -> QuerySet[Any]:
        """The rows that match a search; by default one of the lookups in `search` does."""
        matching = Q()
        for name in self.search:
            matching |= Q(**{name: wish})
        return rows.filter(matching) if self.search else rows

    # --- what it shows

    @cached_property
    def kept(self) -> Kept:
        """How the person keeps this list."""
        return Kept.of(self.key)

    @property
    def view(self) -> View | None:
        """The open tab: the one in the address, else the first."""
        return self._view(self.state)

    def _view(self, state: State) -> View | None:
        return next((view for view in self.views if view.key == state.view), self.views[0] if self.views else None)

    def values(self, choice: Choice, state: State | None = None) -> list[str]:
        """The values that a filter holds: those of the address, else those it has by itself."""
        given = (state or self.state).filters.get(choice.key, ())
        if not given:
            return list(choice.default)
        known = {value for value, _words in choice.pairs()}
        kept = [value for value in given if value in known]
        return kept or ([] if EVERY in given else list(choice.default))

    def rows_of(self, state: State) -> QuerySet[Any]:
        """The rows that a state of this list shows, after search, filters and tab."""
        return self._behind(self._view(state), self._filtered(state))

    def _filtered(self, state: State) -> QuerySet[Any]:
        rows = self.found(self.all, state.q) if state.q else self.all
        for choice in self.filters:
            values = self.values(choice, state)
            rows = choice.apply(rows, values) if values else rows
        return rows

    @staticmethod
    def _behind(view: View | None, rows: QuerySet[Any]) -> QuerySet[Any]:
        return view.narrow(rows) if view and view.narrow else rows

    @cached_property
    def shown(self) -> QuerySet[Any]:
        """The rows that the list shows."""
        return self.rows_of(self.state)

    @cached_property
    def order(self) -> str:
        """The column it is sorted by, "-" before it descends."""
        wished = self.state.sort.lstrip("-")
        if any(column.key == wished and column.sort for column in self.columns):
            return self.state.sort
        return self.sort or next((column.key for column in self.columns if column.sort), "")

    @cached_property
    def rows_a_page(self) -> int:
        """How many rows a page has: as the address says, as the person keeps it, or as the list is made."""
        return self.state.size or self.kept.layout.size or self.size

    @cached_property
    def ordered(self) -> tuple[QuerySet[Any], str]:
        """The rows shown, and the name that they are sorted by."""
        sign, key = ("-" if self.order.startswith("-") else ""), self.order.lstrip("-")
        column = next((column for column in self.columns if column.key == key and column.sort), None)
        if column is None:
            return self.shown, f"{sign}pk"
        return (column.ordered(self.shown) if column.ordered else self.shown), f"{sign}{column.sort}"

    @cached_property
    def page(self) -> shapes.Page:
        """The rows of this page."""
        page = keyset.page(*self.ordered, self.rows_a_page, self.state.after, self.state.before)
        page.total = self.counts[0]
        self.prepare(page.rows)
        return page

    @cached_property
    def visible(self) -> list[Column]:
        """The columns that the address or else the person chose, in that order, pinned ones always and first."""
        keys = self.state.columns or self.kept.layout.columns
        named = {column.key: column for column in self.columns}
        chosen = [named[key] for key in keys if key in named and not named[key].pinned]
        if not chosen:
            return [column for column in self.columns if not column.optional]
        return [*(column for column in self.columns if column.pinned), *chosen]

    @property
    def height(self) -> str:
        """Whether rows are dense or roomy."""
        return self.state.height or self.kept.layout.height or "dense"

    @cached_property
    def counts(self) -> list[int]:
        """How many rows the list shows, then how many each tab would, whatever is searched and filtered now."""
        asked = [self.shown]
        if type(self).tabs is Grid.tabs and (self.views or self.kept.views):
            unfiltered = self._filtered(State())
            asked += [self._behind(view, unfiltered) for view in self.views]
            asked += [self.rows_of(opened(view)) for view in self.kept.tabs(self.state)[0]]
        return keyset.counted(*asked)

    @property
    def tabs(self) -> list[Tab]:
        """The views with their counts; an icon stands only where there is trouble."""
        here = self.kept.saved(self.state)
        return [
            Tab(view.title, State(view=view.key, sort=self.state.sort, at=self.state.at).link(),
                view is self.view and here is None, words.number(number), view.icon if number else "", view.kind)
            for view, number in zip(self.views, self.counts[1:], strict=False)
        ]  # fmt: skip

    @property
    def begun(self) -> bool:
        """Whether there is anything to show, or something that leaves rows out."""
        return bool(self.page.rows or self.state.narrowed or self.state.view or self.state.saved)

    # --- how it is drawn

    @property
    def swap(self) -> SafeString:
        """What makes a link fetch only the list."""
        return attributes(hx_target=f"#grid-{self.key}", hx_swap="outerHTML", hx_push_url="true")

    def table(self) -> dict[str, SafeString]:
        """Head, widths and rows."""
        form = f"bulk-{self.key}" if self.bulk else ""
        return {
            "widths": table.widths(self.visible, bool(self.bulk), self.has_menu),
            "heads": table.heads(self.visible, self.state, self.order, self.swap),
            "rows": table.body(self.page.rows, self.visible, form, self.has_menu),
        }

    def render(self) -> SafeString:
        """The whole list as HTML."""
        context = {"grid": self, "table": self.table(), "words": words.Words(self)}
        return render_to_string("web/grid/grid.html", context, self.request)

    def respond(self, template: str, context: Mapping[str, Any] | None = None, name: str = "grid") -> HttpResponse:
        """The page with the list under `name`; for htmx, when the list asks for itself or a part, that alone."""
        wanted = self.request.headers.get("HX-Target", "")
        if wanted == f"grid-{self.key}":
            response = HttpResponse(self.render())
        elif wanted.endswith(f"-{self.key}") and wanted.partition("-")[0] in (*PARTS, "menu"):
            response = HttpResponse(self._part(wanted.partition("-")[0]))
        else:
            response = render(self.request, template, {**(context or {}), name: self.render()})
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    def download(self, kind: str) -> HttpResponse:
        """The rows that the list shows as a file, `csv` or `xlsx`, in the columns shown."""
        return download(self, kind)

    def _part(self, name: str) -> SafeString:
        """A menu of the list, asked for when it is opened."""
        if name == "menu":
            key = self.request.GET.get("row", "")
            row = self.all.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
            return joined(list(self.menu(row))) if row is not None else SafeString("")
        return render_to_string(f"web/grid/{name}.html", {"grid": self, "words": words.Words(self)}, self.request)
