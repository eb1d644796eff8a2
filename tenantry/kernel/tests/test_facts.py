"""Facts are sealed by the database, never changed, and erasable where they name somebody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
import pytest
from django.db import DatabaseError, connections, transaction

from tenantry.kernel import facts, scope
from tenantry.kernel.actor import Actor, system
from tenantry.kernel.facts import Code, Fact, Personal
from tenantry.kernel.models import Fact as Row
from tenantry.kernel.models import FactLabel, FactSeal, Outbox
from tests.rules import rule

REGION = "de-westcentral"
pytestmark = pytest.mark.django_db(databases=["directory", "de-westcentral", "ch-north"], transaction=True)


@dataclass(frozen=True)
class DoorOpened(Fact):
    door: int
    colour: Code
    opener: Personal


SOPHIE = Actor("person", 7, "Sophie Lindqvarn", 41, REGION, (), "192.0.2.7")


def opened(door: int, partner: int = 41) -> None:
    with scope.task(partner, REGION):
        facts.record(SOPHIE, DoorOpened(door, Code("green"), Personal("Sophie")), customer=door)


def test_seals_follow_the_order_of_commits_and_chain_the_bytes():
    for door in (1, 2, 3):
        opened(door)
    previous = b""
    with scope.task(41, REGION):
        for number, seal in enumerate(FactSeal.objects.order_by("sequence").select_related("fact"), 1):
            body = bytes(seal.fact.body)
            assert seal.sequence == number
            previous = hashlib.sha256(previous + number.to_bytes(8, "big") + body).digest()
            assert bytes(seal.hash) == previous
    assert number == 3


def test_each_partner_has_a_chain_of_its_own():
    opened(1)
    opened(2, partner=42)
    with scope.task(42, REGION):
        assert [seal.sequence for seal in FactSeal.objects.all()] == [1]


def test_a_rolled_back_act_leaves_no_fact_and_no_seal():
    with scope.task(41, REGION):
        facts.record(SOPHIE, DoorOpened(1, Code("green"), Personal("Sophie")))
        transaction.set_rollback(True, using=REGION)
    with scope.task(41, REGION):
        assert Row.objects.count() == FactSeal.objects.count() == Outbox.objects.count() == 0


def test_what_names_a_person_stands_in_the_bytes_as_a_commitment_only():
    opened(1)
    with scope.task(41, REGION):
        row = Row.objects.get()
        body = bytes(row.body)
        assert b"Sophie" not in body
        assert b"192.0.2.7" not in body
        labels = {label.field: label for label in FactLabel.objects.all()}
        assert {name: label.value for name, label in labels.items()} == {
            "opener": "Sophie",
            "actor": "Sophie Lindqvarn",
            "address": "192.0.2.7",
        }
        committed = msgspec.json.decode(body)["values"]["opener"]
        assert committed == hashlib.sha256(bytes(labels["opener"].salt) + b"Sophie").hexdigest()


@rule("SET-25")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_fact SET name = 'x'",
        "DELETE FROM kernel_fact",
        "UPDATE kernel_factseal SET sequence = 9",
        "DELETE FROM kernel_factseal",
        "INSERT INTO kernel_factseal (fact_id, partner_id, sequence, previous, hash)"
        " VALUES (gen_random_uuid(), 41, 9, '', '')",
    ],
)
def test_the_database_refuses_to_change_facts_and_to_write_seals(statement):
    """UPDATE or DELETE on facts, and any write to seals, by the application's role is refused by the database."""
    opened(1)
    with scope.task(41, REGION):
        with pytest.raises(DatabaseError), transaction.atomic(using=REGION), connections[REGION].cursor() as cursor:
            cursor.execute(statement)
        assert (Row.objects.count(), FactSeal.objects.get().sequence) == (1, 1)


def test_a_reaction_gets_one_outbox_row_named_for_fact_and_reaction(monkeypatch):
    monkeypatch.setitem(facts._reactions, DoorOpened.name(), ["tests.close_it", "tests.paint_it"])
    started = []
    monkeypatch.setattr("tenantry.kernel.ports._dispatcher", type("D", (), {"dispatch": staticmethod(started.extend)}))
    with scope.task(41, REGION):
        fact = facts.record(SOPHIE, DoorOpened(1, Code("green"), Personal("Sophie")))
        assert not started
    assert {row.id for row in started} == {f"{fact}:tests.close_it", f"{fact}:tests.paint_it"}


def test_a_fact_is_named_for_its_folder_and_class():
    assert DoorOpened.name().endswith(".door_opened")


def test_a_system_actor_holds_every_permission_unless_its_task_names_fewer():
    assert system(41, REGION).holds("anything.at_all")
    assert not system(41, REGION, frozenset({"customers.view"})).holds("customers.edit")


def test_a_temporary_table_cannot_catch_the_seals():
    try:
        with scope.task(41, REGION), connections[REGION].cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE kernel_factseal AS SELECT * FROM kernel_factseal")
            facts.record(SOPHIE, DoorOpened(1, Code("green"), Personal("Sophie")))
    finally:
        connections[REGION].close()
    with scope.task(41, REGION):
        assert FactSeal.objects.count() == 1
