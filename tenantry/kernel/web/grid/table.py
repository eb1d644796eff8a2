"""The table of a list: cells are Python functions, joined once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tenantry.kernel.text import _
from tenantry.kernel.web.grid.shapes import Column
from tenantry.kernel.web.grid.state import State
from tenantry.kernel.web.parts.shape import attributes, classes, joined
from tenantry.kernel.web.parts.words import icon

CARDS = ("title", "status", "side")


def heads(columns: Sequence[Column], state: State, sort: str, swap: SafeString) -> SafeString:
    """The head cells; one that sorts is a link, and says its order to readers."""
    return joined([_head(column, state, sort, swap) for column in columns])


def _head(column: Column, state: State, sort: str, swap: SafeString) -> SafeString:
    look = attributes(class_="tn-number" if column.number else "")
    if not column.sort:
        return format_html('<th scope="col"{}>{}</th>', look, column.title)
    here, down = sort.lstrip("-") == column.key, sort.startswith("-")
    href = state.having(sort=f"-{column.key}" if here and not down else column.key).link()
    order = attributes(aria_sort=("descending" if down else "ascending") if here else "")
    arrow = icon("arrow-down" if down else "arrow-up", 14) if here else ""
    return format_html(
        '<th scope="col"{}{}><a href="{}" hx-get="{}"{}>{}{}</a></th>',
        look,
        order,
        href,
        href,
        swap,
        column.title,
        arrow,
    )


def widths(columns: Sequence[Column], picks: bool, menus: bool) -> SafeString:
    """The widths as a column group."""
    pieces = ['<col class="tn-row-pick">'] if picks else []
    pieces += [f'<col class="tn-w-{column.width}">' if column.width else "<col>" for column in columns]
    return mark_safe("".join([*pieces, '<col class="tn-row-menu">' if menus else ""]))  # noqa: S308  # our own words


def body(
    rows: Sequence[Any], columns: Sequence[Column], form: str, menu: Callable[[Any], SafeString | None] | None,
) -> SafeString:  # fmt: skip
    """The rows; `form` names the form that the checkboxes belong to, or "" for none."""
    cells = [(_opening(number, column), column.cell) for number, column in enumerate(columns)]
    label = conditional_escape(_("Select"))
    pick = (
        f'<td class="tn-row-pick"><input type="checkbox" class="tn-checkbox" name="ids" form="{form}" '
        f'aria-label="{label}" value="'
    )
    out: list[str] = []
    for row in rows:
        out.append('<tr class="tn-grid-row">')
        if form:
            out += (pick, str(row.pk), '"></td>')
        for opening, cell in cells:
            out += (opening, conditional_escape(cell(row)), "</td>")
        if menu is not None:
            out += ('<td class="tn-row-menu">', menu(row) or "", "</td>")
        out.append("</tr>")
    return mark_safe("".join(out))  # noqa: S308  # every cell is escaped above


def _opening(number: int, column: Column) -> str:
    card = column.card or (CARDS[number] if number < len(CARDS) else "hidden")
    look = classes(f"tn-card-{card}", "tn-number" if column.number else "", "tn-pinned" if column.pinned else "")
    return f'<td class="{look}">'
