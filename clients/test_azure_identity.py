"""azure-identity as it is published: credentials by secret and by certificate."""

from __future__ import annotations

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential

GRAPH = "https://graph.microsoft.com/.default"


def within(simulator):
    return {"authority": simulator.cloud_url, "disable_instance_discovery": True, "connection_verify": simulator.ca}


@pytest.mark.rule("SIM-51")
def test_a_secret_is_a_credential(simulator, tenant, app):
    """azure-identity unmodified: a secret credential gets a token."""
    credential = ClientSecretCredential(tenant["id"], *app, **within(simulator))
    assert credential.get_token(GRAPH).token.count(".") == 2


@pytest.mark.rule("SIM-51")
def test_a_certificate_is_a_credential(simulator, tenant, app, certificate):
    """azure-identity unmodified: a certificate credential gets a token."""
    pem = (certificate[0] + certificate[1]).encode()
    credential = CertificateCredential(tenant["id"], app[0], certificate_data=pem, **within(simulator))
    assert credential.get_token(GRAPH).token.count(".") == 2


@pytest.mark.rule("SIM-51")
def test_a_wrong_secret_is_refused(simulator, tenant, app):
    """azure-identity unmodified: a wrong secret raises, with Microsoft's number."""
    credential = ClientSecretCredential(tenant["id"], app[0], "wrong", **within(simulator))
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(GRAPH)
