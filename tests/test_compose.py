"""compose.yaml says what docs/how-to/operate.md promises; no container runs here."""

from __future__ import annotations

import re

import pytest
import yaml
from typer.main import get_command

from scripts.sources import ROOT
from tenantry.kernel.residency.regions import REGIONS
from tenantry.shell.cli import app

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "tenantry"}


def test_two_web_and_three_workers_share_one_directory_and_each_region_has_a_server_of_its_own():
    words = [service["command"][0] for service in OURS.values()]
    assert {word: words.count(word) for word in words} == {"serve": 2, "worker": 3, "migrate": 1}
    addresses = [value for name, value in OURS["web-1"]["environment"].items() if name.endswith("_URL")]
    hosts = {re.search(r"@(\w+):5432", address).group(1) for address in addresses}
    assert len(hosts) == len(addresses) == 3
    assert all(SERVICES[host]["image"] == "postgres:18" for host in hosts)


def test_workers_have_names_of_their_own():
    names = [service["command"][-1] for service in OURS.values() if service["command"][0] == "worker"]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", OURS)
def test_a_command_is_one_of_tenantrys_with_options_that_it_knows(name):
    word, *options = OURS[name]["command"]
    get_command(app).commands[word].make_context(word, list(options))


def test_what_the_environment_says_is_read():
    settings = (ROOT / "tenantry/config/settings.py").read_text()
    given = OURS["web-1"]["environment"]
    regions = {f"REGION_{code.upper().replace('-', '_')}_URL": code for code in REGIONS}
    assert {regions[name] for name in given if name in regions} == set(given["REGIONS"].split(","))
    for name in set(given) - set(regions):
        assert f'"{name.removesuffix("_FILE")}"' in settings


def test_whoever_depends_names_a_service_that_stands():
    for service in SERVICES.values():
        assert set(service.get("depends_on", [])) <= set(SERVICES)


def test_no_secret_stands_in_the_file():
    assert set(COMPOSE["secrets"]) == {"secret_key", "seal_key"}
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"secrets/", ".env"} <= set(ignored)
