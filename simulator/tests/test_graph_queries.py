"""What a list may be asked, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import pytest

from simulator import schema
from simulator.tests.direct import EVENTUAL, Caller, cloud_in

UNSUPPORTED = (400, "Request_UnsupportedQuery")


@pytest.fixture(scope="module")
def caller(tmp_path_factory):
    return Caller(cloud_in(tmp_path_factory.mktemp("sim"), "demo"))


@pytest.mark.rule("SIM-18")
def test_select_gives_exactly_the_chosen_properties(caller):
    """$select returns exactly the chosen properties; the default sets are those of Graph."""
    assert {tuple(user) for user in caller.get("/users?$select=displayName,mail")["value"]} == {("displayName", "mail")}
    assert set(caller.get("/users")["value"][0]) == {
        "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
        "preferredLanguage", "surname", "userPrincipalName", "id"}  # fmt: skip
    assert set(caller.get("/groups")["value"][0]) == set(schema.kind("groups").default)
    user = caller.get("/users")["value"][0]
    assert set(caller.get(f"/users/{user['id']}?$select=city")) == {"@odata.context", "city"}
    assert set(caller.get("/subscribedSkus?$select=skuId")["value"][0]) == {"skuId"}


@pytest.mark.rule("SIM-23")
@pytest.mark.parametrize("top", [1, 7, 100, 999])
def test_following_next_links_yields_each_object_once(caller, top):
    """Pages hold as many as asked for, keep select and filter, and show each object once."""
    path = f"/users?$top={top}&$select=id,userType&$filter=userType eq 'Member'"
    first = caller.get(path)
    assert len(first["value"]) == min(top, 225) or "@odata.nextLink" not in first
    found = caller.all(path)
    assert len({user["id"] for user in found}) == len(found) > 200
    assert {tuple(user) for user in found} == {("id", "userType")}
    assert {user["userType"] for user in found} == {"Member"}


@pytest.mark.rule("SIM-23")
def test_a_deletion_between_two_pages_moves_nobody(tmp_path):
    """Each object comes once even when others are made and deleted between the pages."""
    caller = Caller(cloud_in(tmp_path))
    made = [
        caller.send("POST", "/groups", {"displayName": f"New {n}", "mailEnabled": False, "mailNickname": f"new{n}",
                                        "securityEnabled": True}) for n in range(4)
    ]  # fmt: skip
    ids = [msgspec.json.decode(answer.body)["id"] for answer in made]
    page = caller.get("/groups?$top=5&$select=id")
    assert caller.send("DELETE", f"/groups/{ids[0]}").status == 204
    rest = caller.all(page["@odata.nextLink"])
    assert [group["id"] for group in page["value"] + rest][-4:] == ids


@pytest.mark.rule("SIM-24")
def test_an_altered_skiptoken_is_refused(caller):
    """A tampered skiptoken, or one of another list, gives 400."""
    following = caller.get("/users?$top=5")["@odata.nextLink"]
    altered = following[:-4] + ("AAAA" if following[-4:] != "AAAA" else "BBBB")
    assert caller.refused(altered) == (400, "Directory_ExpiredPageToken")
    assert caller.refused(following.replace("/users?", "/groups?")) == (400, "Directory_ExpiredPageToken")
    partly = caller.get("/users/delta?$top=5")["@odata.nextLink"]
    assert caller.refused(partly.replace("/users/delta?", "/users?")) == (400, "Directory_ExpiredPageToken")


@pytest.mark.rule("SIM-20")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/users?$skip=5", (400, "Request_BadRequest")),
        ("/users?$top=1000", UNSUPPORTED),
        ("/users?$top=0", UNSUPPORTED),
        ("/users?$top=all", UNSUPPORTED),
        ("/users?$select=nonsense", (400, "BadRequest")),
        ("/users?$expand=nonsense", (400, "BadRequest")),
        ("/users?$expand=memberOf($filter=id eq 'x')", UNSUPPORTED),
        ("/users?$apply=aggregate", UNSUPPORTED),
        ("/users?$orderby=jobTitle", UNSUPPORTED),
        ("/users?$filter=contains(displayName,'a')", UNSUPPORTED),
        ("/users?$filter=nonsense eq 'a'", UNSUPPORTED),
        ("/users?$filter=businessPhones eq 'a'", UNSUPPORTED),
        ("/users?$filter=displayName has 'a'", UNSUPPORTED),
        ("/users?$filter=displayName eq", (400, "BadRequest")),
        ("/users?$filter=displayName eq true", (400, "BadRequest")),
        ("/users?$filter=createdDateTime ge 'monday'", (400, "BadRequest")),
        ("/users?$filter=" + "not " * 300 + "accountEnabled eq true", UNSUPPORTED),
        ("/users?$filter=" + "(" * 300 + "accountEnabled eq true" + ")" * 300, UNSUPPORTED),
        ("/users/delta?$filter=accountEnabled eq true", UNSUPPORTED),
        ("/users/delta?$select=signInActivity", UNSUPPORTED),
        ("/subscribedSkus?$filter=skuPartNumber eq 'SPB'", UNSUPPORTED),
        ("/nonsense", (400, "BadRequest")),
        ("/users/00000000-0000-4000-8000-000000000000", (404, "Request_ResourceNotFound")),
        ("/users/nobody@contoso.example", (404, "Request_ResourceNotFound")),
    ],
)
def test_a_query_that_is_not_served_is_refused(caller, path, expected):
    """Each unsupported query gives Graph's status and code, never a list as if nothing had been asked."""
    assert caller.refused(path) == expected


