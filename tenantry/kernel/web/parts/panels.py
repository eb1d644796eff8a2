"""Panels and lists: card, note, stat, needs, facts, differences, time line, steps, progress, empty, skeleton."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, _, ngettext
from tenantry.kernel.web.parts.controls import button
from tenantry.kernel.web.parts.shape import attributes, format_html, joined
from tenantry.kernel.web.parts.words import STATUS_ICONS, Stamp, age, count, icon

NOTE_ICONS = {"soon": "alert-triangle", "failed": "circle-x-filled", "done": "circle-check", "info": "info-circle"}
BAR_WIDTH = 1000


@dataclass(frozen=True)
class Need:
    """Something that a person must do: the fact, its reason, and the act that answers it."""

    kind: str
    fact: Text
    reason: Text = ""
    action: Text = ""
    href: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Difference:
    """A property before and after; None says that it is not there."""

    name: Text
    before: Text | None
    after: Text | None


@dataclass(frozen=True)
class Event:
    """Something that happened, newest first in a time line."""

    text: Text
    when: Text
    who: Text = ""
    icon: str = ""


@dataclass(frozen=True)
class Step:
    """A step of a wizard; a step that was done, or may be gone back to, has an address."""

    title: Text
    detail: Text = ""
    state: Literal["done", "current", "later"] = "later"
    href: str = ""


def stat(label: Text, figure: Any, href: str = "", stamp: Stamp | None = None, change: Text = "") -> SafeString:
    """A figure with its age and its change in seven days; the whole is a link to the list behind it."""
    shape = '<{} class="tn-stat"{}><span class="tn-stat-label">{}{}</span><span class="tn-figure">{}</span>{}</{}>'
    name = "a" if href else "div"
    under = format_html('<span class="tn-stat-change">{}</span>', change) if change else ""
    return format_html(shape, name, attributes(href=href), label, age(stamp), figure, under, name)


def needs_you(needs: Sequence[Need]) -> SafeString:
    """Rows of what a person must do, each with a button that names the act."""
    return format_html('<ul class="tn-needs">{}</ul>', joined([_need(one) for one in needs]))


def _need(one: Need) -> SafeString:
    act = button(one.action, href=one.href, size="small") if one.action else ""
    picture = icon(one.icon or STATUS_ICONS[one.kind], extra=f"tn-is-{one.kind}")
    return format_html('<li class="tn-need">{}<p><b>{}</b> {}</p>{}</li>', picture, one.fact, one.reason, act)


def note(content: Any, kind: str = "info", action: Text = "", href: str = "") -> SafeString:
    """A notice within the page: soon, failed, done or info; with a link that names what to do."""
    act = button(action, href=href, size="small") if action else ""
    role = "alert" if kind == "failed" else "status"
    return format_html(
        '<div class="tn-note tn-is-{}" role="{}">{}<div class="tn-note-text">{}</div>{}</div>',
        kind, role, icon(NOTE_ICONS[kind]), content, act,
    )  # fmt: skip


def card(content: Any, title: Text = "", number: Any = None, stamp: Stamp | None = None, extra: Any = "") -> SafeString:
    """A card of a dashboard: title with a count at the left, age and `extra` at the right, and its content."""
    if not title:
        return format_html('<section class="tn-card">{}</section>', content)
    told = "" if number in (None, "") else count(number)
    return format_html(
        '<section class="tn-card"><header class="tn-card-head"><h2>{}</h2>{}<span class="tn-card-side">{}{}</span>'
        "</header>{}</section>",
        title, told, age(stamp), extra, content,
    )  # fmt: skip


def facts(rows: Iterable[tuple[Text, Any]]) -> SafeString:
    """Names and values below each other."""
    pieces = [format_html("<div><dt>{}</dt><dd>{}</dd></div>", name, value) for name, value in rows]
    return format_html('<dl class="tn-facts">{}</dl>', joined(pieces))


def differences(rows: Iterable[Difference], label: Text = "") -> SafeString:
    """A table of now and then: the old value struck through, the new one on the accent's tint."""
    head = format_html(
        '<tr><th scope="col">{}</th><th scope="col">{}</th><th scope="col">{}</th></tr>',
        _("Property"), _("Now"), _("After"),
    )  # fmt: skip
    pieces = [
        format_html('<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', one.name, _side(one.before, "del"),
                    _side(one.after, "ins"))
        for one in rows
    ]  # fmt: skip
    caption = format_html('<caption class="tn-hidden">{}</caption>', label or _("What changes"))
    return format_html(
        '<div class="tn-scroll"><table class="tn-table tn-diff">{}<thead>{}</thead><tbody>{}</tbody></table></div>',
        caption, head, joined(pieces),
    )  # fmt: skip


