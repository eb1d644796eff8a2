"""The deployment's own registrations."""

from __future__ import annotations

import pytest

from tenantry.engines.cloud import apps
from tenantry.engines.cloud.clouds import cloud
from tenantry.kernel.errors import Broken, Later, Refused


@pytest.fixture(autouse=True)
def folder(tmp_path, settings, monkeypatch):
    settings.DATA = tmp_path
    settings.SIMULATOR_DATA = tmp_path / "simulator"
    for name in ("APP_INSIGHT_ID", "APP_INSIGHT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_a_kept_secret_is_sealed_and_readable_by_its_owner_only(folder):
    apps.keep("insight", "client", "very secret")
    assert apps.app("insight") == apps.App("insight", "client", "very secret")
    file = folder / "apps.json"
    assert "very secret" not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


def test_the_environment_wins_over_what_is_kept(monkeypatch):
    apps.keep("insight", "kept", "kept")
    monkeypatch.setenv("APP_INSIGHT_ID", "named")
    monkeypatch.setenv("APP_INSIGHT_SECRET", "named")
    assert apps.app("insight").client_id == "named"


def test_an_app_that_nobody_has_registered_is_refused():
    assert not apps.is_registered("insight")
    with pytest.raises(Refused):
        apps.app("insight")


def test_an_app_says_its_secret_to_nobody():
    assert "very secret" not in repr(apps.App("insight", "client", "very secret"))


@pytest.mark.parametrize(
    ("name", "authority", "graph"),
    [
        ("commercial", "login.microsoftonline.com", "graph.microsoft.com"),
        ("gcc", "login.microsoftonline.com", "graph.microsoft.com"),
        ("gcc-high", "login.microsoftonline.us", "graph.microsoft.us"),
        ("dod", "login.microsoftonline.us", "dod-graph.microsoft.us"),
    ],
)
def test_a_cloud_is_a_record(name, authority, graph):
    found = cloud(name)
    assert (found.authority_host, found.graph_base) == (f"https://{authority}", f"https://{graph}")
    assert found.graph_scope == f"https://{graph}/.default"


def test_an_unknown_cloud_is_our_mistake_and_a_sleeping_simulator_asks_for_patience():
    with pytest.raises(Broken):
        cloud("moon")
    with pytest.raises(Later):
        cloud("simulator")


CLOUDS = {
    "commercial": ("https://login.microsoftonline.com", "https://graph.microsoft.com", "https://management.azure.com"),
    "gcc": ("https://login.microsoftonline.com", "https://graph.microsoft.com", "https://management.azure.com"),
    "gcc-high": ("https://login.microsoftonline.us", "https://graph.microsoft.us",
                 "https://management.usgovcloudapi.net"),
    "dod": ("https://login.microsoftonline.us", "https://dod-graph.microsoft.us",
            "https://management.usgovcloudapi.net"),
}  # fmt: skip


@pytest.mark.parametrize("name", CLOUDS)
def test_each_cloud_has_addresses_of_its_own(name):
    found = cloud(name)
    assert (found.authority_host, found.graph_base, found.arm_base) == CLOUDS[name]
    assert found.graph_scope == f"{found.graph_base}/.default"
    assert bool(found.partner_center_base) == (name in {"commercial", "gcc"})
    assert found.authority_for_browser == found.authority_host


def test_a_certificate_stands_in_a_file_with_its_key(folder, monkeypatch, pem):
    (folder / "app.pem").write_text("".join(pem))
    monkeypatch.setenv("APP_INSIGHT_ID", "named")
    monkeypatch.setenv("APP_INSIGHT_CERTIFICATE", str(folder / "app.pem"))
    app = apps.app("insight")
    assert app.credential == {"private_key": pem[0], "public_certificate": pem[1]}
    assert "PRIVATE KEY" not in repr(app)


@pytest.mark.parametrize(
    "content", [None, "", "a secret", "-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"]
)
def test_a_file_without_both_is_refused(folder, monkeypatch, content):
    if content is not None:
        (folder / "app.pem").write_text(content)
    monkeypatch.setenv("APP_INSIGHT_ID", "named")
    monkeypatch.setenv("APP_INSIGHT_CERTIFICATE", str(folder / "app.pem"))
    with pytest.raises(Refused):
        apps.app("insight")
