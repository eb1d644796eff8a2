"""Microsoft's own client reads users; it runs where it is installed, and imports nothing of ours.

Reads from the standard input how to reach the cloud, and prints the seconds it took; the users go to a file.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from pathlib import Path

import httpx
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphServiceClient
from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core import GraphClientFactory

GRAPH = "https://graph.microsoft.com/.default"
Query = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters
COLUMNS = ("id", "display_name", "user_principal_name", "mail", "user_type", "account_enabled", "usage_location",
           "department", "job_title")  # fmt: skip


async def users(asked: dict[str, str]) -> tuple[float, list[dict[str, object]]]:
    """Seconds from the first request to the last object, and what was read."""
    credential = ClientSecretCredential(
        asked["tenant"], asked["app"], asked["secret"], authority=asked["cloud"], disable_instance_discovery=True,
        connection_verify=asked["ca"],
    )  # fmt: skip
    proof = AzureIdentityAuthenticationProvider(credential, scopes=[GRAPH], allowed_hosts=["localhost"])
    trust, found = ssl.create_default_context(cafile=asked["ca"]), []
    async with httpx.AsyncClient(verify=trust, timeout=60, trust_env=False) as bare:
        adapter = GraphRequestAdapter(proof, GraphClientFactory.create_with_default_middleware(client=bare))
        adapter.base_url = f"{asked['cloud']}/v1.0"
        wish = RequestConfiguration(query_parameters=Query(select=asked["select"].split(",")))
        wish.headers.add("Prefer", f"odata.maxpagesize={asked['page']}")
        began = time.perf_counter()
        builder = GraphServiceClient(request_adapter=adapter).users.delta
        page = await builder.get(wish)
        while True:
            found += [_values(one) for one in page.value]
            if not page.odata_next_link or len(found) >= int(asked["most"]):
                return time.perf_counter() - began, found
            page = await builder.with_url(page.odata_next_link).get()


def _values(user) -> dict[str, object]:
    created, licences = user.created_date_time, user.assigned_licenses
    return {name: getattr(user, name) for name in COLUMNS} | {
        "created": created and created.isoformat(), "licences": len(licences or ()),
    }  # fmt: skip


if __name__ == "__main__":
    order = json.load(sys.stdin)
    seconds, read = asyncio.run(users(order))
    Path(order["file"]).write_text(json.dumps(read))
    print(seconds)