def _side(value: Text | None, name: str) -> SafeString:
    if value is None:
        return format_html('<span class="tn-meta">{}</span>', _("not there"))
    return format_html("<{}>{}</{}>", name, value, name)


def timeline(events: Iterable[Event]) -> SafeString:
    """What happened, each with who and when."""
    pieces = [
        format_html('<li>{}<p>{}{}</p><span class="tn-meta">{}</span></li>', icon(one.icon or "point-filled"),
                    format_html("<b>{}</b> ", one.who) if one.who else "", one.text, one.when)
        for one in events
    ]  # fmt: skip
    return format_html('<ol class="tn-timeline">{}</ol>', joined(pieces))


def steps(entries: Sequence[Step], label: Text = "") -> SafeString:
    """The steps of a wizard, at its left; above it at 390 px."""
    pieces = [_step(number, one) for number, one in enumerate(entries, 1)]
    return format_html('<nav class="tn-steps" aria-label="{}"><ol>{}</ol></nav>', label or _("Steps"), joined(pieces))


def _step(number: int, one: Step) -> SafeString:
    mark = icon("check", label=_("done")) if one.state == "done" else number
    title = format_html('<a href="{}">{}</a>', one.href, one.title) if one.href else one.title
    here = attributes(aria_current="step" if one.state == "current" else "")
    return format_html(
        '<li class="tn-step tn-is-{}"{}><span class="tn-step-mark">{}</span>'
        '<span class="tn-step-title">{}</span><span class="tn-meta">{}</span></li>',
        one.state, here, mark, title, one.detail,
    )  # fmt: skip


def bar(parts: Sequence[tuple[str, float]], label: Text, width: int = 160) -> SafeString:
    """A bar of parts as SVG: (kind, share) with shares summing to at most one.

    Kinds: accent, done, good, warn, bad, none, c-1 to c-8.
    """
    pieces, at = [], 0
    for kind, share in parts:
        wide = round(BAR_WIDTH * min(max(share, 0), 1))
        pieces.append(format_html('<rect class="tn-fill-{}" x="{}" width="{}" height="8"/>', kind, at, wide))
        at += wide
    return format_html(
        '<svg class="tn-bar" role="img" aria-label="{}" width="{}" height="6" viewBox="0 0 {} 8"'
        ' preserveAspectRatio="none"><rect class="tn-fill-track" width="{}" height="8"/>{}</svg>',
        label, width, BAR_WIDTH, BAR_WIDTH, joined(pieces),
    )  # fmt: skip


def progress(done: int, total: int, text: Text = "", state: str = "running") -> SafeString:
    """How far a long task is: a bar only while it runs, and its figures in words; `total` 0 is not yet counted."""
    share = min(done / total, 1.0) if total else 0.0
    words = text or _("{done} of {total}").format(done=_figure(done), total=_figure(total))
    strip = bar([("accent", share)], words, 1000) if state == "running" else ""
    return format_html('<div class="tn-progress">{}<p class="tn-meta">{}</p></div>', strip, words)


def _figure(number: int) -> str:
    from tenantry.kernel.web.templatetags.format import figure

    return figure(number)


def empty(title: Text, text: Text = "", action: Text = "", href: str = "", icon_name: str = "plus") -> SafeString:
    """What will stand here, and the one button that brings it."""
    act = button(action, href=href, kind="primary", icon_name=icon_name) if action else ""
    return format_html('<div class="tn-empty-state"><h2>{}</h2><p>{}</p>{}</div>', title, text, act)


def skeleton(rows: int = 5) -> SafeString:
    """Rows that keep the height while something is fetched."""
    bone = SafeString('<span class="tn-bone"></span>')
    piece = format_html('<div class="tn-skeleton-row">{}{}{}</div>', bone, bone, bone)
    return format_html(
        '<div class="tn-skeleton" role="status"><span class="tn-hidden">{}</span>{}</div>',
        _("Loading"), joined([piece] * rows),
    )  # fmt: skip


def dialog(content: Any, key: str, title: Text, buttons: Any = "") -> SafeString:
    """A dialog; anything with `data-tn-open="<key>"` opens it, `data-tn-close` within closes it."""
    return format_html(
        '<dialog class="tn-dialog" id="{}" aria-labelledby="{}-title"><h2 id="{}-title">{}</h2>{}{}</dialog>',
        key, key, key, title, content, format_html('<div class="tn-dialog-foot">{}</div>', buttons) if buttons else "",
    )  # fmt: skip


def things_to_correct(number: int) -> str:
    """The title of an error summary."""
    return ngettext("{n} thing to correct", "{n} things to correct", number).format(n=number)
