"""msal as it is published: app tokens by secret and by certificate, and a refusal as a dictionary."""

from __future__ import annotations

import msal
import pytest
import requests

GRAPH = ["https://graph.microsoft.com/.default"]


def given(simulator, tenant, client_id, credential):
    session = requests.Session()
    session.verify, session.trust_env = simulator.ca, False
    authority = f"{simulator.cloud_url}/{tenant['id']}"
    client = msal.ConfidentialClientApplication(
        client_id, client_credential=credential, authority=authority, instance_discovery=False, http_client=session
    )
    return client.acquire_token_for_client(GRAPH)


@pytest.mark.rule("SIM-49")
@pytest.mark.parametrize("form", ["secret", "certificate"])
def test_an_app_gets_a_token(simulator, tenant, app, certificate, form):
    """msal unmodified, in an environment of its own: secret and certificate."""
    key, _public, thumbprint = certificate
    credential = app[1] if form == "secret" else {"private_key": key, "thumbprint": thumbprint}
    assert given(simulator, tenant, app[0], credential)["expires_in"] > 3_000


@pytest.mark.rule("SIM-49")
def test_a_refusal_names_its_code(simulator, tenant, app):
    """msal unmodified: a wrong secret is a dictionary with error and error_codes."""
    told = given(simulator, tenant, app[0], "wrong")
    assert (told["error"], told["error_codes"]) == ("invalid_client", [7000215])
