"""Attributes and classes of a part, written once."""

from __future__ import annotations

import html
from typing import Any

from django.utils.safestring import SafeString


def escaped(value: Any) -> str:
    """A value as HTML: safe pieces as they are, all else as text."""
    if type(value) is str:
        return html.escape(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return html.escape(str(value))


def format_html(pattern: str, *values: Any, **named: Any) -> SafeString:
    """What Django's function of this name promises, without its layers: a list calls it a thousand times."""
    return SafeString(
        pattern.format(*[escaped(value) for value in values], **{key: escaped(value) for key, value in named.items()})
    )


def attributes(**given: Any) -> SafeString:
    """Attributes, each after a space: `hx_get` becomes `hx-get`, True stands bare, None, False and "" are left out."""
    written = []
    for name, value in given.items():
        if value is None or value is False or value == "":
            continue
        spelt = name.rstrip("_").replace("_", "-")
        written.append(f" {spelt}" if value is True else f' {spelt}="{escaped(value)}"')
    return SafeString("".join(written))


def classes(*names: str) -> str:
    """The names that are there, with a space between."""
    return " ".join(name for name in names if name)


def joined(pieces: list[SafeString] | tuple[SafeString, ...], between: str = "") -> SafeString:
    """Safe pieces as one safe string."""
    return SafeString(between.join(pieces))
