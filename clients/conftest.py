"""A simulator for these clients: it runs in the product's environment, they in one that holds nothing of ours."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator.testing import start

ROOT = Path(__file__).parent.parent
ROLES = ["User.ReadWrite.All", "User.Read.All", "Group.Read.All"]


@pytest.fixture(scope="session")
def simulator(tmp_path_factory):
    """A simulator on free ports."""
    python = os.environ.get("SIMULATOR_PYTHON", str(ROOT / ".venv" / "bin" / "python"))
    running = start("tiny", data=tmp_path_factory.mktemp("simulator"), python=python)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def tenant(simulator):
    """Contoso."""
    return simulator.admin.tenant("contoso.example")


@pytest.fixture(scope="session")
def certificate():
    """A key and its certificate as PEM, and the thumbprint."""
    key, now = rsa.generate_private_key(65537, 2048), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "client")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    public = made.public_bytes(serialization.Encoding.PEM)
    return private.decode(), public.decode(), made.fingerprint(hashes.SHA1()).hex()  # a thumbprint


@pytest.fixture
def app(simulator, tenant, certificate):
    """Client id and secret of an app with a certificate, consented to in Contoso."""
    simulator.admin.clear_faults()
    made = simulator.admin.app("A client", roles=ROLES, certificates=[certificate[1]])
    simulator.admin.consent(tenant["id"], made[0])
    yield made
    simulator.admin.clear_faults()
