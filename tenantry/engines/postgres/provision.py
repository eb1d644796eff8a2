"""Roles, databases and rights on a server; safe to run again."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from tenantry.engines.postgres import addresses
from tenantry.engines.postgres.addresses import APP, DBOS, DIRECTORY, OWNER, READER, ROLES, WORK

EXTENSIONS = ("pg_trgm", "btree_gin")


def provision(data: Path, url: str, regions: tuple[str, ...], secret: str) -> None:
    """Make what is missing: four roles, and the directory's, the work's and each region's database."""
    for alias in (DIRECTORY, WORK, *regions):
        make(alias, addresses.database_name(alias), data, url, secret)


def make(alias: str, name: str, data: Path, url: str, secret: str) -> None:
    """Make an alias's database under a name where it is missing, with the roles of its server and their rights."""
    server = addresses.region_url(alias, url)
    with psycopg.connect(**addresses.admin(data, server), autocommit=True) as connection:  # type: ignore[arg-type]  # its stub wants each key typed
        _roles(connection, secret if server else "")
        _database(connection, name, DBOS if alias == WORK else OWNER)
    with psycopg.connect(**addresses.admin(data, server, name), autocommit=True) as connection:  # type: ignore[arg-type]
        if alias != WORK:
            rights(connection, name, tables=alias != DIRECTORY)


def _roles(connection: psycopg.Connection, secret: str) -> None:
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in ROLES:
        if role not in known:
            bypass = "BYPASSRLS" if role == READER else "NOBYPASSRLS"
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN {}").format(sql.Identifier(role), sql.SQL(bypass)))
        if secret:
            key = sql.Literal(addresses.password(role, secret))
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), key))


def _database(connection: psycopg.Connection, name: str, owner: str) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
            sql.Identifier(name), sql.Identifier(owner)
        )
        connection.execute(statement)


def rights(connection: psycopg.Connection, name: str, *, tables: bool) -> None:
    """What each role may in a database; the application has no right on the directory's tables."""
    for extension in EXTENSIONS:
        connection.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    for role in (APP, READER):
        connection.execute(
            sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(sql.Identifier(name), sql.Identifier(role))
        )
    connection.execute(sql.SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(sql.Identifier(OWNER)))
    for role, what in _defaults(tables=tables):
        connection.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} TO {}").format(
                sql.Identifier(OWNER), sql.SQL(what), sql.Identifier(role)
            )
        )


def _defaults(*, tables: bool) -> list[tuple[str, str]]:
    given = [(APP, "EXECUTE ON FUNCTIONS")]
    if tables:
        given += [
            (APP, "SELECT, INSERT, UPDATE, DELETE ON TABLES"),
            (APP, "USAGE ON SEQUENCES"),
            (READER, "SELECT ON TABLES"),
        ]
    return given
