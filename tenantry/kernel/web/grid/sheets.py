"""A list as a file: the rows that its filters leave, in the columns shown, after a block that says what it is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags

from tenantry.kernel import clock, scope
from tenantry.kernel.errors import Refused
from tenantry.kernel.residency import regions
from tenantry.kernel.text import _
from tenantry.kernel.web.grid import keyset
from tenantry.kernel.web.grid.words import Words
from tenantry.kernel.web.templatetags.format import figure

if TYPE_CHECKING:
    from tenantry.kernel.web.grid import Grid
    from tenantry.kernel.web.grid.shapes import Column

MOST = 10_000
AT_ONCE = 500
TYPES = {"csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d[\d.,\u00a0\u202f ]*(%|\u00a0%)?")


class Unknown(str):
    """The words in place of a value that could not be read; an export counts them."""

    __slots__ = ()


def harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula; numbers stay as they are (MOD-31)."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def download(grid: Grid, kind: str) -> HttpResponse:
    """The list as a CSV or XLSX file; refuses any other kind, and more than 10,000 rows."""
    if kind not in TYPES:
        raise Refused(_("A list can be exported as CSV or XLSX."), code="format")
    body = list(_rows(grid))
    about = _about(grid, body)
    heads = [str(column.title) for column in grid.visible]
    written = _csv(about, heads, body) if kind == "csv" else _xlsx(about, heads, body)
    response = HttpResponse(written, content_type=TYPES[kind])
    name = f"{grid.key}-{timezone.localtime(clock.now()):%Y-%m-%d-%H%M}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _rows(grid: Grid) -> Iterator[list[Any]]:
    found = list(keyset.sorted_rows(*grid.ordered)[: MOST + 1])
    if len(found) > MOST:
        raise Refused(_("An export holds at most {most} rows. Narrow the list by a filter first."), most=figure(MOST))
    for first in range(0, len(found), AT_ONCE):
        some = found[first : first + AT_ONCE]
        grid.prepare(some)
        for row in some:
            yield [_value(column, row) for column in grid.visible]


def _value(column: Column, row: Any) -> Any:
    if column.value is not None:
        return column.value(row)
    return " ".join(unescape(strip_tags(str(column.cell(row)))).split())


def _about(grid: Grid, body: Sequence[Sequence[Any]]) -> list[tuple[str, str]]:
    """What the file is: the list, its filter, where the rows are kept, as of when, and how much is unknown."""
    words, unknown = Words(grid), sum(isinstance(value, Unknown) for row in body for value in row)
    chips = [unescape(strip_tags(chip.sentence)) for chip in words.chips]
    search = [_("Search: {words}").format(words=grid.state.q)] if grid.state.q else []
    view = [str(grid.view.title)] if grid.view is not None and grid.view.narrow else []
    opened = scope.current()
    return [
        (_("List"), str(grid.label)),
        (_("Filter"), "; ".join([*view, *search, *chips]) or _("none")),
        (_("Kept in"), str(regions.title(opened.region))),
        (_("As of"), timezone.localtime(clock.now()).isoformat(timespec="seconds")),
        (_("Rows"), str(len(body))),
        (_("Unknown values"), str(unknown)),
    ]


def _csv(about: list[tuple[str, str]], heads: list[str], body: list[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([f"# {name}: {value}"] for name, value in about)
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([_plain(value) for value in row] for row in body)
    return out.getvalue().encode("utf-8-sig")  # with the mark by which Excel knows UTF-8


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if value is None or isinstance(value, int | float | date):
        return value
    return harmless(str(value))


def _xlsx(about: list[tuple[str, str]], heads: list[str], body: list[list[Any]]) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]  # it ships no types

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"}  # fmt: skip
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Rows"))
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(heads) - 1, 18)
        sheet.write_row(0, 0, heads, bold)
        for number, row in enumerate(body, 1):
            for place, value in enumerate(row):
                _write(sheet, number, place, value)
        words = book.add_worksheet(_("About"))
        words.set_column(0, 1, 24)
        for number, (name, value) in enumerate(about):
            words.write_string(number, 0, name, bold)
            words.write_string(number, 1, harmless(value))
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, timezone.localtime(value).replace(tzinfo=None))
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, harmless(str(value)))
