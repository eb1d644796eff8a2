"""Where each database stands, by data folder or by a named server."""

from __future__ import annotations

from pathlib import Path

import psycopg.conninfo
import pytest

from tenantry.engines.postgres import addresses

DATA = Path("/srv/tenantry")
NAMED = "postgresql://boss:p%40ss@db.example:6432"
REGIONS = ("de-westcentral", "ch-north")


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setenv("DATABASE_PREFIX", "")


def test_the_default_is_empty_so_that_nobody_uses_it_by_accident():
    made = addresses.databases(DATA, "", REGIONS, "secret")
    assert made["default"] == {}
    assert set(made) == {"default", "directory", *REGIONS}


def test_without_a_server_the_private_socket_is_used_without_passwords():
    at = addresses.databases(DATA, "", REGIONS, "secret")["ch-north"]
    assert (at["HOST"], at["PORT"], at["USER"], at["PASSWORD"]) == (
        "/srv/tenantry/postgres/run", "", "tenantry_app", "",
    )  # fmt: skip
    assert addresses.work_url(DATA, "", "secret") == "postgresql://tenantry_dbos@/dbos?host=/srv/tenantry/postgres/run"


def test_a_named_server_is_reached_as_the_application_with_a_derived_password():
    at = addresses.databases(DATA, NAMED, REGIONS, "secret")["ch-north"]
    assert (at["HOST"], at["PORT"], at["USER"], at["NAME"]) == ("db.example", "6432", "tenantry_app", "ch-north")
    assert at["PASSWORD"] == addresses.password("tenantry_app", "secret")
    assert at["OWNER"]["password"] != at["PASSWORD"]
    assert addresses.password("tenantry_app", "other") != at["PASSWORD"]


def test_only_the_administrator_has_the_password_of_the_address():
    assert addresses.admin(DATA, NAMED) == {
        "host": "db.example", "dbname": "postgres", "port": "6432", "user": "boss", "password": "p@ss",
    }  # fmt: skip
    assert "p@ss" not in str(addresses.databases(DATA, NAMED, REGIONS, "secret"))


def test_a_region_may_have_a_server_of_its_own(monkeypatch):
    monkeypatch.setenv("REGION_CH_NORTH_URL", "postgresql://boss@alps.example")
    made = addresses.databases(DATA, NAMED, REGIONS, "secret")
    assert made["ch-north"]["HOST"] == "alps.example"
    assert made["de-westcentral"]["HOST"] == made["directory"]["HOST"] == "db.example"


def test_the_works_address_is_one_that_the_driver_reads():
    read = psycopg.conninfo.conninfo_to_dict(addresses.work_url(DATA, NAMED, "secret"))
    assert (read["host"], read["port"], read["user"], read["dbname"]) == ("db.example", "6432", "tenantry_dbos", "dbos")
