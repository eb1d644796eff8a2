"""What a page says, and whether a language's catalogue says it so."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from scripts import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
LEAST = 2  # letters that a message must have beside its placeholders

SAID, SPILT = (Path(__file__).with_name(f"{name}.js").read_text() for name in ("said", "spilt"))
"""Asked of a page in a browser: what it says, and what of it does not fit."""


@dataclass(frozen=True)
class Language:
    """What the product's sources say in English, and how the catalogue says it."""

    code: str
    same: frozenset[str]  # in both languages alike
    translated: tuple[re.Pattern[str], ...]  # English that has another translation
    known: tuple[re.Pattern[str], ...]  # every sentence that may stand on a page

    @classmethod
    def of(cls, code: str) -> Language:
        """The language as the sources and its catalogue have it now."""
        with catalogues.path(code).open("rb") as file:
            said = {_key(message): message for message in read_po(file, locale=code)}
        same, translated, known = set(), [], []
        for message in _sources():
            english, other = _forms(message.id), _forms(getattr(said.get(_key(message)), "string", ""))
            known += [shape(text) for text in (*english, *other) if text]
            if not any(other):
                continue  # not translated yet: the check of catalogues names it
            same |= set(english) & set(other)
            translated += [shape(text) for text in english if text not in other]
        return cls(code, frozenset(same), _kept(translated), _kept(known))

    def untranslated(self, texts: Iterable[str]) -> Iterator[str]:
        """Texts that are English sentences of ours for which the catalogue has a translation."""
        for text in texts:
            if text not in self.same and any(one.fullmatch(text) for one in self.translated):
                yield text

    def unheard(self, texts: Iterable[str]) -> Iterator[str]:
        """Texts that stand in no source as a message, in whatever language."""
        yield from (text for text in texts if not any(one.fullmatch(text) for one in self.known))


@functools.cache
def _sources() -> tuple[Any, ...]:
    return tuple(message for message in catalogues.template() if message.id)


def _key(message: Any) -> tuple[str, str]:
    return _forms(message.id)[0] if message.id else "", message.context or ""


def _forms(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


def shape(text: str) -> re.Pattern[str]:
    """A pattern for a message with whatever stands in place of its placeholders."""
    parts = re.split(f"({PLACEHOLDER.pattern})", " ".join(text.split()))
    return re.compile("".join(".+?" if PLACEHOLDER.fullmatch(part) else re.escape(part) for part in parts))


def _kept(patterns: Iterable[re.Pattern[str]]) -> tuple[re.Pattern[str], ...]:
    """Without those that fit nearly everything."""
    plain = {one.pattern: one for one in patterns}
    return tuple(one for one in plain.values() if len(re.findall(r"\w", one.pattern.replace(".+?", ""))) >= LEAST)
