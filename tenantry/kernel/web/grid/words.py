"""What a list says of itself: its filters as sentences, where the page lies, how many are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.lists import format_list
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tenantry.kernel.text import Text, _
from tenantry.kernel.web.grid.keyset import MOST_COUNTED
from tenantry.kernel.web.templatetags.format import BABEL, figure, spoken

if TYPE_CHECKING:
    from tenantry.kernel.web.grid import Grid


@dataclass(frozen=True)
class Chip:
    """An active filter as a sentence, and the address without it."""

    sentence: SafeString
    href: str


@dataclass(frozen=True)
class Field:
    """A filter in the filter menu."""

    name: str
    title: Text
    options: list[tuple[str, Text, bool]]


def number(count: int) -> str:
    """A count, told as 10,000+ where counting stopped."""
    return f"{figure(MOST_COUNTED)}+" if count > MOST_COUNTED else figure(count)


class Words:
    """The sentences of one list in one state, for its template."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.state = grid, grid.state

    @property
    def chips(self) -> list[Chip]:
        """One sentence for each active filter."""
        made = []
        for field in self.fields:
            chosen = [format_html("<b>{}</b>", words) for _value, words, on in field.options if on]
            if chosen:
                values = mark_safe(format_list(chosen, "or", BABEL.get(spoken(), "en_GB")))  # noqa: S308  # escaped above
                sentence = format_html(_("{field} is {values}"), field=field.title, values=values)
                made.append(Chip(sentence, self.state.without(field.name).link()))
        return made

    @property
    def fields(self) -> list[Field]:
        """The filters with what is chosen."""
        return [
            Field(choice.key, choice.title, [
                (value, words, value in self.state.filters.get(choice.key, ())) for value, words in choice.pairs()
            ])
            for choice in self.grid.filters
        ]  # fmt: skip

    @property
    def optional(self) -> list[tuple[str, Text, bool]]:
        """The columns that may be shown or hidden."""
        shown = {column.key for column in self.grid.visible}
        return [(column.key, column.title, column.key in shown) for column in self.grid.columns if not column.pinned]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter menu hands on unchanged."""
        return [(name, value) for name, value in self.state.pairs() if not name.startswith("f_")]

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        """What the search box hands on unchanged."""
        return [(name, value) for name, value in self.state.pairs() if name != "q"]

    @property
    def cleared(self) -> str:
        """The address without search and filters."""
        return self.state.having(q="", filters={}).link()

    @property
    def total(self) -> str:
        """How many rows there are in all."""
        return number(self.grid.page.total)

    @property
    def place(self) -> str:
        """Where the page lies: 51–100 of 340."""
        first = self.state.at + 1 if self.state.after or self.state.before else 1
        last = first + len(self.grid.page.rows) - 1
        return _("{first}–{last} of {total}").format(first=figure(first), last=figure(last), total=self.total)

    @property
    def before(self) -> str:
        """The address of the page before, or nothing."""
        cursor = self.grid.page.before
        return self.state.link(before=cursor, at=max(self.state.at - self.grid.size, 0)) if cursor else ""

    @property
    def after(self) -> str:
        """The address of the page after, or nothing."""
        cursor = self.grid.page.after
        return self.state.link(after=cursor, at=self.state.at + len(self.grid.page.rows)) if cursor else ""

    @property
    def address(self) -> str:
        """The state as the query of an address, for bulk acts and exports."""
        return self.state.link().removeprefix("?")
