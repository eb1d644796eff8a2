"""Words that carry a meaning: icon, status word, age, badge, chip, tag, count, person, customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, _
from tenantry.kernel.web import built
from tenantry.kernel.web.parts.shape import attributes, classes, format_html, joined

NOTHING = SafeString("")

# By type as well: a safe string and the same string of a stranger are equal, and only one may stay unescaped.
cached = lru_cache(maxsize=2048, typed=True)

STATUS_ICONS = {
    "good": "circle-check",
    "failed": "circle-x-filled",
    "soon": "alert-triangle",
    "unknown": "help-circle",
    "running": "loader-2",
    "waiting": "clock",
    "idle": "circle-dashed",
    "none": "",
}
AGE_ICONS = {"fresh": "", "late": "clock", "stale": "clock-exclamation", "unknown": "help-circle",
             "reading": "loader-2", "live": ""}  # fmt: skip
CHIP_ICONS = {"active": "", "trial": "hourglass", "soon": "clock-exclamation", "expired": "circle-x",
              "idle": "circle-dashed"}  # fmt: skip


class Stamp(Protocol):
    """How old a figure is; `state` is fresh, late, stale, unknown, reading or live."""

    @property
    def state(self) -> str: ...
    @property
    def text(self) -> Text: ...
    @property
    def title(self) -> Text: ...


def icon(name: str, size: int = 16, label: Text = "", extra: str = "") -> SafeString:
    """A Tabler icon of 16, 18 or 20 px; hidden from readers unless it has a label.

    In development an icon that `frontend/src/icons.json` does not list is refused.
    """
    if settings.DEBUG and not built.has_icon(name):
        raise LookupError(f"The icon {name!r} is not in frontend/src/icons.json.")
    return _icon(name, size, str(label), extra, built.sprite())


@cached
def _icon(name: str, size: int, label: str, extra: str, sprite: str) -> SafeString:
    told = attributes(role="img", aria_label=label) if label else attributes(aria_hidden="true")
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 24 24" focusable="false"{}><use href="{}#{}"/></svg>',
        classes("tn-icon", extra), size, size, told, sprite, name,
    )  # fmt: skip


def status_word(kind: str, text: Text, title: Text = "") -> SafeString:
    """Icon and word of a state: good, failed, soon, unknown, running, waiting, idle or none."""
    return _status_word(kind, str(text), str(title), built.sprite())


@cached
def _status_word(kind: str, text: str, title: str, _sprite: str) -> SafeString:
    name = STATUS_ICONS[kind]
    spin = "tn-spin" if kind == "running" else ""
    return format_html(
        '<span class="tn-status tn-is-{}"{}>{}<span class="tn-cut">{}</span></span>',
        kind, attributes(title=title), icon(name, extra=spin) if name else "", text,
    )  # fmt: skip


def age(stamp: Stamp | None) -> SafeString:
    """How old a figure is: grey when fresh, a clock when late, amber when stale, the reason when unknown."""
    if stamp is None:
        return NOTHING
    state = stamp.state if stamp.state in AGE_ICONS else "unknown"
    return _age(state, str(stamp.text), str(stamp.title), built.sprite())


@cached
def _age(state: str, text: str, title: str, _sprite: str) -> SafeString:
    name, spin = AGE_ICONS[state], "tn-spin" if state == "reading" else ""
    return format_html(
        '<span class="tn-age tn-is-{}"{}>{}{}</span>',
        state, attributes(title=title), icon(name, 14, extra=spin) if name else "", text,
    )  # fmt: skip


def badge(text: Text, kind: str = "neutral", icon_name: str = "") -> SafeString:
    """A word on a tint for the page's object or a decision: neutral, done, soon, failed, unknown, accent or outline."""
    picture = icon(icon_name, 14) if icon_name else ""
    return format_html('<span class="tn-badge tn-is-{}">{}{}</span>', kind, picture, text)


def chip(text: Text, state: str = "active", hint: Text = "") -> SafeString:
    """A service or a kind: active is silent, trial, soon, expired and idle show an icon and say `hint` to readers."""
    return _chip(str(text), state, str(hint), built.sprite())


@cached
def _chip(text: str, state: str, hint: str, _sprite: str) -> SafeString:
    name = CHIP_ICONS[state]
    said = format_html('<span class="tn-hidden"> {}</span>', hint) if hint else ""
    picture = icon(name, 14, extra=f"tn-is-{state}") if name else ""
    return format_html('<span class="tn-chip"{}>{}{}{}</span>', attributes(title=hint), picture, text, said)


def tag(text: Text, colour: int = 1) -> SafeString:
    """A partner's own tag, with its square in one of the eight colours."""
    return _tag(str(text), (colour - 1) % 8 + 1)


@cached
def _tag(text: str, colour: int) -> SafeString:
    return format_html(
        '<span class="tn-tag"><svg class="tn-swatch tn-c-{}" width="8" height="8" aria-hidden="true">'
        '<rect width="8" height="8" rx="2"/></svg>{}</span>',
        colour, text,
    )  # fmt: skip


def fitting(pieces: Sequence[SafeString]) -> SafeString:
    """Chips or tags in one line; what does not fit is told as +n."""
    if not pieces:
        return NOTHING
    return format_html('<span class="tn-fit" data-tn-fit>{}</span>', joined(list(pieces)))


def chips(texts: Iterable[Text]) -> SafeString:
    """Plain chips of the texts, as many as fit."""
    return fitting([chip(text) for text in texts])


def count(number: Any) -> SafeString:
    """A count beside a title."""
    return format_html('<span class="tn-count">{}</span>', number)


def initials(name: str) -> str:
    """Two letters of a name: the first of its first and last word."""
    words = [word for word in name.split() if word[0].isalnum()]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def avatar(name: str) -> SafeString:
    """A person's two letters in a disc, hidden from readers."""
    return format_html('<span class="tn-avatar" aria-hidden="true">{}</span>', initials(name))


def person(name: str, detail: Text = "") -> SafeString:
    """A person: letters, name, and an address in grey."""
    told = format_html(' <span class="tn-meta">{}</span>', detail) if detail else ""
    return format_html('<span class="tn-person">{}<span class="tn-cut">{}{}</span></span>', avatar(name), name, told)


def customer_chip(name: str, href: str) -> SafeString:
    """A customer as a link."""
    return format_html('<a class="tn-chip tn-chip-link" href="{}">{}{}</a>', href, icon("building", 14), name)


def name_cell(title: Text, href: str = "", detail: Text = "", drawer: str = "") -> SafeString:
    """The first cell of a row: one link, a second line under it; `drawer` is the address that fills the drawer."""
    wide = attributes(href=href, hx_get=drawer, hx_target="#tn-drawer" if drawer else "", title=title)
    line = format_html('<span class="tn-name-detail">{}</span>', detail) if detail else ""
    word = format_html('<a class="tn-name-title"{}>{}</a>', wide, title) if href else format_html(
        '<span class="tn-name-title">{}</span>', title)  # fmt: skip
    return format_html('<span class="tn-name">{}{}</span>', word, line)


def unknown(reason: Text) -> SafeString:
    """What stands in place of a figure that could not be read; never a nought or a dash."""
    return status_word("unknown", _("unknown ({reason})").format(reason=reason))
