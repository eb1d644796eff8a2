"""$filter equals a brute-force filter over the whole list."""

from __future__ import annotations

import operator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.graph import filters
from simulator.graph.problems import GraphError
from simulator.schema import kind
from simulator.tests.direct import EVENTUAL, Caller, cloud_in
from simulator.world.tenants import products

NAMES = ("id", "displayName", "givenName", "surname", "jobTitle", "department", "userType", "accountEnabled",
         "createdDateTime", "mail", "assignedLicenses", "externalUserState", "onPremisesSyncEnabled")  # fmt: skip
TEXTS = ("displayName", "givenName", "surname", "jobTitle", "department", "mail")
VALUES = ["Sales", "Finance", "anna", "Engineer", "M", "weber", "O'Neil", "Zz", "clerk"]
OPERATORS = {name: getattr(operator, name) for name in ("eq", "ne", "gt", "ge", "lt", "le")}


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    return Caller(cloud_in(tmp_path_factory.mktemp("sim"), "demo"))


@pytest.fixture(scope="module")
def everybody(caller):
    return caller.all(f"/users?$top=999&$select={','.join(NAMES)}")


def _ordered(name, sign, wished):
    def test(user):
        value = user[name]
        if sign in {"eq", "ne"}:
            return OPERATORS[sign](value and value.lower(), wished.lower())
        return value is not None and OPERATORS[sign](value.lower(), wished.lower())

    return test


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


compared = st.tuples(st.sampled_from(TEXTS), st.sampled_from(sorted(OPERATORS)), st.sampled_from(VALUES)).map(
    lambda t: (f"{t[0]} {t[1]} {_quoted(t[2])}", _ordered(*t))
)
starting = st.tuples(
    st.sampled_from(TEXTS), st.sampled_from(["startsWith", "startswith"]), st.sampled_from(VALUES)
).map(lambda t: (f"{t[1]}({t[0]},{_quoted(t[2])})", lambda u: (u[t[0]] or "").lower().startswith(t[2].lower())))
ending = st.sampled_from(["example", "Weber", "a"]).map(
    lambda w: (f"endsWith(displayName,'{w}')", lambda u: u["displayName"].lower().endswith(w.lower()))
)
one_of = st.lists(st.sampled_from(VALUES), min_size=1, max_size=4).map(
    lambda ws: (f"department in ({', '.join(map(_quoted, ws))})",
                lambda u: u["department"].lower() in [w.lower() for w in ws])
)  # fmt: skip
flags = st.sampled_from(["true", "false"]).map(
    lambda w: (f"accountEnabled eq {w}", lambda u: u["accountEnabled"] is (w == "true"))
)
missing = st.sampled_from(["externalUserState", "onPremisesSyncEnabled"]).map(
    lambda n: (f"{n} eq null", lambda u: u[n] is None)
)
days = st.sampled_from(["2024-01-01", "2022-06-15T12:00:00Z"])
dated = st.tuples(st.sampled_from(["ge", "le", "gt", "lt"]), days).map(
    lambda t: (f"createdDateTime {t[0]} {t[1]}",
               lambda u: OPERATORS[t[0]](u["createdDateTime"], t[1] if "T" in t[1] else f"{t[1]}T00:00:00Z"))
)  # fmt: skip
licensed = st.sampled_from(sorted(products())).map(
    lambda part: (f"assignedLicenses/any(x:x/skuId eq {products()[part]['id']})",
                  lambda u: products()[part]["id"] in [held["skuId"] for held in u["assignedLicenses"]])
)  # fmt: skip
leaves = compared | starting | ending | one_of | flags | missing | dated | licensed
expressions = st.recursive(
    leaves,
    lambda inner: (
        st.tuples(inner, inner).map(lambda p: (f"({p[0][0]} and {p[1][0]})", lambda u: p[0][1](u) and p[1][1](u)))
        | st.tuples(inner, inner).map(lambda p: (f"({p[0][0]} or {p[1][0]})", lambda u: p[0][1](u) or p[1][1](u)))
        | inner.map(lambda p: (f"not({p[0]})", lambda u: not p[1](u)))
    ),
    max_leaves=4,
)


@pytest.mark.rule("SIM-19")
@given(expression=expressions)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_filter_finds_what_brute_force_finds(caller, everybody, expression):
    """$filter results equal a brute-force filter over the whole list, for 200 generated expressions."""
    text, test = expression
    found = caller.all(f"/users?$filter={quote(text)}&$count=true&$select=id&$top=999", **EVENTUAL)
    assert [user["id"] for user in found] == [user["id"] for user in everybody if test(user)]


def test_and_binds_tighter_than_or(caller, everybody):
    text = "department eq 'Sales' or department eq 'IT' and accountEnabled eq false"
    found = caller.all(f"/users?$filter={quote(text)}&$select=id&$top=999")
    wished = [u["id"] for u in everybody
              if u["department"] == "Sales" or (u["department"] == "IT" and not u["accountEnabled"])]  # fmt: skip
    assert [user["id"] for user in found] == wished
    assert wished


def test_unified_groups_are_found_by_their_type(caller):
    groups = caller.all("/groups?$select=id,groupTypes")
    found = caller.all("/groups?$filter=groupTypes/any(c:c eq 'Unified')&$select=id")
    assert [group["id"] for group in found] == [group["id"] for group in groups if "Unified" in group["groupTypes"]]
    teams = caller.all(
        "/groups?$filter=resourceProvisioningOptions/Any(x:x eq 'Team')&$select=id,resourceProvisioningOptions"
    )
    assert teams
    assert all(team["resourceProvisioningOptions"] == ["Team"] for team in teams)


def test_a_filter_looks_into_sign_in_activity(caller):
    users = caller.all("/users?$select=id,signInActivity")
    found = caller.all("/users?$filter=signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z&$select=id")
    old = [
        u["id"]
        for u in users
        if u["signInActivity"] and u["signInActivity"]["lastSignInDateTime"] <= "2026-01-01T00:00:00Z"
    ]
    assert [user["id"] for user in found] == old


@given(text=st.text(alphabet="abeqnot() ,:'/-0123T$Z", max_size=60) | st.text(max_size=40))
@settings(max_examples=400, deadline=None)
def test_any_other_text_is_refused_in_graphs_words(text):
    with pytest.raises(GraphError) as refusal:
        filters.parse(f"{text} and", kind("users"))
    assert refusal.value.answer.status == 400
