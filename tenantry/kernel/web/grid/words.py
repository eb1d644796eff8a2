"""What a list says of itself: its filters as sentences, where the page lies, how many are chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from babel.lists import format_list
from django.utils.safestring import SafeString, mark_safe

from tenantry.kernel.offers import KeptView
from tenantry.kernel.text import Text, _
from tenantry.kernel.web.grid.kept import differs, opened
from tenantry.kernel.web.grid.keyset import MOST_COUNTED
from tenantry.kernel.web.grid.shapes import Choice
from tenantry.kernel.web.grid.state import EVERY, SIZES, State
from tenantry.kernel.web.parts.controls import Tab
from tenantry.kernel.web.parts.shape import format_html
from tenantry.kernel.web.templatetags.format import BABEL, figure, spoken

if TYPE_CHECKING:
    from tenantry.kernel.web.grid import Grid


@dataclass(frozen=True)
class Chip:
    """An active filter as a sentence, and the address without it."""

    name: str
    sentence: SafeString
    href: str


@dataclass(frozen=True)
class Field:
    """A filter in the filter menu."""

    name: str
    title: Text
    options: list[tuple[str, Text, bool]]
    held: int
    has_default: bool


def number(count: int) -> str:
    """A count, told as 10,000+ where counting stopped."""
    return f"{figure(MOST_COUNTED)}+" if count > MOST_COUNTED else figure(count)


class Words:
    """The sentences of one list in one state, for its template."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.state = grid, grid.state

    @cached_property
    def chips(self) -> list[Chip]:
        """One sentence for each active filter."""
        return [self._chip(choice, values) for choice in self.grid.filters if (values := self.grid.values(choice))]

    def _chip(self, choice: Choice, values: list[str]) -> Chip:
        named = dict(choice.pairs())
        chosen = [format_html("<b>{}</b>", named.get(value, value)) for value in values]
        listed = mark_safe(format_list(chosen, "or", BABEL.get(spoken(), "en_GB")))  # noqa: S308  # escaped above
        sentence = format_html(_("{field} is {values}"), field=choice.title, values=listed)
        gone = self.state.having(filters={**self.state.filters, choice.key: [EVERY]}) if choice.default else (
            self.state.without(choice.key))  # fmt: skip
        return Chip(choice.key, sentence, gone.link())

    @property
    def fields(self) -> list[Field]:
        """The filters with what is chosen."""
        return [self._field(choice) for choice in self.grid.filters]

    def _field(self, choice: Choice) -> Field:
        held = self.grid.values(choice)
        options = [(value, words, value in held) for value, words in choice.pairs()]
        return Field(choice.key, choice.title, options, len(held), bool(choice.default))

    @property
    def choosable(self) -> list[tuple[str, Text, bool]]:
        """The columns that may be shown, hidden and moved: those shown first, in their order."""
        shown = [column for column in self.grid.visible if not column.pinned]
        rest = [column for column in self.grid.columns if not column.pinned and column not in shown]
        return [(column.key, column.title, column in shown) for column in (*shown, *rest)]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter menu hands on unchanged."""
        return [(name, value) for name, value in self.state.pairs() if not name.startswith("f_")]

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        """What the search box hands on unchanged."""
        return [(name, value) for name, value in self.state.pairs() if name != "q"]

    @property
    def sizes(self) -> list[tuple[int, bool]]:
        """How many rows a page may have."""
        here = self.grid.rows_a_page
        return [(size, size == here) for size in sorted({*SIZES, here})]

    @property
    def heights(self) -> list[tuple[str, Text, bool]]:
        """How high rows may be."""
        named = (("dense", _("Dense")), ("roomy", _("Roomy")))
        return [(key, words, key == self.grid.height) for key, words in named]

    # --- saved views

    @cached_property
    def opened(self) -> KeptView | None:
        """The saved view that is open."""
        return self.grid.kept.saved(self.state)

    @property
    def changed(self) -> bool:
        """Whether the list was changed since the saved view was opened."""
        return self.opened is not None and differs(self.opened, self.state)

    @property
    def saved(self) -> list[Tab]:
        """The saved views that stand as tabs, with their counts."""
        views, counts = self.grid.kept.tabs(self.state)[0], self.grid.counts[1 + len(self.grid.views) :]
        padded = [*map(number, counts), *[None] * len(views)]
        return [Tab(view.name, replace(opened(view), at=self.state.at).link(), view == self.opened, count)
                for view, count in zip(views, padded, strict=False)]  # fmt: skip

    @property
    def more(self) -> list[Tab]:
        """The saved views under *More*."""
        return [
            Tab(view.name, replace(opened(view), at=self.state.at).link())
            for view in self.grid.kept.tabs(self.state)[1]
        ]

    @property
    def shared(self) -> str:
        """The whole address of the open view, to be given to somebody else."""
        query = opened(self.opened).link() if self.opened else self.state.link()
        return self.grid.request.build_absolute_uri(f"{self.grid.request.path}{query}")

    @property
    def has_tabs(self) -> bool:
        """Whether a strip of tabs stands over the list."""
        return bool(self.grid.views or self.grid.kept.views)

    @property
    def every(self) -> str:
        """The address of the whole list, where it has no views of its own."""
        return State(sort=self.state.sort, at=self.state.at).link()

    @property
    def to_save(self) -> str:
        """What a view that is saved now keeps: search, filters, order, columns, size and height."""
        keys = tuple(column.key for column in self.grid.visible)
        return replace(
            self.state, columns=keys, size=self.grid.rows_a_page, height=self.grid.height, saved=0, at=""
        ).link()

    # --- where it stands

    @property
    def cleared(self) -> str:
        """The address without search and filters."""
        return self.state.having(q="", filters={}, saved=0).link()

    @property
    def here(self) -> str:
        """The address of the list as it stands."""
        return f"{self.grid.request.path}{self.state.here}"

    @property
    def unkept(self) -> str:
        """The address of the list without columns, size and height of its own, so that those which are kept count."""
        return f"{self.grid.request.path}{self.state.having(columns=(), size=0, height='').link()}"

    @property
    def total(self) -> str:
        """How many rows there are in all."""
        return number(self.grid.page.total)

    @property
    def place(self) -> str:
        """Where the page lies: 51–100 of 340."""
        first = self.state.nth + 1 if self.state.after or self.state.before else 1
        last = first + len(self.grid.page.rows) - 1
        return _("{first}–{last} of {total}").format(first=figure(first), last=figure(last), total=self.total)

    @property
    def before(self) -> str:
        """The address of the page before, or nothing."""
        cursor = self.grid.page.before
        return self.state.link(before=cursor, nth=max(self.state.nth - self.grid.rows_a_page, 0)) if cursor else ""

    @property
    def after(self) -> str:
        """The address of the page after, or nothing."""
        cursor = self.grid.page.after
        return self.state.link(after=cursor, nth=self.state.nth + len(self.grid.page.rows)) if cursor else ""

    @property
    def address(self) -> str:
        """The state as the query of an address, for bulk acts and exports."""
        return self.state.link().removeprefix("?")
