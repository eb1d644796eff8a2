"""What holds for every kind that is listed, whatever it is: choosing, filtering, sorting, paging, refusing."""

from __future__ import annotations

import functools
import operator
from urllib.parse import quote

import pytest

from simulator import schema
from simulator.graph import permissions
from simulator.tests.direct import EVENTUAL, Caller, cloud_in
from simulator.world.kinds import collections

KINDS = [schema.kind(one) for one in sorted(collections()) if "list" in schema.kind(one).serves]
BY_NAME = {"ids": lambda kind: kind.entity}
UNSUPPORTED = (400, "Request_UnsupportedQuery")
OPERATORS = {name: getattr(operator, name) for name in ("eq", "ne", "ge", "le")}


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    everything = {name for row in permissions.table().values() for names in row.values() for name in names}
    roles = (*everything, "AuditLog.Read.All")
    return Caller(cloud_in(tmp_path_factory.mktemp("sim")), roles=roles)


@pytest.fixture(scope="module")
def wholes(caller):
    """All objects of each kind, with every property."""
    return {kind.entity: caller.all(f"{kind.path}?$select={','.join(kind.properties)}") for kind in KINDS}


def _asked(kind, expression):
    return f"{kind.path}?$filter={quote(expression)}&$select=id&$count=true"


def _literal(value):
    if isinstance(value, bool):
        return str(value).lower()
    is_moment = len(value) == len("2026-01-01T00:00:00Z") and value.endswith("Z")
    return value if is_moment else "'" + value.replace("'", "''") + "'"


def _tests(prop, values):
    """Filters of a property over some of its values, each with what it means."""
    for value in values:
        for name in sorted(set(OPERATORS) & prop.filters):
            yield f"{prop.name} {name} {_literal(value)}", functools.partial(_compares, name, value)
        for name in sorted({"startsWith", "endsWith"} & prop.filters if isinstance(value, str) else ()):
            part = value[:3] if name == "startsWith" else value[-3:]
            yield f"{name}({prop.name},{_literal(part)})", functools.partial(_touches, name.lower(), part.lower())
    if "in" in prop.filters and values and isinstance(values[0], str):
        yield f"{prop.name} in ({', '.join(map(_literal, values))})", values.__contains__


def _compares(name, value, found):
    if found is None:
        return name == "ne"
    return OPERATORS[name](_plain(found), _plain(value))


def _touches(name, part, found):
    return getattr((found or "").lower(), name)(part)


def _plain(value):
    return value.lower() if isinstance(value, str) else value


