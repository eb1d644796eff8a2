"""What is sent has the types that Microsoft publishes, at the addresses that it publishes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simulator import schema
from simulator.graph import permissions
from simulator.graph.routes import ROUTES
from simulator.tests.direct import EVENTUAL, Caller, cloud_in, subscribed
from simulator.tests.published import EXCEPTIONS, PATHS, TYPES, plain, strange
from simulator.world.kinds import collections

ORACLE = Path(os.environ.get("GRAPH_ORACLE", Path(__file__).parents[3] / "shared" / "graph-oracle"))
"""Where Microsoft's whole descriptions are; they are too large for the repository, which holds an extract."""
DELEGATED = ("/me", "/me/licensedetails", "/me/transitivememberof")
GETS = sorted({endpoint for method, _pattern, endpoint, _handler in ROUTES if method == "GET"})


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    """An app that may do everything, in a tenant that has everything."""
    everything = {name for row in permissions.table().values() for names in row.values() for name in names}
    return Caller(cloud_in(tmp_path_factory.mktemp("sim"), "demo"), "lamna.example", (*everything, "AuditLog.Read.All"))


@pytest.fixture(scope="module")
def first(caller):
    """The first object of each kind by its address in lower case; of groups, one that is in another."""
    world, tenant = caller.cloud.world, caller.tenant
    found = {schema.kind(one).path.lower(): world.generated(tenant, one, 0, ("id",))["id"] for one in collections()}
    known = world.memberships(tenant)
    group = next(one for one in known.groups_of if known.members.get(one) and known.owners.get(one))
    own = caller.get("/servicePrincipals?$filter=startsWith(displayName,'Proseware')")["value"]
    found["/subscriptions"] = subscribed(caller)
    return found | {"/groups": group} | ({"/serviceprincipals": own[0]["id"]} if own else {})


def _asked(caller, first, endpoint, query=""):
    place = endpoint.partition("/{id}")[0]
    claims = None
    if endpoint in DELEGATED:
        claims = caller.claims(oid=first["/users"], app_only=False, scp=caller.roles)
    answer = caller.send("GET", endpoint.replace("{id}", first.get(place, "")) + query, claims=claims, **EVENTUAL)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def _kind_of(body):
    """The kind that an answer says it is of; None for directory objects of any kind."""
    named = body["@odata.context"].partition("$metadata#")[2].split("/$entity")[0].split("(")[0]
    known = {name: schema.kind(one) for one in schema.entities() for name in (one, schema.kind(one).path[1:])}
    return known.get(named)


def _strange_in(body):
    kind = _kind_of(body)
    items = body["value"] if isinstance(body.get("value"), list) else [body]
    return [one for item in items for one in strange(item, kind.type if kind else _type(item))]


def _type(item):
    """The type that an object names; a subscription names none."""
    return item["@odata.type"][1:] if "@odata.type" in item else "microsoft.graph.subscription"


@pytest.mark.rule("SIM-16")
@pytest.mark.parametrize("endpoint", [one for one in GETS if not one.endswith("/$count")])
def test_every_reply_validates(caller, first, endpoint):
    """Every reply on v1.0 validates: property known for the resolved type, JSON type, nullability, enum member."""
    body = _asked(caller, first, endpoint)
    assert _strange_in(body) == []
    assert body.get("value", [body]) or endpoint.endswith(("owners", "approleassignedto"))


@pytest.mark.rule("SIM-16")
@pytest.mark.parametrize("entity", [one for one in collections() if "list" in schema.kind(one).serves])
def test_every_property_that_can_be_selected_validates(caller, first, entity):
    """So does every property that is sent only when it is asked for, and everything that can be expanded."""
    kind = schema.kind(entity)
    most = 100 if entity == "users" else 999  # sign-in activity comes in smaller pages
    body = _asked(caller, first, kind.path, f"?$select={','.join(kind.properties)}&$top={most}")
    assert _strange_in(body) == []
    for relation in kind.expand:
        items = _asked(caller, first, kind.path, f"?$expand={relation}&$top=20")["value"]
        shown = [one for item in items for one in _listed(item[relation])]
        assert shown or relation == "owners"
        assert [one for item in shown for one in strange(item, RELATED.get(relation, ""))] == []


RELATED = {"appRoleAssignments": "microsoft.graph.appRoleAssignment",
           "roleDefinition": "microsoft.graph.unifiedRoleDefinition",
           "inheritsPermissionsFrom": "microsoft.graph.unifiedRoleDefinition"}  # fmt: skip
"""What relations point to that do not name the type of each object."""


def _listed(shown):
    return shown if isinstance(shown, list) else [shown]


@pytest.mark.rule("SIM-16")
def test_what_is_not_published_is_found(caller):
    """An unknown property, a wrong type, a null and a strange member are each found by the validation."""
    policy = caller.get("/identity/conditionalAccess/policies?$top=1")["value"][0]
    assert strange(policy, "microsoft.graph.conditionalAccessPolicy") == []
    for change in ({"colour": "red"}, {"displayName": 3}, {"conditions": None}, {"state": "on"},
                   {"createdDateTime": "yesterday"}, {"conditions": {"clientAppTypes": ["fax"]}}):  # fmt: skip
        assert len(strange(policy | change, "microsoft.graph.conditionalAccessPolicy")) == 1


@pytest.mark.rule("SIM-15")
@pytest.mark.parametrize("endpoint", sorted({endpoint for _m, _p, endpoint, _h in ROUTES}))
def test_every_path_is_published(endpoint):
    """Every v1.0 path served is published, is reached from /me by a property, or is an exception with a reason."""
    known = {plain(path) for path in PATHS} | {plain(path) for path in EXCEPTIONS["paths"]}
    navs = {f"/me/{name.lower()}" for name in TYPES["microsoft.graph.user"]["navs"]} | {"/me"}
    assert plain(endpoint) in known | navs


@pytest.mark.rule("SIM-15")
def test_every_exception_is_needed_and_has_a_reason():
    """An exception that is published after all, or that nothing serves, is none."""
    served = {plain(endpoint) for _m, _p, endpoint, _h in ROUTES}
    for path, reason in EXCEPTIONS["paths"].items():
        assert path in served
        assert path not in {plain(one) for one in PATHS}
        assert reason.endswith(".")


def test_the_extracts_say_what_microsoft_publishes():
    """Types and paths are those of the oracle; where the oracle is not at hand, GRAPH_ORACLE can name its folder."""
    if not ORACLE.is_dir():
        pytest.skip(f"The oracle is not at {ORACLE}; GRAPH_ORACLE names another folder. Its extract was used above.")
    types = json.loads((ORACLE / "types-v1.0.json").read_text())
    paths = (ORACLE / "paths-v1.0.txt").read_text().split("\n")
    for name, known in TYPES.items():
        told = types[name]
        assert all(known.get(part) == told.get(part) for part in ("base", "members", "props"))
        assert known.get("navs", {}).items() <= told.get("navs", {}).items()
    assert set(PATHS) <= set(paths)
    assert not set(EXCEPTIONS["types"]) & set(types)
