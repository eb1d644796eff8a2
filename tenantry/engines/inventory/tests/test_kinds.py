"""Each kind, on Microsoft's own examples and on pages that come twice, torn apart or out of order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenantry.engines.cloud.client import Page, found
from tenantry.engines.inventory import reading
from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import Membership, MembershipVersion, TenantGroup

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"


def example(name: str) -> dict[str, object]:
    """An object of Microsoft's published examples, kept beside the tests."""
    return json.loads((DATA / f"{name}.json").read_text())


def promoted(kind: str, body: object) -> dict[str, object]:
    return kind_of(kind).promote(json.dumps(body).encode())


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_a_kind_promotes_every_column_of_its_rows_even_of_an_empty_body(kind):
    base = {"id", "partner_id", "customer_id", "source_id", "changed_at", "object_id", "hash", "body", *kind.links}
    columns = {field.column for field in kind.model._meta.concrete_fields} - base
    assert kind.promote(b"{}").keys() == columns


def test_a_role_assignment_of_microsofts_example():
    assert promoted("role_assignments", example("role_assignment")) == {
        "role_id": "62e90394-69f5-4237-9190-012177145e10", "principal_id": "ace08ec9-aa11-4ada-9145-addf0398233e",
        "part": "/",
    }  # fmt: skip


def test_a_role_of_microsofts_example_is_the_tenants_own_and_ordinary():
    found = promoted("role_definitions", example("role_definition"))
    assert (found["display_name"], found["builtin"], found["privileged"]) == (
        "Application Registration Reader", False, False,
    )  # fmt: skip


def test_a_policy_of_microsofts_example_blocks_and_is_off():
    found = promoted("conditional_access", example("conditional_access_policy"))
    assert (found["state"], found["controls"], found["everyone"]) == ("disabled", ["block"], False)


def test_places_of_microsofts_examples_are_networks_or_countries():
    networks, countries = (promoted("named_locations", example(f"named_location_{one}")) for one in ("ip", "country"))
    assert (networks["networks"], networks["parts"], networks["trusted"]) == (True, 2, False)
    assert (countries["networks"], countries["parts"]) == (False, 2)


def test_a_secure_score_of_microsofts_example_has_its_own_date():
    found = promoted("secure_score", example("secure_score"))
    assert (found["current"], found["maximum"], found["as_of"]) == (387.0, 697.0, "2019-03-19T15:21:00Z")


def test_members_stand_apart_from_the_group_and_leave_its_hash_alone():
    plain, linked = group("g1", "Sales"), group("g1", "Sales", members=["u1"], gone=["u2"])
    assert linked.hash == plain.hash
    assert b"members@delta" not in linked.body
    assert [(link.id, link.kind, link.removed) for link in linked.links] == [
        ("u1", "user", False), ("u2", "user", True),
    ]  # fmt: skip


def test_a_group_that_comes_again_for_its_members_alone_is_not_rewritten(contoso):
    taken(contoso, [group("g1", "Sales", members=["u1"]), bare("g1", ["u2"])])
    with contoso.here():
        assert TenantGroup.objects.get(object_id="g1").display_name == "Sales"
        assert TenantGroup.objects.get(object_id="g1").members == 2


def test_who_leaves_a_group_leaves_a_version_and_the_count(contoso):
    taken(contoso, [group("g1", "Sales", members=["u1", "u2"], owners=["u3"])])
    taken(contoso, [group("g1", "Sales", gone=["u1"])])
    with contoso.here():
        one = TenantGroup.objects.get(object_id="g1")
        assert (one.members, one.owners) == (1, 1)
        assert MembershipVersion.objects.get().member_id == "u1"


def test_a_group_that_is_gone_takes_its_memberships_along(contoso):
    taken(contoso, [group("g1", "Sales", members=["u1", "u2"])])
    taken(contoso, [removed("g1")])
    with contoso.here():
        assert not Membership.objects.exists()
        assert MembershipVersion.objects.count() == 2


def test_a_full_read_after_a_lost_token_ends_memberships_that_it_does_not_meet(contoso):
    taken(contoso, [group("g1", "Sales", members=["u1", "u2"])])
    with contoso.here():
        reading.restart(reading.state_of(contoso.source_id, "groups"))
    taken(contoso, [group("g1", "Sales", members=["u2"])])
    with contoso.here():
        assert [row.member_id for row in Membership.objects.all()] == ["u2"]
        assert TenantGroup.objects.get(object_id="g1").members == 1


OBJECTS = st.lists(
    st.tuples(st.sampled_from(["g1", "g2", "g3"]), st.sets(st.sampled_from(["u1", "u2", "u3"]))), min_size=1, max_size=6
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OBJECTS, st.randoms(use_true_random=False))
def test_pages_replayed_reordered_and_doubled_give_the_same_rows(contoso, objects, chance):
    pages = [[group(name, f"Group {name}", members=sorted(members))] for name, members in objects]
    expected = rows_after(contoso, pages)
    shuffled = [*pages, *chance.sample(pages, chance.randint(0, len(pages)))]
    chance.shuffle(shuffled)
    assert rows_after(contoso, shuffled) == expected


def rows_after(contoso, pages):
    """What stands when these pages have been taken, from nothing."""
    with contoso.here():
        for model in (TenantGroup, Membership):
            model.objects.all().delete()
        state = reading.state_of(contoso.source_id, "groups")
        state.token, state.link, state.read_at = "", "", None
        state.save()
    taken(contoso, *pages)
    with contoso.here():
        groups = set(TenantGroup.objects.values_list("object_id", "display_name", "members"))
        return groups, set(Membership.objects.values_list("group_id", "relation", "member_id"))


def taken(contoso, *pages):
    """Take pages of the delta of groups, the last of which ends it."""
    for number, objects in enumerate(pages, 1):
        last = number == len(pages)
        page = Page(list(objects), None if last else f"next-{number}", "token" if last else None)
        with contoso.here():
            state = reading.state_of(contoso.source_id, "groups")
            if not state.link:
                reading.begin(state, None)
            reading.take(state, contoso.source(), page)


def group(name, title, members=(), owners=(), gone=()):
    """A group as a delta page tells it."""
    body = {"id": name, "displayName": title}
    if members or gone:
        body["members@delta"] = [*(user(one) for one in members), *(user(one) | _GONE for one in gone)]
    if owners:
        body["owners@delta"] = [user(one) for one in owners]
    return found(json.dumps(body, separators=(",", ":")).encode())


_GONE = {"@removed": {"reason": "deleted"}}


def bare(name, members):
    return found(json.dumps({"id": name, "members@delta": [user(one) for one in members]}).encode())


def removed(name):
    return found(json.dumps({"id": name} | _GONE).encode())


def user(name):
    return {"@odata.type": "#microsoft.graph.user", "id": name}
