"""Messages are found in code and templates, and what a language lacks is named."""

from __future__ import annotations

import ast

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from scripts import catalogues, sources

PYTHON = b"""
title = lazy("Pools")
say(_("The pool has {free} seats left."), free=2)
ngettext("{n} seat", "{n} seats", n)
pgettext("month", "May")
_(variable)
log("not a message")
"""
TEMPLATE = b"""{% load i18n %}
<h1>  {% translate "Pools" %} isn't {{ _("Full")|lower }}</h1>
    {% blocktranslate trimmed count n=seats %}
      {{ n }} seat of {{ pool }}
    {% plural %}
      {{ n }} seats of {{ pool }}
    {% endblocktranslate %}
{% page_header _("Assign") %}{# {% translate "Nothing" %} #}
"""


def test_messages_of_a_python_file():
    assert list(catalogues.messages("tenantry/x.py", PYTHON)) == [
        ("Pools", None),
        ("The pool has {free} seats left.", None),
        (("{n} seat", "{n} seats"), None),
        ("May", "month"),
    ]


def test_messages_of_a_template():
    assert [message for message, _context in catalogues.messages("x/templates/x/x.html", TEMPLATE)] == [
        "Pools", "Full", ("%(n)s seat of %(pool)s", "%(n)s seats of %(pool)s"), "Assign",
    ]  # fmt: skip


def test_a_page_outside_templates_holds_no_messages():
    assert not list(catalogues.messages("x/docs/x.html", TEMPLATE))


def test_the_products_messages_hold_titles_and_permissions_of_present_folders():
    words = {message.id for message in catalogues.template()}
    assert {"Command center", "Onboard customers, alone, in bulk and by link"} <= words
    assert "Retire and wipe devices" not in words


def english(*messages):
    words = Catalog()
    for message in messages:
        words.add(message)
    return words


def answers(language, words, **translated):
    """What is wrong when each message, told by its first English word, is translated so."""
    catalogue = Catalog(locale=language, fuzzy=False)
    for message in words:
        if message.id:
            catalogue.add(message.id, translated.get(catalogues._plain(message.id).split()[0], ""))
    return [doubt.rpartition("' ")[2] for doubt in catalogues.check(catalogue, words)]


@pytest.mark.parametrize(
    ("language", "seats", "doubt"),
    [
        ("de", ("Ein Platz", "{n} Plätze"), None),
        ("de", ("{n} Platz", "{n} Plätze"), None),
        ("de", ("{n} Platz", ""), "lacks a plural form."),
        ("de", ("{m} Platz", "{n} Plätze"), "has other placeholders in '{m} Platz'."),
        ("fr", ("{n} place", "des places"), "has other placeholders in 'des places'."),
        ("ja", ("{n}シート",), None),
        ("ja", ("{n}シート", "{n}シート"), "lacks a plural form."),
        ("ja", ("",), "has no translation."),
    ],
)
def test_plural_forms_and_their_placeholders(language, seats, doubt):
    found = answers(language, english(("One seat", "{n} seats")), One=seats)
    assert found == ([doubt] if doubt else [])


@pytest.mark.parametrize(
    ("german", "doubt"),
    [
        ("Noch {free} Plätze.", []),
        ("Noch Plätze.", ["has other placeholders in 'Noch Plätze.'."]),
        ("Noch {frei} Plätze.", ["has other placeholders in 'Noch {frei} Plätze.'."]),
        ("", ["has no translation."]),
    ],
)
def test_placeholders_agree(german, doubt):
    assert answers("de", english("Seats left: {free}"), Seats=german) == doubt


def test_missing_unused_and_fuzzy_messages_are_named():
    catalogue = Catalog(locale="de", fuzzy=True)
    catalogue.add("Old", "Alt")
    catalogue.add("Pools", "Pools", flags=["fuzzy"])
    found = list(catalogues.check(catalogue, english("Pools", "New")))
    assert [line.partition(":")[0] for line in found] == [
        "the header is fuzzy, so that no .mo would be made.",
        "'New' is missing",
        "'Old' is used nowhere",
        "'Pools' is fuzzy.",
    ]


def test_an_update_keeps_translations_and_drops_what_is_gone(tmp_path):
    file = tmp_path / "django.po"
    catalogues.update(file, "de", english("Pools", "Old"))
    file.write_text(file.read_text().replace('msgid "Pools"\nmsgstr ""', 'msgid "Pools"\nmsgstr "Becken"'))
    catalogues.update(file, "de", english("Pools", "New"))
    with file.open("rb") as opened:
        found = {message.id: message.string for message in read_po(opened, locale="de") if message.id}
    assert found == {"Pools": "Becken", "New": ""}


def test_compiling_makes_a_file_or_says_why_not(tmp_path):
    catalogue = Catalog(locale="de", fuzzy=False)
    catalogue.add("Pools", "Becken")
    assert not list(catalogues.compiled(catalogue, tmp_path / "django.po"))
    with (tmp_path / "django.mo").open("rb") as file:
        assert read_mo(file).get("Pools").string == "Becken"
    catalogue.fuzzy = True
    assert list(catalogues.compiled(catalogue, tmp_path / "other.po"))
    assert not (tmp_path / "other.mo").exists()


def test_texts_are_marked_by_names_that_the_catalogues_know():
    """A text marked under any other name would be shown in English for ever, and nothing would miss its translation."""
    marks = {"_", "lazy", "ngettext", "pgettext"}
    strange = [
        f"{path}: {alias.name} as {alias.asname}"
        for path, tree in sources.python()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "tenantry.kernel.text"
        for alias in node.names
        if alias.name in marks and alias.asname and alias.asname not in catalogues.KEYWORDS
    ]
    assert not strange, strange
