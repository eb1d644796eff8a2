"""English on a page of another language is seen, and data is not taken for it."""

from __future__ import annotations

import pytest

from tests.frame.languages import Language, shape


@pytest.fixture(scope="module")
def german() -> Language:
    return Language.of("de")


def test_an_english_sentence_that_has_a_translation_is_seen(german):
    assert list(german.untranslated(["Search customers", "Kunden suchen", "Contoso"])) == ["Search customers"]


def test_a_sentence_with_something_filled_in_is_seen(german):
    assert list(german.untranslated(["Nothing found for “xy”."])) == ["Nothing found for “xy”."]


def test_a_word_that_both_languages_share_is_no_english(german):
    assert list(german.untranslated(["Status", "Tenant"])) == []


def test_words_that_stand_in_no_source_are_seen(german):
    assert list(german.unheard(["Kunden", "Customers", "Hard-coded words"])) == ["Hard-coded words"]


def test_a_shape_fits_what_is_filled_in_and_nothing_more():
    assert shape("{n} of %(all)s rows").fullmatch("7 of 50 rows")
    assert not shape("{n} of %(all)s rows").fullmatch("7 of 50 rows more")
