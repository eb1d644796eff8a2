"""What is sent has the types that Microsoft publishes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator import schema
from simulator.tests.direct import Caller, cloud_in

TYPES = json.loads((Path(__file__).parent / "types.json").read_text())
"""From schemas/v1.0-Prod.csdl of microsoftgraph/msgraph-metadata, 2026-08-20 (MIT, (c) Microsoft), an extract."""
GONE = {"creationOptions"}  # sent by the service, absent from the published types
PLAIN = {"Edm.String": str, "Edm.Boolean": bool, "Edm.Int32": int, "Edm.DateTimeOffset": str, "Edm.Guid": str}


def _wrong(value, type_name, where):
    """Every place where a value is not of its type."""
    if value is None:
        return [] if type_name.endswith("?") else [f"{where}: null"]
    plain = type_name.rstrip("?")
    if plain.startswith("[]"):
        return [one for item in value for one in _wrong(item, f"{plain[2:]}?", where)]
    if plain in PLAIN:
        return [] if type(value) is PLAIN[plain] else [f"{where}: {value!r} is no {plain}"]
    if "members" in TYPES[plain]:
        return [] if value in TYPES[plain]["members"] else [f"{where}: {value!r}"]
    return _strange(value, plain)


def _strange(item, type_name):
    """Every property that an object should not have, or has with another type."""
    known, found = TYPES[type_name]["props"], []
    for name, value in item.items():
        if name.startswith("@odata.") or name in GONE:
            continue
        found += (
            _wrong(value, known[name], f"{type_name}.{name}") if name in known else [f"{type_name}.{name}: unknown"]
        )
    return found


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    return Caller(cloud_in(tmp_path_factory.mktemp("sim"), "demo"), "humongous.example")


@pytest.mark.rule("SIM-16")
@pytest.mark.parametrize("entity", ["users", "groups", "organization", "domains", "subscribedSkus"])
def test_every_property_has_the_published_type(caller, entity):
    """Every reply validates against the published types: property known, JSON type, nullability, enum member."""
    kind = schema.kind(entity)
    replies = caller.get(f"/{entity}?$select={','.join(kind.properties)}")["value"] + caller.get(f"/{entity}")["value"]
    assert replies
    assert [one for item in replies for one in _strange(item, kind.type)] == []


@pytest.mark.rule("SIM-16")
def test_what_is_pointed_to_has_the_published_type(caller):
    """Licences, memberships and members validate by the type that they name."""
    user = caller.all("/users?$top=1&$filter=userPrincipalName eq 'admin@humongous.example'")[0]["id"]
    licences = caller.get(f"/users/{user}/licenseDetails")["value"]
    assert licences
    assert [one for item in licences for one in _strange(item, "microsoft.graph.licenseDetails")] == []
    related = caller.all(f"/users/{user}/transitiveMemberOf")
    related += [one for group in caller.get("/groups?$expand=members&$top=20")["value"] for one in group["members"]]
    assert {item["@odata.type"] for item in related} >= {"#microsoft.graph.user", "#microsoft.graph.group"}
    assert [one for item in related for one in _strange(item, item["@odata.type"][1:])] == []
