"""Where each database stands. Pure: settings read it before anything runs."""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tenantry.engines.postgres.patience import BACKGROUND, Patience

ENGINE = "tenantry.engines.postgres.backend"
OWNER, APP, READER, DBOS = "tenantry_owner", "tenantry_app", "tenantry_reader", "tenantry_dbos"
ROLES = (OWNER, APP, READER, DBOS)
LONGEST_SOCKET_PATH = 90
DIRECTORY, WORK = "directory", "dbos"


def socket_folder(data: Path) -> Path:
    """The folder of the private server's socket: in the data folder, or hashed in the temp folder when too long."""
    folder = data / "postgres" / "run"
    if len(str(folder)) <= LONGEST_SOCKET_PATH:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tenantry-{name}"


def password(role: str, secret: str) -> str:
    """A role's password on a named server, derived from the deployment's secret key."""
    return hmac.new(secret.encode(), f"database role {role}".encode(), hashlib.sha256).hexdigest()


def database_name(alias: str) -> str:
    """The name of an alias's database; tests give theirs a prefix."""
    return f"{os.environ.get('DATABASE_PREFIX', '')}{alias}"


def databases(
    data: Path, url: str, regions: tuple[str, ...], secret: str, patience: Patience = BACKGROUND
) -> dict[str, dict[str, Any]]:
    """Django's DATABASES: an empty default as a guard, the directory, and one for each region."""
    aliases = {alias: _address(alias, data, url, secret) for alias in (DIRECTORY, *regions)}
    for at in aliases.values():
        at["OPTIONS"]["options"] = patience.options
    return {"default": {}, **aliases}


def work_url(data: Path, url: str, secret: str) -> str:
    """The address of the durable work's database, as its own role."""
    url = region_url(WORK, url)
    at = _server(url, data)
    name = database_name(WORK)
    if not url:
        return f"postgresql://{DBOS}@/{name}?host={at['HOST']}"
    return f"postgresql://{DBOS}:{password(DBOS, secret)}@{at['HOST']}:{at['PORT'] or 5432}/{name}"


def admin(data: Path, url: str, name: str = "postgres") -> dict[str, str]:
    """Connection parameters of whoever may make roles and databases on the server."""
    at = _server(url, data)
    user = {"user": at["USER"], "password": at["PASSWORD"]} if url else {"user": "postgres"}
    return {"host": at["HOST"], "dbname": name, **({"port": at["PORT"]} if at["PORT"] else {}), **user}


def keeper(alias: str, data: Path, url: str, secret: str, name: str = "") -> dict[str, str]:
    """Connection parameters of the role that owns an alias's tables, and so reads every row of them."""
    server = region_url(alias, url)
    role = DBOS if alias == WORK else OWNER
    at = admin(data, server, name or database_name(alias))
    return {**at, "user": role, **({"password": password(role, secret)} if server else {})}


def region_url(alias: str, url: str) -> str:
    """The server of an alias: its own where REGION_<CODE>_URL names one, else the deployment's."""
    return os.environ.get(f"REGION_{alias.upper().replace('-', '_')}_URL", url)


def _address(alias: str, data: Path, url: str, secret: str) -> dict[str, Any]:
    named = region_url(alias, url)
    at = _server(named, data)
    keys = {role: password(role, secret) if named else "" for role in (APP, OWNER)}
    return {
        "ENGINE": ENGINE,
        "NAME": database_name(alias),
        "HOST": at["HOST"],
        "PORT": at["PORT"],
        "USER": APP,
        "PASSWORD": keys[APP],
        "OWNER": {"user": OWNER, "password": keys[OWNER]},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": "tenantry"},
        "TEST": {"DEPENDENCIES": []},
    }


def _server(url: str, data: Path) -> dict[str, str]:
    if not url:
        return {"HOST": str(socket_folder(data)), "PORT": "", "USER": "postgres", "PASSWORD": ""}
    parts = urlsplit(url)
    return {
        "HOST": parts.hostname or "localhost",
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
    }
