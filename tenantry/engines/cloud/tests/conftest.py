"""A tenant of the simulated cloud that has consented, and a client of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tenantry.engines.cloud import apps, client
from tenantry.engines.cloud.budget import Budgets
from tenantry.engines.cloud.client import Graph
from tenantry.engines.cloud.clouds import cloud


@pytest.fixture
def tenant(microsoft, monkeypatch):
    monkeypatch.setattr(client, "BREATH", 0)
    found = microsoft.admin.tenant("contoso.example")
    microsoft.admin.consent(found["id"], apps.app(apps.INSIGHT).client_id)
    return found


@pytest.fixture
def with_graph(tenant):
    """Calls a function with a client of the tenant, and returns what it finds."""

    def called(function, **wish):
        async def within():
            wished = {"budgets": Budgets()} | wish
            async with Graph(cloud("simulator"), apps.app(apps.INSIGHT), tenant["id"], **wished) as graph:
                return await function(graph)

        return asyncio.run(within())

    return called


@pytest.fixture(scope="session")
def pem():
    """A private key and its certificate."""
    key, now = rsa.generate_private_key(65537, 2048), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "app")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return private.decode(), made.public_bytes(serialization.Encoding.PEM).decode()
