"""Each check of the architecture catches the violation that it is for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, make_dataclass
from enum import Enum
from types import SimpleNamespace
from typing import ClassVar

import pytest
from django.db import models as tables
from django.http import HttpResponse
from django.test.utils import isolate_apps
from django.urls import path

from tenantry.kernel.facts import Code, Fact, Personal
from tenantry.kernel.models import CompositeKey
from tenantry.kernel.residency.checks import crossing
from tenantry.kernel.residency.home import Home
from tenantry.kernel.web.page import OPERATOR, PUBLIC, page
from tests.frame import catalogue, facts, folders, models, pages, templates
from tests.rules import rule


def test_a_utils_file_is_caught(tmp_path):
    for name in ("manifest.py", "utils.py", "notes.txt", "resolver.py", "tests/test_rules.py", "tests/helpers.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [line.partition(" ")[0].partition("/")[2] for line in folders.strangers(tmp_path)]
    assert found == ["notes.txt", "resolver.py", "utils.py", "tests/helpers.py"]


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("from tenantry.portal.customers.forms import CustomerForm", True),
        ("from tenantry.portal.customers import forms", True),
        ("import tenantry.portal.customers.views", True),
        ("from tenantry.portal.customers import queries", False),
        ("from tenantry.portal.customers.models.tenant import Tenant", False),
        ("from tenantry.modules.risks.forms import RiskForm", False),
        ("def late():\n    from tenantry.portal.customers.views import show", True),
    ],
)
def test_an_import_of_another_domains_inside_is_caught(line, caught):
    assert bool(list(folders.reaches_inside("tenantry.modules.risks.views", ast.parse(line)))) is caught


@pytest.mark.parametrize(
    ("body", "caught"),
    [
        ('"""Gives."""\n    actor.require("pools.assign", pool)\n    pool.assign()', False),
        ('pool.assign()\n    actor.require("pools.assign", pool)', True),
        ('if pool:\n        actor.require("pools.assign", pool)', True),
        ('actor.holds("pools.assign")', True),
        ('"""Only words."""', True),
    ],
)
def test_an_action_that_does_not_ask_first_is_caught(body, caught):
    tree = ast.parse(f"def assign(actor, pool):\n    {body}\n\ndef _inner():\n    pass\n")
    assert bool(list(folders.unguarded("pools.actions", tree))) is caught


def _view(request):
    return HttpResponse()


def test_a_page_without_a_permission_is_caught():
    patterns = [
        path("bare", _view),
        path("misspelt", page("pools.veiw")(_view)),
        path("right", page("pools.view")(_view)),
        path("open", page(PUBLIC)(_view)),
    ]
    wrong = list(pages.undeclared(pages.pages(patterns), {"pools.view"}))
    assert [line.partition(" ")[0] for line in wrong] == ["/bare", "/misspelt"]


def test_marks_are_counted_by_their_routes():
    patterns = [path("b", page(PUBLIC)(_view)), path("a", page(PUBLIC)(_view)), path("ops", page(OPERATOR)(_view))]
    assert pages.marked(pages.pages(patterns)) == {
        "PUBLIC": ["/a", "/b"], "SIGNED_IN": [], "LINK": [], "OPERATOR": ["/ops"],
    }  # fmt: skip


@isolate_apps("tenantry.kernel")
def test_a_key_that_points_up_is_caught_even_as_text():
    class Customer(tables.Model):
        __module__ = "tenantry.portal.customers.models"

        class Meta:
            app_label = "kernel"

    class Person(tables.Model):
        __module__ = "tenantry.portal.people.models"
        customer = tables.ForeignKey("kernel.Customer", on_delete=tables.CASCADE)

        class Meta:
            app_label = "kernel"
            constraints: ClassVar = [CompositeKey(name="sly", field="customer", to="kernel_customer")]

    wrong = list(models.keys_up([Customer, Person]))
    assert [line.split(" ")[0] for line in wrong] == ["kernel.Person.customer", "kernel.Person.sly"]


@pytest.mark.parametrize(
    ("source", "target", "down"),
    [
        ("tenantry.portal.customers.models", "tenantry.portal.people.models", True),
        ("tenantry.portal.customers.models.tenant", "tenantry.portal.customers.models.group", True),
        ("tenantry.portal.people.models", "tenantry.portal.access.models", False),
        ("tenantry.engines.inventory.models", "tenantry.portal.customers.models", False),
        ("tenantry.modules.risks.models", "tenantry.portal.customers.models", True),
        ("tenantry.modules.risks.models", "tenantry.modules.users.models", False),
        ("tenantry.portal.people.models", "tenantry.kernel.models.facts", True),
    ],
)
def test_directions_of_keys(source, target, down):
    assert models.points_down(source, target) is down


@rule("RES-05")
@isolate_apps("tenantry.kernel")
def test_a_key_between_homes_is_caught():
    """A foreign key between homes fails the architecture test."""

    class Near(tables.Model):
        home = Home.PARTNER

        class Meta:
            app_label = "kernel"

    class Far(tables.Model):
        home = Home.CUSTOMER
        near = tables.ForeignKey(Near, on_delete=tables.CASCADE)
        other = tables.ForeignKey("self", on_delete=tables.CASCADE)

        class Meta:
            app_label = "kernel"

    assert [error.msg for error in crossing([Near, Far])] == ["kernel.Far.near points to another home."]


@isolate_apps("tenantry.kernel")
def test_a_model_without_a_home_is_caught():
    class Stray(tables.Model):
        class Meta:
            app_label = "kernel"

    class Settled(tables.Model):
        home = Home.PARTNER

        class Meta:
            app_label = "kernel"

    assert list(models.homeless([Stray, Settled])) == ["kernel.Stray declares no home."]


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    x()\nexcept Exception:\n    pass",
        "try:\n    x()\nexcept (ValueError, BaseException):\n    pass",
        "try:\n    x()\nexcept:\n    pass",
        "apps.get_model('customers', 'Customer')",
    ],
)
def test_what_is_forbidden_everywhere_is_caught(text):
    assert list(folders.forbidden("x.py", ast.parse(text)))


def test_a_narrow_handler_is_left_alone():
    assert not list(folders.forbidden("x.py", ast.parse("try:\n    x()\nexcept (ValueError, KeyError):\n    pass")))


def test_each_look_across_partners_counts():
    tree = ast.parse("with scope.across(reason='x'):\n    pass\nwith across(reason='y'):\n    pass\nscope.task(1)")
    assert folders.uses(tree, "scope.across") == 2


def test_gettext_from_elsewhere_is_caught():
    line = "from django.utils.translation import gettext_lazy as _\nfrom tenantry.kernel.text import lazy"
    assert len(list(folders.untranslated_imports("x.py", ast.parse(line)))) == 1


def test_permissions_in_code_are_found():
    tree = ast.parse('@page("a.view", of=x)\ndef f(actor):\n    actor.require("a.act", 1)\n    print("a.no")')
    assert [wish for _line, wish in folders.permissions_named(tree)] == ["a.view", "a.act"]


class Level(Enum):
    LOW = "low"


@dataclass(frozen=True)
class PoolNamed(Fact):
    title: str
    owner: Personal
    kind: Code | None
    level: Level
    seats: tuple[int, ...]
    notes: dict[Code, str]


def test_a_plain_text_in_a_fact_is_caught():
    assert [line.partition(" ")[0] for line in facts.unclassed(PoolNamed)] == ["PoolNamed.title", "PoolNamed.notes"]


def test_a_field_that_hides_the_facts_name_is_caught():
    hiding = make_dataclass("Hiding", [("name", Code, "x")], bases=(Fact,), frozen=True)
    assert list(facts.unclassed(hiding)) == ["Hiding.name hides what every fact has."]


def test_a_fact_outside_the_register_is_caught():
    folder = PoolNamed.name().partition(".")[0]
    assert list(facts.unregistered([PoolNamed], {}))
    assert not list(facts.unregistered([PoolNamed], {folder: ["PoolNamed"]}))


def test_only_a_modules_own_facts_are_taken():
    module = SimpleNamespace(__name__=PoolNamed.__module__, PoolNamed=PoolNamed, Fact=Fact)
    other = SimpleNamespace(__name__="elsewhere.facts", PoolNamed=PoolNamed)
    assert facts.defined([module, other]) == [PoolNamed]


def test_a_manifest_that_differs_from_the_catalogue_is_caught():
    manifest = SimpleNamespace(name="pools", permissions=("pools.view", "pools.dig"))
    names = ["pools.view", "pools.fill", "absent.view", "bare.view"]
    assert list(catalogue.differs([manifest], names, ["pools", "bare"])) == [
        "bare: bare.view is missing from its manifest.",
        "pools: pools.dig is in no catalogue.",
        "pools: pools.fill is missing from its manifest.",
    ]


@pytest.mark.parametrize(
    ("text", "caught"),
    [
        ('<p style="color: red">', True),
        ('<button onclick="go()">', True),
        ('<button hx-on:click="go()">', True),
        ("<style>p {}</style>", True),
        ("<script>go()</script>", True),
        ('<a href="javascript:go()">', True),
        ("{{ name|safe }}", True),
        ('<script type="module" src="{% static_url %}"></script>', False),
        ('<script type="application/json" id="x">{}</script>', False),
        ('<rect width="40" class="style"/><a href="/onboard">', False),
        ("{% if style == on %}<p>{% endif %}", False),
    ],
)
def test_what_the_content_security_policy_refuses_is_caught(text, caught):
    assert bool(list(templates.refused(text))) is caught


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<h1>Customers</h1>", ["Customers"]),
        ('<button aria-label="Close" class="close">', ["Close"]),
        ("<h1>{% translate 'Customers' %}</h1><p>Tenantry &middot; 4</p>", []),
        ("{% blocktranslate trimmed %}Some {{ n }} of <b>all</b>{% endblocktranslate %}", []),
        ('{# Not said #}{% comment %}Nor this{% endcomment %}<p title="{{ x }}">{{ y }}</p>', []),
        ("<kbd>Ctrl</kbd>", []),
        ("{% block main_class %}tn-content tn-narrow{% endblock %}", []),
        ('<a data-title="Words" href="/a > b">&nbsp;&rarr;</a>', []),
    ],
)
def test_words_that_nobody_translates_are_caught(text, words):
    assert list(templates.untranslated(text)) == words
