"""msgraph-sdk as it is published: lists, filters, pages, batches, writes, errors, and its own retry after 429."""

from __future__ import annotations

import asyncio
import ssl
import time

import httpx
import pytest
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.user import User
from msgraph.generated.users.users_request_builder import UsersRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.tasks.page_iterator import PageIterator

GRAPH = "https://graph.microsoft.com/.default"
Query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters


@pytest.fixture
def run(simulator, tenant, app):
    """Calls a function with a client of the SDK and its adapter, and returns what it finds."""

    def called(function):
        async def within():
            credential = ClientSecretCredential(
                tenant["id"], *app, authority=simulator.cloud_url, disable_instance_discovery=True,
                connection_verify=simulator.ca,
            )  # fmt: skip
            proof = AzureIdentityAuthenticationProvider(credential, scopes=[GRAPH], allowed_hosts=["localhost"])
            trust = ssl.create_default_context(cafile=simulator.ca)
            async with httpx.AsyncClient(verify=trust, timeout=30, trust_env=False) as bare:
                client = GraphClientFactory.create_with_default_middleware(client=bare)
                adapter = GraphRequestAdapter(proof, client)
                adapter.base_url = f"{simulator.cloud_url}/v1.0"
                return await function(GraphServiceClient(request_adapter=adapter), adapter)

        return asyncio.run(within())

    return called


def asking(**wish):
    return RequestConfiguration(query_parameters=Query(**wish))


@pytest.mark.rule("SIM-50")
def test_a_list_comes_as_objects(run):
    """msgraph-sdk unmodified: list, with the chosen properties."""
    found = run(lambda graph, _adapter: graph.users.get(asking(top=5, select=["id", "displayName"])))
    assert len(found.value) == 5
    assert all(user.id and user.display_name and user.mail is None for user in found.value)


@pytest.mark.rule("SIM-50")
def test_a_filter_chooses(run):
    """msgraph-sdk unmodified: $filter."""
    found = run(lambda graph, _adapter: graph.users.get(asking(filter="userType eq 'Guest'", select=["userType"])))
    assert {user.user_type for user in found.value} == {"Guest"}


@pytest.mark.rule("SIM-50")
def test_pages_follow_each_other_until_all_are_there(run, tenant):
    """msgraph-sdk unmodified: paging by its own iterator."""

    async def all_of(graph, adapter):
        met = []
        pages = PageIterator(await graph.users.get(asking(top=7)), adapter)
        await pages.iterate(lambda user: met.append(user.id) or True)
        return met

    met = run(all_of)
    assert len(met) == len(set(met)) == tenant["users"]


@pytest.mark.rule("SIM-50")
def test_a_batch_answers_each_of_its_requests(run):
    """msgraph-sdk unmodified: batch, whose items succeed and fail each for itself."""

    async def sent(graph, adapter):
        good = graph.users.to_get_request_information(asking(top=3, select=["id"]))
        bad = graph.users.by_user_id("nobody@contoso.example").to_get_request_information()
        items = {name: BatchRequestItem(one, name) for name, one in {"good": good, "bad": bad}.items()}
        return await BatchRequestBuilder(adapter).post(BatchRequestContent(items))

    told = run(sent)
    assert told.get_response_status_codes() == {"good": 200, "bad": 404}
    # msgraph-core 1.5.2 drops bodies that are JSON objects; what it keeps is the status and the headers
    assert told.get_response_by_id("good").content_type.startswith("application/json")


@pytest.mark.rule("SIM-50")
def test_a_write_answers_with_nothing_and_is_read_back(run):
    """msgraph-sdk unmodified: 204."""

    async def changed(graph, _adapter):
        one = (await graph.users.get(asking(top=1))).value[0]
        nothing = await graph.users.by_user_id(one.id).patch(User(job_title="Inspector"))
        again = await graph.users.by_user_id(one.id).get()
        return nothing, again.job_title

    assert run(changed) == (None, "Inspector")


@pytest.mark.rule("SIM-50")
def test_an_error_has_its_code(run):
    """msgraph-sdk unmodified: ODataError."""
    with pytest.raises(ODataError) as raised:
        run(lambda graph, _adapter: graph.users.by_user_id("nobody@contoso.example").get())
    assert (raised.value.response_status_code, raised.value.error.code) == (404, "Request_ResourceNotFound")


@pytest.mark.rule("SIM-50")
def test_a_throttled_request_is_sent_again(run, simulator):
    """msgraph-sdk unmodified: its retry after 429 waits as long as it was asked."""
    simulator.admin.fault("throttle", count=1, match={"path": "/users"}, params={"retry_after": 1})
    begun = time.monotonic()
    found = run(lambda graph, _adapter: graph.users.get(asking(top=1)))
    assert len(found.value) == 1
    assert time.monotonic() - begun >= 1
