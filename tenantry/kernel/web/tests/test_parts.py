"""Parts: what they say to eyes and to readers, and that nothing gets in unescaped."""

from __future__ import annotations

from collections import namedtuple

import pytest
from django.template import engines
from django.utils.safestring import SafeString

from tenantry.kernel.web import built, parts
from tenantry.kernel.web.parts_page import SECTIONS

Stamp = namedtuple("Stamp", "state text title")
EVIL = '"><script>'


@pytest.mark.parametrize("make", SECTIONS, ids=lambda make: make.__name__)
def test_every_sample_is_safe_html(make):
    for _name, sample in make().samples:
        assert hasattr(sample, "__html__")
        assert " style=" not in sample
        assert " on" + "click=" not in sample


@pytest.mark.parametrize(
    "part",
    [
        parts.status_word("good", EVIL, EVIL), parts.badge(EVIL), parts.chip(EVIL, "trial", EVIL), parts.tag(EVIL),
        parts.person(EVIL, EVIL), parts.name_cell(EVIL, EVIL, EVIL, EVIL), parts.button(EVIL, EVIL, name=EVIL),
        parts.menu_item(EVIL, detail=EVIL), parts.note(EVIL, action=EVIL, href=EVIL),
        parts.age(Stamp("late", EVIL, EVIL)),
        parts.copy_button(EVIL), parts.facts([(EVIL, EVIL)]), parts.differences([parts.Difference(EVIL, EVIL, None)]),
        parts.dialog(EVIL, "key", EVIL), parts.tabs([parts.Tab(EVIL, EVIL)]), parts.icon("x", label=EVIL),
    ],
)  # fmt: skip
def test_what_people_wrote_is_escaped(part):
    assert "<script" not in part
    assert "&lt;script&gt;" in part


def test_an_age_says_its_state_by_more_than_colour():
    stale, fresh = parts.age(Stamp("stale", "from 3 days ago", "")), parts.age(Stamp("fresh", "4 min ago", ""))
    assert "<svg" in stale
    assert "<svg" not in fresh


def test_an_unknown_figure_gives_its_reason():
    assert "unknown (no licence)" in parts.unknown("no licence")


def test_a_disabled_button_gives_its_reason_and_is_no_link():
    html = parts.button("Apply", "/x", disabled="Nothing has been changed")
    assert 'title="Nothing has been changed"' in html
    assert "href" not in html


def test_a_bar_is_drawn_by_attributes():
    html = parts.bar([("good", 0.5), ("bad", 0.7)], "half")
    assert 'x="500" width="700"' in html
    assert 'aria-label="half"' in html


def test_tags_of_templates_are_the_parts():
    template = engines["django"].from_string(
        '{% card "Users" number=4 %}{% status_word "failed" "Lost" %}{% endcard %}'
    )
    html = template.render()
    assert "<h2>Users</h2>" in html
    assert "tn-is-failed" in html


def test_an_icon_that_was_not_built_is_refused_in_development(settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(built, "_icons", lambda: {"names": ["check"]})
    with pytest.raises(LookupError):
        parts.icon("no-such-icon")


def test_a_safe_word_does_not_open_the_door_to_the_same_word_of_a_stranger():
    assert "<i>x</i>" in parts.chip(SafeString("<i>x</i>"))
    assert "<i>" not in parts.chip("<i>x</i>")
