"""Every part with its states on one page, for those who build pages; only in development, so its words stay English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString

from tenantry.kernel.errors import Missing
from tenantry.kernel.web import forms, parts
from tenantry.kernel.web.grid import Column, State, table
from tenantry.kernel.web.page import SIGNED_IN, Request, page

Sample = tuple[str, SafeString]


@dataclass(frozen=True)
class Section:
    """A kind of part and its states, each with the words that tell it."""

    title: str
    samples: Sequence[Sample]


@dataclass(frozen=True)
class Aged:
    """An age as a sample."""

    state: str
    text: str
    title: str = ""


@dataclass(frozen=True)
class Row:
    """A row as a sample."""

    pk: int
    name: str
    state: str


FRESH = Aged("fresh", "4 min ago", "Read at 14:05")


@page(SIGNED_IN, methods=("GET",))
def parts_page(request: Request) -> HttpResponse:
    """Show every part; missing outside development."""
    if not settings.DEBUG:
        raise Missing
    return render(request, "web/parts.html", {"sections": [make() for make in SECTIONS]})


def buttons() -> Section:
    """Buttons, links that look like them, and buttons that are icons."""
    return Section("Buttons, 32 and 28 px", [
        ("primary", parts.button("Assign 25 seats", kind="primary")),
        ("secondary", parts.button("Read now", icon_name="refresh")),
        ("quiet", parts.button("Edit", kind="quiet")),
        ("dangerous", parts.button("Disconnect Contoso", kind="dangerous")),
        ("disabled, says why", parts.button("Apply", disabled="Nothing has been changed yet")),
        ("28 px", parts.button("Undo", icon_name="arrow-back-up", size="small")),
        ("icon", parts.icon_button("pencil", "Edit information")),
        ("copy", parts.copy_button("C-00042", "Copy the number")),
    ])  # fmt: skip


def words() -> Section:
    """Status words."""
    told = (("good", "Working"), ("failed", "Failed"), ("soon", "Finished with exception"),
            ("unknown", "unknown (no permission)"), ("running", "Applying"), ("waiting", "Waits until 14:06"),
            ("idle", "Not started"), ("none", "N/A"))  # fmt: skip
    return Section("Status word", [(kind, parts.status_word(kind, text)) for kind, text in told])


def ages() -> Section:
    """Ages."""
    told = (FRESH, Aged("late", "26 min ago"), Aged("stale", "from 3 h ago"), Aged("reading", "first read 62 %"),
            Aged("unknown", "unknown (no consent)"), Aged("live", "live"))  # fmt: skip
    return Section("Age", [(one.state, parts.age(one)) for one in told])


def chips() -> Section:
    """Chips, tags, badges, counts, people, customers."""
    states = ("active", "trial", "soon", "expired", "idle")
    kinds = (("neutral", "Active"), ("done", "Active"), ("soon", "Trial"), ("failed", "Blocked"), ("accent", "Change"),
             ("outline", "Not started"))  # fmt: skip
    return Section("Chip, tag, badge, count, person", [
        *((state, parts.chip("M365 backup", state, state)) for state in states),
        ("tags", parts.fitting([parts.tag(f"Colour {colour}", colour) for colour in range(1, 9)])),
        *((kind, parts.badge(text, kind)) for kind, text in kinds),
        ("count", parts.count(12)),
        ("person", parts.person("Sophie Lindqvarn", "sophie@alpenrand.example")),
        ("customer", parts.customer_chip("Contoso", "#")),
    ])  # fmt: skip


def rows() -> Section:
    """A list's rows, and a skeleton of the same height."""
    columns = (
        Column("name", "Customer", lambda row: parts.name_cell(row.name, "#", "contoso.example"), width=240),
        Column("status", "Status", lambda row: parts.status_word(row.state, row.state), width=200),
        Column("age", "Synced", lambda _row: parts.age(FRESH)),
    )
    sample = [Row(1, "Adatum", "good"), Row(2, "Munson’s Pickles and Preserves Farm of the North", "failed")]
    head = table.heads(columns, State(), "name", SafeString(""))
    widths = table.widths(columns, picks=True, menus=False)
    body = table.body(sample, columns, "parts", menus=False)
    whole = parts.joined([
        SafeString('<form id="parts"></form><table class="tn-grid-table"><colgroup>'), widths,
        SafeString('</colgroup><thead><tr><th scope="col"><span class="tn-hidden">Select</span></th>'), head,
        SafeString("</tr></thead><tbody>"), body, SafeString("</tbody></table>"),
    ])  # fmt: skip
    return Section("Rows, 36 px", [("rest, hover, selected", whole), ("skeleton", parts.skeleton(2))])


