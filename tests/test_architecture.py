"""What an import linter cannot see: the rules of the architecture, held over the whole product.

Each check stands in tests/frame; test_architecture_planted shows that it catches what it is for.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from scripts import sources
from tenantry.kernel import registry, scope
from tenantry.kernel.actor import OWN, VISITOR
from tenantry.kernel.errors import NoScope
from tenantry.kernel.models import PartnerOwned
from tenantry.kernel.residency.checks import crossing
from tests.frame import catalogue, facts, folders, models, pages, templates
from tests.rules import rule

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(__file__).with_name("data")
DOMAINS = [folder for shelf in ("portal", "modules") for folder in sorted((ROOT / "tenantry" / shelf).glob("*/"))]
PRODUCT = [(name, tree) for name, tree in sources.python(ROOT) if name.startswith("tenantry/")]
CODE = [(name, tree) for name, tree in PRODUCT if "/tests/" not in name]
TEMPLATES = [path for path in sources.tracked(ROOT) if "templates" in path.parts and path.suffix == ".html"]
OWNED = [model for model in models.ours() if issubclass(model, PartnerOwned)]
GET_MODEL = {"tenantry/kernel/residency/router.py", "tenantry/engines/postgres/partitions.py"}  # the latter: migrations
ACROSS: dict[str, int] = {}


def dotted(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def told(sentences) -> str:
    return "\n".join(sentences)


def test_a_domain_folder_holds_agreed_names_only():
    wrong = [line for folder in DOMAINS if (folder / "__init__.py").exists() for line in folders.strangers(folder)]
    assert not wrong, told(wrong)


def test_between_domains_only_public_files_are_imported():
    kept = [(dotted(name), tree) for name, tree in CODE if not name.startswith("tenantry/config/")]
    wrong = [line for name, tree in kept for line in folders.reaches_inside(name, tree)]
    assert not wrong, told(wrong)


def test_every_action_asks_leave_first():
    kept = [(dotted(name), tree) for name, tree in CODE if "actions" in Path(name).with_suffix("").parts]
    wrong = [line for name, tree in kept for line in folders.unguarded(name, tree)]
    assert kept
    assert not wrong, told(wrong)


@rule("ACC-37")
def test_every_page_asks_for_a_declared_permission_or_carries_a_mark():
    """Every address and operation asks for one permission that a manifest declares, or carries one mark."""
    permissions = {permission for manifest in registry.manifests() for permission in manifest.permissions}
    found = list(pages.pages())
    wrong = list(pages.undeclared(found, permissions))
    assert found
    assert not wrong, told(wrong)


@rule("ACC-37")
def test_the_pages_with_a_mark_are_those_on_the_list():
    """Every address carries one permission or one mark, or is a machine door; those marked are written down."""
    assert pages.marked(pages.pages()) == tomllib.loads((DATA / "marks.toml").read_text())


def test_permissions_written_in_code_are_in_the_catalogue():
    known = {row["name"] for row in catalogue.rows(ROOT)} | {OWN, VISITOR}
    named = [(f"{name}:{line}", wish) for name, tree in CODE for line, wish in folders.permissions_named(tree)]
    assert not [f"{place} asks for {wish!r}" for place, wish in named if wish not in known]


def test_keys_point_down_the_shelves():
    wrong = list(models.keys_up(models.ours()))
    assert not wrong, told(wrong)


def test_no_key_leaves_its_home():
    assert [error.msg for error in crossing(models.ours())] == []


def test_every_model_declares_its_home():
    wrong = list(models.homeless(models.ours()))
    assert not wrong, told(wrong)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_without_a_scope_there_are_no_rows(model):
    with pytest.raises(NoScope):
        model.objects.all()
    with pytest.raises(NoScope):
        model.of_partner.all()


@pytest.mark.django_db
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_rows_asked_for_in_a_scope_keep_it(model):
    with scope.task(7, "ch-north"):
        rows = model.objects.all()
    with scope.task(8, "ch-north"):
        sql, values = rows.query.get_compiler("ch-north").as_sql()
        assert f'"{model._meta.db_table}"."partner_id" = %s' in sql
        assert values == (7,)
        assert list(rows) == []


def test_nothing_catches_everything_and_no_model_is_named_by_text():
    found = [(name, line) for name, tree in CODE for line in folders.forbidden(name, tree)]
    wrong = [line for name, line in found if not (name in GET_MODEL and "get_model" in line)]
    assert not wrong, told(wrong)


def test_reading_across_partners_is_counted():
    counted = {name: folders.uses(tree, "scope.across") for name, tree in CODE}
    assert {name: number for name, number in counted.items() if number} == ACROSS


def test_only_kernel_text_imports_gettext():
    kept = [(name, tree) for name, tree in CODE if name != "tenantry/kernel/text.py"]
    wrong = [line for name, tree in kept for line in folders.untranslated_imports(name, tree)]
    assert not wrong, told(wrong)


def test_every_field_of_a_fact_says_what_it_may_hold():
    found = facts.defined(registry.named("facts").values())
    wrong = [line for fact in found for line in facts.unclassed(fact)]
    assert not wrong, told(wrong)


def test_facts_are_those_of_the_register():
    register = tomllib.loads((DATA / "facts.toml").read_text())
    wrong = list(facts.unregistered(facts.defined(registry.named("facts").values()), register))
    assert not wrong, told(wrong)


def test_manifests_declare_exactly_their_rows_of_the_catalogue():
    names = [row["name"] for row in catalogue.rows(ROOT)]
    present = [folder.rpartition(".")[2] for folder in registry.apps()]
    wrong = list(catalogue.differs(registry.manifests(), names, present))
    assert len(names) == len(set(names))
    assert not wrong, told(wrong)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_keeps_the_content_security_policy_and_speaks_in_messages(path):
    text = path.read_text()
    assert not list(templates.refused(text))
    assert not list(templates.untranslated(text))


def test_no_migration_is_missing():
    present = MigrationLoader(None)
    changes = MigrationAutodetector(present.project_state(), ProjectState.from_apps(apps)).changes(present.graph)
    assert {label: [migration.operations for migration in found] for label, found in changes.items()} == {}
