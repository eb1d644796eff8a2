"""Translation helpers; the only importer of gettext outside templates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy

Text = str | Promise

_ = gettext
lazy = gettext_lazy

__all__ = ["Text", "_", "lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "say", "speaking"]

LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("ja", "日本語"))


def say(message: Text, **values: Any) -> str:
    """Fill a whole translated sentence with its named values."""
    return str(message).format(**values)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Render in the receiver's language, whatever the language of the request is."""
    with translation.override(language):
        yield
