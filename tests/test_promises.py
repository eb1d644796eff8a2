"""The rules that tests prove are collected from their source."""

from __future__ import annotations

import ast

from scripts import promises

SOURCE = '''
pytestmark = rule("ACC-01")

@rule("CUS-07", "CUS-08")
def test_it_holds():
    """A customer is
    found."""

class TestIt:
    @pytest.mark.rule("SIM-01")
    def test_inside(self):
        """Served."""

def helper():
    pass
'''


def collected(name="tests/test_x.py"):
    return sorted((one.rule, one.sentence) for one in promises.promises(name, ast.parse(SOURCE)))


def test_rules_come_from_decorators_and_from_the_file():
    assert collected() == [
        ("ACC-01", "A customer is found."),
        ("ACC-01", "Served."),
        ("CUS-07", "A customer is found."),
        ("CUS-08", "A customer is found."),
        ("SIM-01", "Served."),
    ]


def test_only_test_files_promise():
    assert collected("tests/world.py") == []


def test_the_page_has_a_table_for_each_area():
    text = promises.page(
        [promises.Promise("CUS-07", "a::b", "It is found."), promises.Promise("SET-25", "c::d", "No.")]
    )
    assert "## CUS\n\n| Rule | What holds | Test |" in text
    assert "| SET-25 | No. | `c::d` |" in text


def test_every_rule_that_a_test_names_is_told_in_a_sentence(capsys):
    assert promises.main("look") == 0
    assert "SET: " in capsys.readouterr().out