@pytest.mark.rule("SIM-19")
@pytest.mark.parametrize("kind", KINDS, **BY_NAME)
def test_a_filter_of_every_property_finds_what_brute_force_finds(caller, wholes, kind):
    """$filter results equal a brute-force filter, for every kind, property and operator that may be asked."""
    whole, asked = wholes[kind.entity], 0
    for prop in kind.properties.values():
        known = sorted({item[prop.name] for item in whole if isinstance(item.get(prop.name), str | bool)})
        for text, test in _tests(prop, [*known[:1], *known[len(known) // 2 :][:1]]):
            found = [item["id"] for item in caller.all(_asked(kind, text), **EVENTUAL)]
            assert found == [item["id"] for item in whole if test(item.get(prop.name))], text
            asked += 1
    assert asked or not any(prop.filters - {"any"} for prop in kind.properties.values())


@pytest.mark.rule("SIM-18")
@pytest.mark.parametrize("kind", KINDS, **BY_NAME)
def test_every_property_can_be_chosen_alone(caller, wholes, kind):
    """$select returns exactly the chosen properties; without it the default set is sent."""
    item = wholes[kind.entity][0]
    for name in kind.properties:
        shown = caller.get(f"{kind.path}?$select={name}&$top=1")["value"][0]
        assert {one: value for one, value in shown.items() if one != "@odata.type"} == (
            {name: item[name]} if name in item else {})  # fmt: skip
    usual = set(caller.get(f"{kind.path}?$top=1")["value"][0]) - {"@odata.type"}
    assert usual == set(kind.chosen(())) & set(item)


@pytest.mark.rule("SIM-23")
@pytest.mark.parametrize("kind", KINDS, **BY_NAME)
def test_pages_hold_each_object_once(caller, wholes, kind):
    """Following nextLink yields each object once, in pages of the size that was asked for."""
    sizes, found, following = [], [], f"{kind.path}?$top=4&$select=id"
    while following:
        page = caller.get(following)
        sizes.append(len(page["value"]))
        found += [item["id"] for item in page["value"]]
        following = page.get("@odata.nextLink")
    assert found == [item["id"] for item in wholes[kind.entity]]
    assert set(sizes[:-1]) <= {4}


@pytest.mark.rule("SIM-24")
@pytest.mark.parametrize("kind", KINDS, **BY_NAME)
def test_a_token_of_another_kind_or_an_altered_one_is_refused(caller, kind):
    """A tampered skiptoken gives 400, and so does one of another list."""
    other = "/users" if kind.entity != "users" else "/devices"
    link = caller.get(f"{other}?$top=1")["@odata.nextLink"]
    token = link.partition("$skiptoken=")[2]
    for wrong in (token, token[:-2] + "xx", "x"):
        assert caller.refused(f"{kind.path}?$skiptoken={wrong}") == (400, "Directory_ExpiredPageToken")


@pytest.mark.rule("SIM-22")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.directory], **BY_NAME)
def test_order_search_and_count_agree_with_the_list(caller, wholes, kind):
    """$orderby, $search and $count agree with the unfiltered list."""
    whole = wholes[kind.entity]
    ordered = caller.all(f"{kind.path}?$orderby=displayName desc&$select=id,displayName")
    assert [item["displayName"].lower() for item in ordered] == sorted(
        (item["displayName"].lower() for item in whole), reverse=True)  # fmt: skip
    word = whole[-1]["displayName"].split()[0].lower()
    found = caller.get(f'{kind.path}?$search="displayName:{word}"&$count=true&$top=999', **EVENTUAL)
    assert found["@odata.count"] == len(found["value"]) > 0
    assert int(caller.send("GET", f"{kind.path}/$count", **EVENTUAL).body) == len(whole)


@pytest.mark.rule("SIM-20", "SIM-21")
@pytest.mark.parametrize("kind", KINDS, **BY_NAME)
def test_what_a_kind_does_not_serve_is_refused(caller, kind):
    """Each unsupported query gives its status and code; an advanced one fails without ConsistencyLevel and $count."""
    refused = {f"$top={kind.most + 1}": UNSUPPORTED, "$top=0": UNSUPPORTED, "$select=nonsense": (400, "BadRequest"),
               "$expand=nonsense": (400, "BadRequest"), "$filter=nonsense eq 1": UNSUPPORTED,
               "$orderby=nonsense": UNSUPPORTED, "$apply=groupby": UNSUPPORTED, "$search=w": UNSUPPORTED}  # fmt: skip
    if not kind.skip:
        refused["$skip=1"] = (400, "Request_BadRequest")
    if kind.directory:
        refused |= {"$count=true": UNSUPPORTED, "$filter=not(id eq 'x')": UNSUPPORTED}
    assert {query: caller.refused(f"{kind.path}?{query}") for query in refused} == refused


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.skip], **BY_NAME)
def test_skip_passes_over_what_the_query_finds(caller, wholes, kind):
    ids = [item["id"] for item in wholes[kind.entity]]
    page = caller.get(f"{kind.path}?$skip=5&$top=2&$select=id")
    assert [item["id"] for item in page["value"]] == ids[5:7]
    assert [item["id"] for item in caller.get(page["@odata.nextLink"])["value"]] == ids[7:9]
    assert caller.get(f"{kind.path}?$skip=500")["value"] == []
    assert caller.refused(f"{kind.path}?$skip=-1") == (400, "BadRequest")


@pytest.mark.rule("SIM-39")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.premium], **BY_NAME)
def test_what_needs_a_premium_licence_is_refused_without(tmp_path, kind):
    """Conditional access without P1 gives 403 premium, for the list and for an object."""
    free = Caller(cloud_in(tmp_path, "demo"), "cohowinery.example", ("Policy.Read.All",))
    refusal = (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
    assert free.refused(kind.path) == free.refused(f"{kind.path}/anything") == refusal


@pytest.mark.rule("SIM-26")
@pytest.mark.parametrize("kind", [kind for kind in KINDS if "delta" in kind.serves], **BY_NAME)
def test_delta_tells_all_then_nothing_and_expires(tmp_path, wholes, kind, caller):
    """The delta of every kind tells all, then nothing; after seven days it is 410 with a working Location."""
    told, link = caller.delta(f"{kind.path}/delta?$top=7&$select=id")
    assert [item["id"] for item in told] == [item["id"] for item in wholes[kind.entity]]
    assert caller.delta(link)[0] == []
    late = Caller(cloud_in(tmp_path), roles=caller.roles)
    expiring = late.delta(f"{kind.path}/delta")[1]
    late.cloud.world.advance(8 * 86_400)
    answer = late.send("GET", expiring)
    assert answer.status == 410
    assert len(late.delta(answer.headers["location"])[0]) == len(told)