def notes() -> Section:
    """Notices within a page, what needs a person, an empty page."""
    needs = [parts.Need("failed", "Backup of 3 mailboxes failed twice.", "The limit was reached.", "Open 3 jobs", "#"),
             parts.Need("soon", "The trial ends in 6 days.", "2 deviations are open.", "Subscribe", "#")]  # fmt: skip
    return Section("Notes", [
        ("soon", parts.note("Contoso decides on 2 Dec whether the tenant is yours.", "soon", "Decide now", "#")),
        ("failed", parts.note("Contoso’s consent has ended.", "failed", "Ask for it again", "#")),
        ("done", parts.note("The role was saved; 5 people see more.", "done")),
        ("info", parts.note("Southeast Asia did not answer.", "info", "Try again", "#")),
        ("needs you", parts.needs_you(needs)),
        ("empty", parts.empty("Your customers will stand here", "One row each.", "Onboard the first customer", "#")),
    ])  # fmt: skip


def fields() -> Section:
    """Fields of a form, and its summary of errors."""
    cards = [("partner", "Partner", "You manage the tenant."), ("customer", "Customer", "They do.")]
    return Section("Fields, 32 px", [
        ("text", forms.text_field("p_organisation", "Organisation", "Contoso")),
        ("help", forms.select_field("p_country", "Country", ["Germany", "France"], help="Data is kept in Germany.")),
        ("error", forms.text_field("p_mail", "E-mail", "mira@contoso", error="The part after @ lacks a dot")),
        ("read only", forms.text_field("p_number", "Number", "C-00042", "Given once, never changed", readonly=True)),
        ("password", forms.text_field("p_secret", "Password", "secret", type="password", autocomplete="off")),
        ("several lines", forms.area_field("p_note", "Note", "Two lines")),
        ("cards", forms.radio_cards("p_mode", "Who manages the tenant", cards, "partner")),
        ("summary", forms.error_summary([("p_mail", "E-mail: the part after @ lacks a dot")])),
        ("switch", parts.switch("p_on", "Acts at once", on=True)),
        ("checkbox", parts.checkbox("p_all", "Staged until saved", detail="For 12 customers")),
        ("some", parts.checkbox("p_some", "Only some below", some=True)),
    ])  # fmt: skip


def figures() -> Section:
    """Stats, facts, bars, progress, differences."""
    changes = [
        parts.Difference("Policy", "Off", "Report only"),
        parts.Difference("Excluded group", None, "Break glass"),
    ]
    return Section("Figures", [
        ("stat", parts.stat("Users", "214", "#", FRESH, "+3 in 7 days")),
        ("bar", parts.bar([("good", 0.9), ("warn", 0.06), ("bad", 0.04)], "606 of 614 protected")),
        ("progress", parts.progress(8412, 12600)),
        ("facts", parts.facts([("Management", "Partner"), ("Tags", parts.tag("Gold", 5))])),
        ("differences", parts.differences(changes)),
    ])  # fmt: skip


def ways() -> Section:
    """Tabs, segments, steps, time line, menu, dialog."""
    tabs = [parts.Tab("Dashboard", "#", active=True), parts.Tab("Services", "#", count=6)]
    stages = [parts.Step("Account type", "Microsoft 365", "done", "#"), parts.Step("Identify", "Consent", "current"),
              parts.Step("Information", "Who and where")]  # fmt: skip
    entries = parts.joined([
        parts.menu_item("Read now", icon_name="refresh", key="r"),
        parts.menu_item("Start services", icon_name="player-play", disabled="Contoso has switched off access"),
        parts.RULE, parts.menu_item("Disconnect…", icon_name="plug-connected-x", kind="dangerous"),
    ])  # fmt: skip
    ask = parts.dialog("Reading stops within 60 seconds.", "p-ask", "Disconnect Contoso",
                       parts.button("Keep Contoso", type="button", data_tn_close=True))  # fmt: skip
    return Section("Ways", [
        ("tabs", parts.tabs(tabs, "Sample tabs")),
        ("segments", parts.segments(tabs, "Sample segments")),
        ("steps", parts.steps(stages)),
        ("time line", parts.timeline([parts.Event("assigned 25 seats", "18 min ago", "Jonas Weber")])),
        ("menu", parts.menu(entries, "p-menu")),
        ("dialog", parts.joined([parts.button("Disconnect…", type="button", data_tn_open="p-ask"), ask])),
    ])  # fmt: skip


SECTIONS: Sequence[Callable[[], Section]] = (buttons, words, ages, chips, fields, notes, rows, figures, ways)
PATTERNS: list[Any] = [path("parts", parts_page, name="parts")]
