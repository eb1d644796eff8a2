"""One catalogue for the whole product: `check` finds what a language lacks, `update` rewrites the .po files from the
sources, `compile` makes the .mo files.

Messages are found with Babel in Python files and, through Django's own reader, in templates.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from scripts import sources
from tenantry.kernel.text import LANGUAGES as SPOKEN

LANGUAGES = tuple(code for code, _name in SPOKEN if code != "en")
KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
HEADER = "# The words of Tenantry. Written by `make messages`; translations are edited by hand.\n#"


def main(wish: str) -> int:
    """Do what the first argument says; 1 when something is wrong."""
    words = Catalog() if wish == "compile" else template()
    if wish == "update":
        for language in LANGUAGES:
            update(path(language), language, words)
        return 0
    doubts = [f"{language}: {doubt}" for language in LANGUAGES for doubt in answer(wish, language, words)]
    print(*doubts, sep="\n", end="\n" if doubts else "")
    return 1 if doubts else 0


def answer(wish: str, language: str, words: Catalog) -> list[str]:
    """What is wrong with a language's catalogue, or with compiling it."""
    if not path(language).exists():
        return [f"{path(language).relative_to(sources.ROOT)} is missing: run make messages."]
    with path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return list(check(catalogue, words)) if wish == "check" else list(compiled(catalogue, path(language)))


def path(language: str) -> Path:
    """Where a language's catalogue stands."""
    return sources.ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def template(root: Path = sources.ROOT) -> Catalog:
    """Every message of the product's own Python files and templates, tests left out."""
    words = Catalog(project="Tenantry", header_comment=HEADER, fuzzy=False)
    for file in sources.tracked(root):
        name = file.relative_to(root).as_posix()
        if not name.startswith("tenantry/") or "/tests/" in name or "/migrations/" in name:
            continue
        for message, context in messages(name, file.read_bytes()):
            words.add(message, locations=[(name, 0)], context=context)
    for name, sentence in _permissions(root):
        words.add(sentence, locations=[(name, 0)])
    return words


def _permissions(root: Path) -> Iterator[tuple[str, str]]:
    """What each permission of a present folder lets a person do."""
    for file in root.glob("tenantry/portal/*/catalogue/permissions.toml"):
        for row in tomllib.loads(file.read_text())["permission"]:
            if any(root.glob(f"tenantry/*/{row['name'].partition('.')[0]}/manifest.py")):
                yield file.relative_to(root).as_posix(), row["sentence"]


def messages(name: str, content: bytes) -> Iterator[tuple[Any, str | None]]:
    """The messages of one file, each with its context; a plural message is a pair."""
    if name.endswith(".py"):
        code = content
    elif "/templates/" in name and name.endswith((".html", ".txt")):
        code = _as_python(content.decode())
    else:
        return
    for _line, function, found, _comments in extract_python(io.BytesIO(code), KEYWORDS, (), {}):
        yield from _message(str(function), found if isinstance(found, tuple) else (found,))


def _as_python(text: str) -> bytes:
    """A template with all but its messages blanked out, as Django's makemessages reads it; without indentation."""
    from django.utils.translation.template import templatize

    return "\n".join(line.strip() for line in templatize(text).splitlines()).encode()


def _message(function: str, found: tuple[Any, ...]) -> Iterator[tuple[Any, str | None]]:
    places: tuple[Any, ...] = KEYWORDS[function] or (1,)
    context = next((found[place[0] - 1] for place in places if isinstance(place, tuple)), None)
    numbers = [place for place in places if isinstance(place, int)]
    words = [found[number - 1] for number in numbers if number <= len(found)]
    if len(words) == len(numbers) and all(words):
        yield (tuple(words) if len(words) > 1 else words[0]), context


def update(file: Path, language: str, words: Catalog) -> None:
    """Bring a .po file up to the sources: new messages come in empty, what nobody says any more goes."""
    catalogue = Catalog(locale=language)
    if file.exists():
        with file.open("rb") as old:
            catalogue = read_po(old, locale=language)
    catalogue.update(words, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.header_comment, catalogue.fuzzy = HEADER, False
    catalogue.project, catalogue.version, catalogue.msgid_bugs_address = "Tenantry", "0", ""
    catalogue.last_translator, catalogue.language_team = "", ""
    file.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()
    write_po(written, catalogue, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False)
    file.write_bytes(written.getvalue())


def check(catalogue: Catalog, words: Catalog) -> Iterator[str]:
    """A sentence for each message that is missing, fuzzy, unused or whose placeholders differ."""
    if catalogue.fuzzy:
        yield "the header is fuzzy, so that no .mo would be made."
    known = {(message.context, message.id): message for message in catalogue if message.id}
    wanted = {(message.context, message.id) for message in words if message.id}
    for key in wanted - known.keys():
        yield f"{_plain(key[1])!r} is missing: run make messages."
    for key, message in known.items():
        if key not in wanted:
            yield f"{_plain(message.id)!r} is used nowhere: run make messages."
        else:
            yield from _doubts(message, catalogue.num_plurals)


def _doubts(message: Message, plurals: int) -> Iterator[str]:
    shown, forms = _plain(message.id), _forms(message.string)
    if message.fuzzy:
        yield f"{shown!r} is fuzzy."
    if not any(forms):
        yield f"{shown!r} has no translation."
    elif len(forms) != (plurals if message.pluralizable else 1) or not all(forms):
        yield f"{shown!r} lacks a plural form."
    else:
        yield from (f"{shown!r} has other placeholders in {form!r}." for form in _strange(message, forms))


def _strange(message: Message, forms: tuple[str, ...]) -> Iterator[str]:
    """The forms that lack a placeholder that each English form has, or have one that none has."""
    english = [set(PLACEHOLDER.findall(text)) for text in _forms(message.id)]
    least, most = set.intersection(*english), set.union(*english)
    for number, form in enumerate(forms, 1):
        held = set(PLACEHOLDER.findall(form))
        if not (most if number == len(forms) else least) <= held <= most:
            yield form


def _forms(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


def _plain(text: Any) -> str:
    return _forms(text)[0]


def compiled(catalogue: Catalog, file: Path) -> Iterator[str]:
    """Write the .mo beside the .po; a sentence when its header is fuzzy, since then readers would skip it."""
    if catalogue.fuzzy:
        yield "the header is fuzzy: nothing was compiled."
        return
    with file.with_suffix(".mo").open("wb") as target:
        write_mo(target, catalogue)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
