"""What may not stand in a template: what the content security policy refuses, and words that nobody translates."""

from __future__ import annotations

import re
from collections.abc import Iterator

SAFE_SCRIPT = re.compile(r"""<script\b[^>]*(\bsrc=|type=["']application/json)""")
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[\w:-]*)\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a javascript: address": re.compile(r"=\s*[\"']?javascript:", re.IGNORECASE),
    "an unescaped value": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
SILENT = re.compile(
    r"\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|<!--.*?-->|\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}"
    r"|<(script|style|kbd)\b.*?</\1>",
    re.DOTALL | re.IGNORECASE,
)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN = re.compile(
    r"""(?<![\w-])(?:title|alt|placeholder|aria-label|aria-description|label)\s*=\s*("[^"]*"|'[^']*')"""
)
TAG = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
ENTITY = re.compile(r"&#?\w+;|\btn-[\w-]+")  # our classes, where a block is a list of them
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = {"Tenantry", "Microsoft", "PDF", "CSV"}


def refused(text: str) -> Iterator[str]:
    """What a browser would refuse under the policy, or what would let others' words act."""
    for what, pattern in INLINE.items():
        if pattern.search(CODE.sub("", text) if what != "an unescaped value" else text):
            yield f"has {what}"
    if any(not SAFE_SCRIPT.match(found.group()) for found in re.finditer(r"<script\b[^>]*>?", text)):
        yield "has an inline script"


def untranslated(text: str) -> Iterator[str]:
    """Words between tags, and in attributes that people read or hear, which are no message."""
    bare = CODE.sub(" ", SILENT.sub(" ", text))
    spoken = [value for tag in TAG.findall(bare) for value in SPOKEN.findall(tag)]
    for piece in (*spoken, ENTITY.sub(" ", TAG.sub(" ", bare))):
        yield from (word for word in WORD.findall(piece) if word not in NAMES)
