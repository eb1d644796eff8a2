"""The table of a list: cells are Python functions, joined once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString

from tenantry.kernel.text import _
from tenantry.kernel.web.grid.shapes import Column
from tenantry.kernel.web.grid.state import State
from tenantry.kernel.web.parts.shape import attributes, classes, escaped, format_html, joined
from tenantry.kernel.web.parts.words import icon
from tenantry.kernel.web.templatetags.format import spoken

CARDS = ("title", "status", "side")
PICK, MENU = 50, 60
MANY, REST = 1040, 160


def heads(columns: Sequence[Column], state: State, sort: str, swap: SafeString) -> SafeString:
    """The head cells; one that sorts is a link, and says its order to readers."""
    return joined([_head(column, state, sort, swap) for column in columns])


def _head(column: Column, state: State, sort: str, swap: SafeString) -> SafeString:
    look = attributes(class_=classes("tn-number" if column.number else "", "tn-pinned" if column.pinned else ""))
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
    """The widths in px as a column group: those of the reader's language."""
    language = spoken()
    wide = [column.widths.get(language, column.width) for column in columns]
    if wide and all(wide):
        wide[-1] = 0  # the last one takes the rest, so that what is chosen keeps its width
    if sum(wide) > MANY:
        wide = [width or REST for width in wide]  # the table is wider than the page: there is no rest to take
    numbers = [*([PICK] if picks else []), *wide, *([MENU] if menus else [])]
    return joined([SafeString(f'<col width="{number}">' if number else "<col>") for number in numbers])


def body(rows: Sequence[Any], columns: Sequence[Column], form: str, menus: bool) -> SafeString:
    """The rows; `form` names the form that the checkboxes belong to, or "" for none."""
    cells = [(_opening(number, column), column.cell) for number, column in enumerate(columns)]
    pick, end = _pick(form), f"{_menu()}</tr>" if menus else "</tr>"
    out: list[str] = []
    for row in rows:
        key = str(row.pk)
        out.append(f'<tr class="tn-grid-row" data-id="{key}">')
        if form:
            out += (pick, key, '"></td>')
        for opening, cell in cells:
            out += (opening, escaped(cell(row)), "</td>")
        out.append(end)
    return SafeString("".join(out))


def _pick(form: str) -> str:
    label = escaped(_("Select"))
    return (
        f'<td class="tn-row-pick"><input type="checkbox" class="tn-checkbox" name="ids" form="{form}" '
        f'aria-label="{label}" value="'
    )


def _menu() -> str:
    label = escaped(_("More actions"))
    return (
        f'<td class="tn-row-menu"><button type="button" class="tn-icon-button" data-tn-menu aria-haspopup="true" '
        f'aria-label="{label}" title="{label}">{icon("dots")}</button></td>'
    )


def _opening(number: int, column: Column) -> str:
    card = column.card or (CARDS[number] if number < len(CARDS) else "hidden")
    look = classes(f"tn-card-{card}", "tn-number" if column.number else "", "tn-pinned" if column.pinned else "")
    return f'<td class="{look}">'
