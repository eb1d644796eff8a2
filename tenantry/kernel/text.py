"""Translation helpers; the only importer of gettext outside templates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy

Text = str | Promise

_ = gettext
lazy = gettext_lazy

__all__ = ["Text", "_", "gettext", "lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "say", "speaking"]

LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("ja", "日本語"))


def say(message: Text, **values: Any) -> str:
    """Fill a whole translated sentence with its named values."""
    return str(message).format(**values)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Render in the receiver's language, whatever the language of the request is."""
    with translation.override(language):
        yield


def sort_key(text: str) -> str:
    """A key that sorts as people read: case and accents apart, digits by value, katakana as hiragana, then as written.

    The private server sorts by code point only, so the writer of a row fills a `sort_key` column with this.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(chr(ord(c) - 0x60) if "\u30a1" <= c <= "\u30f6" else c for c in plain)
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    plain = re.sub(r"\d+", lambda digits: f"{len(digits[0].lstrip('0')):02d}{digits[0].lstrip('0')}", plain)
    return f"{plain}\x01{text}"
