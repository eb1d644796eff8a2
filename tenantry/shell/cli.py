"""The `tenantry` command."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Tenantry, a partner portal for Microsoft 365.")

LOCAL = "127.0.0.1"

partner_app = typer.Typer(no_args_is_help=True, help="What the operator does for a partner.")
app.add_typer(partner_app, name="partner")

tasks_app = typer.Typer(no_args_is_help=True, help="Background work of all partners: what runs, waits and failed.")
app.add_typer(tasks_app, name="tasks")


def main() -> None:
    """The entry point: settings first, since commands read them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenantry.config.settings")
    app()


def _ready() -> None:
    import django

    django.setup()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the portal; 0 takes a free one.")] = 8000,
    small: Annotated[bool, typer.Option("--small", help="Only the customers that the first walk needs.")] = False,
) -> None:
    """Start everything with a demo world, print who can sign in, and stop cleanly on Ctrl-C."""
    from tenantry.shell.demo import run

    sys.exit(run(port, small))


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    threads: Annotated[int, typer.Option(help="Threads of the web process.")] = 8,
    host: Annotated[str, typer.Option(help="Address to listen at; behind a proxy only.")] = LOCAL,
) -> None:
    """Serve the portal."""
    os.environ["PORT"] = str(port)
    from tenantry.shell.processes import beside_database, web

    code = beside_database("serve", "--port", str(port), "--threads", str(threads), "--host", host)
    if code is not None:
        sys.exit(code)
    web(host, port, threads)


@app.command()
def worker(name: Annotated[str, typer.Option("--name", help="Stable name of this worker.")] = "worker-1") -> None:
    """Do the background work until stopped."""
    from tenantry.shell.processes import beside_database

    code = beside_database("worker", "--name", name)
    if code is not None:
        sys.exit(code)
    _ready()
    from tenantry.engines.durable.worker import run

    run(name)


@app.command(hidden=True)
def seed(
    portal: Annotated[str, typer.Option(help="Address of the demo's portal.")],
    small: Annotated[bool, typer.Option("--small", help="Only the customers that the first walk needs.")] = False,
) -> None:
    """Make what is missing of the demo's world; the demo calls it."""
    _ready()
    from tenantry.shell.seeding import run

    run(portal, small)


@app.command()
def migrate() -> None:
    """Bring roles, databases and tables to this version."""
    from django.conf import settings

    from tenantry.shell.processes import database, prepare_databases

    with database(settings.DATA):
        prepare_databases()


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    region: Annotated[list[str] | None, typer.Option(help="Only this region's database; may be repeated.")] = None,
) -> None:
    """Write every database, as of one moment, into one file, while people go on working."""
    _beside_database(lambda backups: backups.back_up(file.absolute(), region or []))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `tenantry backup` wrote.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the data that stands here.")] = False,
) -> None:
    """Take a backup back and bring it to this version; refuses while the deployment runs."""
    _beside_database(lambda backups: backups.take_back(file.absolute(), replace=replace))


def _beside_database(call: Callable[..., int]) -> None:
    _ready()
    from django.conf import settings

    from tenantry.shell import backups
    from tenantry.shell.processes import database

    with database(settings.DATA):
        code = call(backups)
    sys.exit(code)


Person = Annotated[str, typer.Option("--as", help="E-mail of the person to act as.", envvar="TENANTRY_PERSON")]


@app.command()
def sync(
    customer: Annotated[str, typer.Argument(help="Customer ID such as C-00042, or its name.")], person: Person
) -> None:
    """Read a customer's tenants now."""
    _with_shell(lambda commands: commands.sync(customer, person))


@app.command()
def status(person: Person) -> None:
    """Say what is known of each customer, and how old it is."""
    _with_shell(lambda commands: commands.status(person))


@partner_app.command("grant-distributor")
def grant_distributor(partner: Annotated[int, typer.Argument(help="The partner's number.")]) -> None:
    """Let a partner distribute licences to resellers; people sign in as before and find one more area."""
    _with_shell(lambda commands: commands.grant_distributor(partner))


@partner_app.command("name-directory")
def name_directory(
    partner: Annotated[int, typer.Argument(help="The partner's number.")],
    tenant: Annotated[str, typer.Argument(help="The tenant id of the partner's own Microsoft directory.")],
) -> None:
    """Say which Microsoft directory is the partner's own; the partner cannot onboard it as a customer."""
    _with_shell(lambda commands: commands.name_directory(partner, tenant))


Number = Annotated[int, typer.Argument(help="The task's number, as the list shows it.")]


@tasks_app.command("list")
def list_tasks(
    state: Annotated[str, typer.Option(help="unfinished, failed, done or all.")] = "unfinished",
) -> None:
    """List tasks of all partners, the newest first."""
    _with_shell(lambda commands: commands.list_tasks(state), "operating")


@tasks_app.command("show")
def show_task(number: Number) -> None:
    """Say how far a task is, why it waits or failed, and which steps are done."""
    _with_shell(lambda commands: commands.show_task(number), "operating")


@tasks_app.command("retry")
def retry_task(number: Number) -> None:
    """Let a failed task go on from the step that failed."""
    _with_shell(lambda commands: commands.retry_task(number), "operating")


@tasks_app.command("cancel")
def cancel_task(number: Number) -> None:
    """End a task before its next step."""
    _with_shell(lambda commands: commands.cancel_task(number), "operating")


@app.command()
def doctor() -> None:
    """Check what this deployment needs; exit 1 when something is missing."""
    _with_shell(lambda commands: commands.doctor())


def _with_shell(call: Callable[..., int], module: str = "commands") -> None:
    _ready()
    sys.exit(call(importlib.import_module(f"tenantry.shell.{module}")))


if __name__ == "__main__":
    main()
