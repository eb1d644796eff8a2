"""What a page declares of its list: columns, filters, views, bulk acts, and what an empty one says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tenantry.kernel.text import Text

Cell = Callable[[Any], Any]
Options = Iterable[tuple[Any, Text]]


@dataclass(frozen=True)
class Column:
    """A column: its cell is a function of the row, `sort` an ORM name; a width of 0 px takes the rest.

    `widths` are those of other languages; `ordered` adds to the rows what `sort` names, only when it is sorted by.
    `value` is what an export writes in place of the cell's words. `card` says where the cell stands at 390 px; by
    default the first three are title, status and side. An optional column is hidden until the person chooses it.
    """

    key: str
    title: Text
    cell: Cell
    sort: str = ""
    width: int = 0
    number: bool = False
    pinned: bool = False
    optional: bool = False
    card: Literal["", "title", "status", "side", "chips", "hidden"] = ""
    widths: Mapping[str, int] = field(default_factory=dict)
    ordered: Callable[[Any], Any] | None = None
    value: Cell | None = None


@dataclass(frozen=True)
class Choice:
    """A filter of fixed choices; `narrow` takes rows and the chosen values, by default `<field>__in`.

    `default` holds while the address says nothing of it.
    """

    key: str
    title: Text
    options: Options | Callable[[], Options]
    field: str = ""
    narrow: Callable[[Any, list[str]], Any] | None = None
    default: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, Text]]:
        """The choices as words of the address and words for people."""
        given = self.options() if callable(self.options) else self.options
        return [(str(value), words) for value, words in given]

    def apply(self, rows: Any, values: list[str]) -> Any:
        """The rows that hold one of the values."""
        if self.narrow is not None:
            return self.narrow(rows, values)
        return rows.filter(**{f"{self.field or self.key}__in": values})


@dataclass(frozen=True)
class View:
    """A tab over the list; `narrow` None shows all. `kind` (failed, soon) colours its icon, only for trouble."""

    key: str
    title: Text
    narrow: Callable[[Any], Any] | None = None
    icon: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Bulk:
    """An act on the selected rows: posts `ids`, or `all` with the list's state, to `href`; see `Grid.chosen`.

    `how` says what the answer is: a toast at once, a dialog that asks for more, a file, or a page of its own.
    """

    title: Text
    href: str
    icon: str = ""
    how: Literal["toast", "dialog", "file", "page"] = "toast"


@dataclass(frozen=True)
class Beginning:
    """A way to begin on an empty list; `reason` says why it cannot be used here."""

    title: Text
    text: Text
    icon: str
    href: str = ""
    reason: Text = ""


@dataclass(frozen=True)
class Empty:
    """What will stand here, and the one button that brings it."""

    title: Text
    text: Text = ""
    action: Text = ""
    href: str = ""
    ways: Sequence[Beginning] = ()


@dataclass
class Page:
    """The rows of one page, and the cursors that lead on from it."""

    rows: list[Any] = field(default_factory=list)
    before: str = ""
    after: str = ""
    total: int = 0
    more: bool = False
