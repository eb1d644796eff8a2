"""Apps in the directory: what the seed has, and what comes and goes with consent."""

from __future__ import annotations

import pytest

from simulator.graph import mutations, permissions
from simulator.identity import consents
from simulator.tests.direct import Caller, cloud_in
from simulator.world.kinds.service_principals import role_ids

ROLES = ("Application.Read.All", "Directory.Read.All", "RoleManagement.ReadWrite.Directory", "User.DeleteRestore.All",
         "User.ReadWrite.All")  # fmt: skip


@pytest.fixture
def caller(tmp_path):
    return Caller(cloud_in(tmp_path), roles=ROLES)


@pytest.fixture
def consented(caller):
    """The id of the service principal of an app that the tenant has consented to."""
    consents.register(caller.cloud, {"client_id": "11111111-2222-4333-8444-555555555555", "display_name": "Portal"})
    app = consents.app(caller.cloud, "11111111-2222-4333-8444-555555555555")
    consents.grant(caller.cloud, app.client_id, caller.tenant.id, ["User.Read.All"], ["User.Read"])
    return consents.granted(caller.cloud, app.client_id, caller.tenant.id).oid


def test_an_app_that_was_consented_to_is_in_the_directory(caller, consented):
    principal = caller.get(f"/servicePrincipals/{consented}?$expand=appRoleAssignments")
    graph = caller.get("/servicePrincipals?$filter=displayName eq 'Microsoft Graph'")["value"][0]
    held = {role["value"] for one in principal["appRoleAssignments"] for role in graph["appRoles"]
            if role["id"] == one["appRoleId"]}  # fmt: skip
    assert (principal["displayName"], principal["accountEnabled"], held) == ("Portal", True, {"User.Read.All"})
    assert [one["scope"] for one in caller.get(f"/servicePrincipals/{consented}/oauth2PermissionGrants")["value"]] == [
        "User.Read"]  # fmt: skip
    assert consented in {
        one["principalId"] for one in caller.all(f"/servicePrincipals/{graph['id']}/appRoleAssignedTo")
    }


@pytest.mark.rule("SIM-25")
def test_consent_and_its_end_are_told_by_delta(caller, consented):
    """Delta of service principals and grants tells who came, was changed, and went."""
    links = [caller.delta(f"/{kind}/delta")[1] for kind in ("servicePrincipals", "oauth2PermissionGrants")]
    app = caller.get(f"/servicePrincipals/{consented}")["appId"]
    consents.disable(caller.cloud, app, caller.tenant.id)
    told, links[0] = caller.delta(links[0])
    assert [(one["id"], one["accountEnabled"]) for one in told] == [(consented, False)]
    consents.withdraw(caller.cloud, app, caller.tenant.id)
    gone = [caller.delta(link)[0] for link in links]
    assert [[one["@removed"]["reason"] for one in told] for told in gone] == [["deleted"], ["deleted"]]
    assert caller.refused(f"/servicePrincipals/{consented}") == (404, "Request_ResourceNotFound")


def test_who_deletes_the_service_principal_withdraws_the_consent(caller, consented):
    app = caller.get(f"/servicePrincipals/{consented}")["appId"]
    mutations.mutate(caller.cloud, caller.tenant, "servicePrincipals", "delete", match=consented, values={})
    assert consents.granted(caller.cloud, app, caller.tenant.id) is None
    consents.grant(caller.cloud, app, caller.tenant.id, [], [])
    assert consents.granted(caller.cloud, app, caller.tenant.id).oid != consented


def test_every_permission_that_is_asked_for_has_an_id():
    asked = {name for row in permissions.table().values() for name in row.get("app", ())}
    assert asked <= set(role_ids())


@pytest.mark.rule("SIM-75")
def test_both_paths_of_directory_roles_agree(caller):
    """Members of directoryRoles equal the active role assignments; a role given twice 400, taken twice 404."""
    user = caller.cloud.world.cast(caller.tenant.id)["member"].oid
    path = "/roleManagement/directory/roleAssignments"
    wish = {"roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451", "principalId": user, "directoryScopeId": "/"}
    assert caller.send("POST", path, wish).status == 201
    assert caller.refused(path, "POST", wish) == (400, "Request_BadRequest")
    held = {(one["roleDefinitionId"], one["principalId"]) for one in caller.all(path)}
    assert held == {(role["roleTemplateId"], one["id"]) for role in caller.all("/directoryRoles")
                    for one in caller.all(f"/directoryRoles/{role['id']}/members")}  # fmt: skip
    given = next(one["id"] for one in caller.all(f"{path}?$filter=principalId eq '{user}'"))
    assert caller.send("DELETE", f"{path}/{given}").status == 204
    assert caller.refused(f"{path}/{given}", "DELETE") == (404, "Request_ResourceNotFound")
    assert caller.cloud.world.account_by_oid(caller.tenant.id, user).directory_roles == ()


@pytest.mark.parametrize("change", [{"principalId": "nobody"}, {"roleDefinitionId": "no-role"}])
def test_a_role_needs_somebody_and_a_role_that_exist(caller, change):
    user = caller.cloud.world.cast(caller.tenant.id)["member"].oid
    wish = {"roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451", "principalId": user, "directoryScopeId": "/"}
    path = "/roleManagement/directory/roleAssignments"
    assert caller.refused(path, "POST", wish | change) == (404, "Request_ResourceNotFound")
    assert caller.refused(path, "POST", wish | {"directoryScopeId": "/groups/1"}) == (400, "Request_BadRequest")


def test_a_deleted_user_holds_no_role(caller):
    admin = caller.cloud.world.cast(caller.tenant.id)["admin"].oid
    assert caller.send("DELETE", f"/users/{admin}").status == 204
    assert admin not in {one["principalId"] for one in caller.all("/roleManagement/directory/roleAssignments")}


def test_what_was_granted_to_a_deleted_app_is_gone(caller):
    grant = caller.get("/oauth2PermissionGrants?$top=1")["value"][0]
    link = caller.delta("/oauth2PermissionGrants/delta")[1]
    mutations.mutate(caller.cloud, caller.tenant, "servicePrincipals", "delete", match=grant["clientId"], values={})
    assert grant["clientId"] not in {one["clientId"] for one in caller.all("/oauth2PermissionGrants")}
    assert {"id": grant["id"], "@removed": {"reason": "deleted"}} in caller.delta(link)[0]
