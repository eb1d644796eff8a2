"""What a list shows survives its own address, whatever stands in it; cells are harmless in a spreadsheet."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tenantry.kernel.web.grid import State
from tenantry.kernel.web.grid.sheets import harmless
from tenantry.kernel.web.grid.state import HEIGHTS, LONGEST_WISH, MOST_COLUMNS, MOST_VALUES, SIZES
from tests.rules import rule

names = st.text("abcdefghijklmnopqrstuvwxyz_-", min_size=1, max_size=30)
words = st.text(max_size=60).map(lambda text: text.replace("\x00", ""))
searches = words.map(str.strip)
filters = st.dictionaries(names, st.lists(words.filter(bool), min_size=1, max_size=6, unique=True), max_size=5)
states = st.builds(
    State, q=searches, view=names | st.just(""), sort=names | names.map("-{}".format), filters=filters,
    columns=st.lists(names, max_size=12, unique=True).map(tuple), size=st.sampled_from((0, *SIZES)),
    height=st.sampled_from(("", *HEIGHTS)), saved=st.integers(0, 999_999_999), nth=st.integers(0, 999_999_999),
    after=words, before=words, at=st.sampled_from(("", "2026-03-03T14:00Z")),
)  # fmt: skip


@given(states)
def test_a_state_read_from_its_own_address_is_the_same(state):
    assert State.parse(state.here) == state


@given(states)
def test_a_state_of_its_first_page_forgets_the_place_alone(state):
    assert State.parse(state.link()) == state.having()


@given(st.text(max_size=300))
def test_any_address_at_all_leads_to_a_state_that_keeps_itself(query):
    state = State.parse(query)
    assert State.parse(state.here).pairs() == state.pairs()


@given(st.dictionaries(st.sampled_from(["q", "f_a", "columns", "size", "view"]), st.text(max_size=5000), max_size=5))
def test_what_an_address_may_hold_is_bounded(given_values):
    query = QueryDict(mutable=True)
    query.update(given_values)
    state = State.read(query)
    assert len(state.q) <= LONGEST_WISH
    assert len(state.columns) <= MOST_COLUMNS
    assert all(len(values) <= MOST_VALUES for values in state.filters.values())
    assert "\x00" not in repr(state.pairs())


@rule("MOD-31")
@pytest.mark.parametrize("text", ["=cmd()", "+cmd|'/c calc'!A0", "-2+3+cmd()", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1"])
def test_a_cell_that_could_be_a_formula_gets_an_apostrophe(text):
    """A cell `=cmd()` starts with an apostrophe when it is exported."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12", "+41 44 123", "-1,280.50", "-3 %", "Contoso", "a=b", ""])
def test_numbers_and_words_stay_as_they_are(text):
    assert harmless(text) == text
