"""Microsoft's published examples: whatever they show is sent, with the same JSON types.

examples.json holds the keys and JSON types of the examples of served calls, no values; cut from the Microsoft Graph
documentation, (c) Microsoft Corporation, CC BY 4.0 / MIT (`../shared/graph-examples` beside the repository).
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from simulator import schema
from simulator.graph import permissions
from simulator.tests.direct import EVENTUAL, Caller, cloud_in
from simulator.world.kinds import collections

HERE = Path(__file__).parent
EXAMPLES = json.loads((HERE / "examples.json").read_text())
ERRORS = tomllib.loads((HERE / "example_errors.toml").read_text())
NAMES = {bool: "boolean", int: "number", float: "number", str: "string", dict: "object", list: "list"}


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    everything = {name for row in permissions.table().values() for names in row.values() for name in names}
    return Caller(cloud_in(tmp_path_factory.mktemp("sim"), "demo"), "lamna.example", tuple(everything))


@pytest.fixture(scope="module")
def first(caller):
    world, tenant = caller.cloud.world, caller.tenant
    known = world.memberships(tenant)
    full = next(one for one, refs in known.members.items() if {entity for entity, _id in refs} >= {"users", "groups"})
    found = {
        schema.kind(one).path.lower(): [world.generated(tenant, one, index, ("id",))["id"]
                                        for index in range(min(100, known_as.count(world, tenant)))]
        for one, known_as in collections().items()
    }  # fmt: skip
    return found | {"/groups": [full, *found["/groups"]]}


def _told(value, place=""):
    """Every key of a value with its JSON type, as far as it is not null."""
    if isinstance(value, list):
        for item in value:
            yield from _told(item, place)
    if isinstance(value, dict):
        for name, item in value.items():
            inner = f"{place}.{name}" if place else name
            if item is not None:
                yield inner, NAMES[type(item)]
            yield from _told(item, inner)


@pytest.mark.rule("SIM-17")
@pytest.mark.parametrize("call", sorted(EXAMPLES))
def test_what_the_examples_show_is_sent(caller, first, call):
    """All keys of each example of a served endpoint occur with equal JSON types, save the listed page errors."""
    path, _mark, query = call.partition("?")
    most = 100 if path.endswith("{id}") else 10 if path.startswith("/users") else 1
    told = {}
    for object_id in first.get(path.partition("/{id}")[0], [""])[:most]:
        body = caller.get(f"{path.replace('{id}', object_id)}?{query}", **EVENTUAL)
        told |= dict(_told(body["value"] if isinstance(body.get("value"), list) else body))
    wrong = {key: sort for key, sort in EXAMPLES[call].items() if told.get(key) != sort}
    assert set(wrong) == set(ERRORS.get(call, {})), wrong


def test_every_listed_error_has_a_reason():
    assert set(ERRORS) <= set(EXAMPLES)
    assert all(reason.endswith(".") for errors in ERRORS.values() for reason in errors.values())