@pytest.mark.rule("SIM-21")
@pytest.mark.parametrize(
    "query",
    [
        '$search="displayName:an"', "$filter=endsWith(mail,'.example')", "$filter=userType ne 'Guest'",
        "$filter=not(userType eq 'Guest')", "",
    ],
)  # fmt: skip
def test_advanced_queries_need_the_header_and_the_count(caller, query):
    """Advanced queries fail without, and work with, ConsistencyLevel and $count."""
    assert caller.refused(f"/users?{query}&$count=true") == UNSUPPORTED
    if query:
        assert caller.refused(f"/users?{query}", **EVENTUAL) == UNSUPPORTED
    page = caller.get(f"/users?{query}&$count=true&$top=999", **EVENTUAL)
    assert page["@odata.count"] == len(page["value"]) > 0


@pytest.mark.rule("SIM-22")
def test_order_search_and_count_agree_with_the_whole_list(caller):
    """$orderby, $search and $count agree with the unfiltered list."""
    everybody = caller.all("/users?$select=id,displayName,surname&$top=999")
    ordered = caller.all("/users?$select=displayName&$orderby=displayName desc&$top=50")
    names = sorted((user["displayName"].lower() for user in everybody), reverse=True)
    assert [user["displayName"].lower() for user in ordered] == names
    found = caller.all('/users?$search="displayName:an"&$count=true&$select=id,displayName', **EVENTUAL)
    expected = [u["id"] for u in everybody if any(w.lower().startswith("an") for w in u["displayName"].split())]
    assert [user["id"] for user in found] == expected
    assert int(caller.send("GET", "/users/$count", **EVENTUAL).body) == len(everybody) == caller.tenant.users
    assert caller.refused("/users/$count") == UNSUPPORTED


@pytest.mark.rule("SIM-22")
def test_an_expansion_shows_what_the_list_of_members_shows(caller):
    """$expand, one level deep and with $select inside, agrees with the relation's own address."""
    for group in caller.get("/groups?$expand=members($select=id,displayName)&$top=8")["value"]:
        listed = caller.all(f"/groups/{group['id']}/members?$select=id,displayName")
        assert group["members"] == listed[:20]
    assert caller.refused("/groups?$expand=members,owners") == UNSUPPORTED
    assert caller.refused("/groups?$expand=members($select=nonsense)") == (400, "BadRequest")


def test_sign_in_activity_needs_a_permission_a_licence_and_small_pages(caller):
    asked = "/users?$select=id,signInActivity"
    assert len(caller.get(f"{asked}&$top=120")["value"]) == 120
    assert len(caller.all(asked)) == caller.tenant.users
    assert caller.refused(f"{asked}&$top=999") == UNSUPPORTED
    without = Caller(caller.cloud, roles=("User.Read.All",))
    assert without.refused(asked) == (403, "Authorization_RequestDenied")
    unlicensed = Caller(caller.cloud, "litware.example")
    assert unlicensed.refused(asked) == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")


@pytest.mark.rule("SIM-63")
def test_who_is_inactive_stays_inactive_as_the_clock_moves(tmp_path):
    """The same clock-advanced world still has its users who have not signed in for 90 days."""
    caller = Caller(cloud_in(tmp_path, "demo"))

    def inactive():
        day = f"{caller.cloud.world.now() - timedelta(days=90):%Y-%m-%d}"
        users = caller.all("/users?$select=id,signInActivity")
        return [u["id"] for u in users if u["signInActivity"] and u["signInActivity"]["lastSignInDateTime"] < day]

    before = inactive()
    caller.cloud.world.advance(200 * 86_400)
    assert before
    assert inactive() == before


def test_names_of_options_are_not_told_apart_by_case(caller):
    path = "/users?$orderBy=displayName&$Top=3&$Select=id"
    assert caller.get(path) == caller.get("/users?$orderby=displayName&$top=3&$select=id")


def test_the_segment_that_leads_nowhere_is_named(caller):
    for path, name in (
        ("/nonsense/x", "nonsense"),
        ("/me/nonsense/x", "nonsense"),
        ("/users/x/nonsense/y", "nonsense"),
    ):
        answer = caller.send("GET", path)
        assert f"segment '{name}'" in msgspec.json.decode(answer.body)["error"]["message"]


def test_an_address_that_names_the_version_twice_or_a_foreign_host_is_nothing(caller):
    assert caller.refused("/v1.0/v1.0/users") == (400, "BadRequest")


@pytest.mark.rule("SIM-62")
def test_a_property_in_a_data_file_appears_without_code(tmp_path):
    """A property added to a schema data file appears in what is made, without a code change."""
    text = (schema.FOLDER / "users.toml").read_text()
    file = tmp_path / "users.toml"
    file.write_text(
        f'{text}\nfavouriteColour = {{ type = "string?", gen = "pick", word = 3, of = ["green", "red"] }}\n'
    )
    kind = schema.load(file)
    clock = schema.Clock(datetime(2026, 1, 1), date(2026, 1, 1))
    assert schema.maker(kind, ("favouriteColour",), clock)({}, (0, 0, 0, 1)) == {"favouriteColour": "red"}
