"""What a person presses: buttons, menus, switches, tabs, segments, copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from tenantry.kernel.text import Text, _
from tenantry.kernel.web.parts.shape import attributes, classes, format_html, joined
from tenantry.kernel.web.parts.words import icon

RULE = SafeString('<hr class="tn-menu-rule">')


@dataclass(frozen=True)
class Tab:
    """One tab; `kind` (failed, soon) colours its icon, only for trouble."""

    title: Text
    href: str
    active: bool = False
    count: Any = None
    icon: str = ""
    kind: str = ""

    @property
    def look(self) -> str:
        """The class that colours the icon."""
        return f"tn-is-{self.kind}" if self.kind else ""


def button(
    text: Text, href: str = "", kind: str = "secondary", icon_name: str = "", **more: Any,
) -> SafeString:  # fmt: skip
    """A button, or a link that looks like one: primary, secondary, quiet or dangerous.

    `size="small"` is 28 px; `disabled="reason"` says why it cannot be pressed; other names become attributes.
    """
    small = "tn-small" if more.pop("size", "") == "small" else ""
    reason = more.pop("disabled", "")
    picture = icon(icon_name) if icon_name else ""
    look = classes("tn-button", f"tn-{kind}", small)
    if href and not reason:
        return format_html('<a class="{}" href="{}"{}>{}{}</a>', look, href, attributes(**more), picture, text)
    more.setdefault("type", "submit")
    if reason:
        more |= {"aria_disabled": "true", "title": reason, "data_tn_disabled": True, "type": "button"}
    return format_html('<button class="{}"{}>{}{}</button>', look, attributes(**more), picture, text)


def icon_button(name: str, label: Text, href: str = "", **more: Any) -> SafeString:
    """A button that is an icon with a tooltip and a label for readers."""
    more |= {"aria_label": label, "title": label}
    size = more.pop("size", 16)
    if href:
        return format_html('<a class="tn-icon-button" href="{}"{}>{}</a>', href, attributes(**more), icon(name, size))
    more.setdefault("type", "button")
    return format_html('<button class="tn-icon-button"{}>{}</button>', attributes(**more), icon(name, size))


def menu(content: Any, key: str, label: Text = "", text: Text = "", icon_name: str = "") -> SafeString:
    """A menu under a button: three dots with `label`, or `text` with an arrow; `key` is unique on the page."""
    picture = icon(icon_name) if icon_name else SafeString("")
    said = label or _("More actions")
    face = format_html("{}{}{}", picture, text, icon("chevron-down", 14)) if text else picture or icon("dots")
    named = {} if text else {"aria_label": said, "title": said}
    look = "tn-button tn-quiet" if text else "tn-icon-button tn-edged"
    return format_html(
        '<button type="button" class="{}" popovertarget="{}" aria-haspopup="true"{}>{}</button>'
        '<div class="tn-menu" id="{}" popover>{}</div>',
        look, key, attributes(**named), face, key, content,
    )  # fmt: skip


def menu_item(text: Text, href: str = "", icon_name: str = "", kind: str = "", **more: Any) -> SafeString:
    """An entry of a menu: a link, or a button; `detail` stands under it, `key` at its right, the rest: attributes."""
    detail, key, reason = more.pop("detail", ""), more.pop("key", ""), more.pop("disabled", "")
    body = format_html(
        '{}<span class="tn-menu-text">{}{}</span>{}',
        icon(icon_name) if icon_name else "", text, _second(reason or detail),
        format_html("<kbd>{}</kbd>", key) if key else "",
    )  # fmt: skip
    look = classes("tn-menu-item", f"tn-{kind}" if kind else "")
    if href and not reason:
        return format_html('<a class="{}" href="{}"{}>{}</a>', look, href, attributes(**more), body)
    more.setdefault("type", "button")
    if reason:
        more |= {"aria_disabled": "true", "data_tn_disabled": True, "type": "button"}
    return format_html('<button class="{}"{}>{}</button>', look, attributes(**more), body)


def _second(detail: Text) -> SafeString | str:
    return format_html('<span class="tn-menu-detail">{}</span>', detail) if detail else ""


def switch(name: str, label: Text, on: bool = False, **more: Any) -> SafeString:
    """A switch that acts at once: give it `hx_post`."""
    return format_html(
        '<label class="tn-check"><input type="checkbox" role="switch" class="tn-switch" name="{}"{}>{}</label>',
        name, attributes(checked=on, **more), label,
    )  # fmt: skip


def checkbox(name: str, label: Text, value: Any = "on", checked: bool = False, **more: Any) -> SafeString:
    """A checkbox that is staged until the form is sent; `some=True` shows that only some below are chosen."""
    some, detail = more.pop("some", False), more.pop("detail", "")
    told = format_html('<span class="tn-check-detail">{}</span>', detail) if detail else ""
    mark = attributes(checked=checked, data_tn_some=bool(some), **more)
    return format_html(
        '<label class="tn-check"><input type="checkbox" class="tn-checkbox" name="{}" value="{}"{}>'
        "<span>{}{}</span></label>",
        name, value, mark, label, told,
    )  # fmt: skip


def tabs(entries: Iterable[Tab], label: Text = "") -> SafeString:
    """A strip of tabs, each with its own address; the surplus stands under *More*, at 390 px the strip scrolls."""
    return format_html(
        '<nav class="tn-tabs" aria-label="{}" data-tn-more="{}">{}</nav>',
        label or _("Views"), _("More"), joined([_tab(entry) for entry in entries]),
    )  # fmt: skip


def _tab(entry: Tab) -> SafeString:
    picture = icon(entry.icon, extra=entry.look) if entry.icon else ""
    number = "" if entry.count is None else format_html(' <span class="tn-tab-count">{}</span>', entry.count)
    here = attributes(aria_current="page" if entry.active else "")
    look = classes("tn-tab", "tn-active" if entry.active else "")
    return format_html('<a class="{}" href="{}"{}>{}{}{}</a>', look, entry.href, here, picture, entry.title, number)


def segments(entries: Iterable[Tab], label: Text) -> SafeString:
    """A few choices of which one holds, as links."""
    pieces = [
        format_html('<a class="tn-segment"{} href="{}">{}{}</a>', attributes(aria_current="true" if one.active else ""),
                    one.href, one.title, "" if one.count is None else f" {one.count}")
        for one in entries
    ]  # fmt: skip
    return format_html('<div class="tn-segments" role="group" aria-label="{}">{}</div>', label, joined(pieces))


def copy_button(value: str, label: Text = "") -> SafeString:
    """A button that puts the value into the clipboard and says so."""
    return icon_button("copy", label or _("Copy"), data_tn_copy=value, data_tn_done=_("Copied"))
