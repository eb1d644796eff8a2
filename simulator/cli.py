"""The `simulator` command."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A simulated Microsoft cloud with invented data.")
DEFAULT = Path(".data/simulator")
Data = Annotated[Path, typer.Option("--data", help="The simulator's data folder.")]
TenantName = Annotated[str, typer.Argument(help="A tenant's domain or id, such as contoso.example.")]


def main() -> None:
    """The entry point."""
    app()


@app.command()
def serve(  # noqa: PLR0917  # one option each
    data: Data = DEFAULT,
    world: Annotated[str, typer.Option(help="demo or tiny.")] = "demo",
    seed: int = 1,
    port: int = 18443,
    browser_port: int = 18480,
    admin_port: int = 18490,
    workers: int = 1,
) -> None:
    """Serve until stopped; port 0 takes a free one."""
    from simulator.server.serve import Options, PortTaken, run
    from simulator.world.world import ForeignOverlay

    try:
        run(Options(data, world, seed, port, browser_port, admin_port, workers))
    except (PortTaken, ForeignOverlay, FileNotFoundError) as problem:
        typer.echo(f"The simulator did not start. {problem}", err=True)
        sys.exit(2)


@app.command()
def change(
    tenant: TenantName,
    user: Annotated[str, typer.Option(help="Principal name of the user to change; the first one without it.")] = "",
    values: Annotated[list[str] | None, typer.Option("--set", help="property=value; may be repeated.")] = None,
    delete: Annotated[str, typer.Option(help="Principal name of a user to delete.")] = "",
    data: Data = DEFAULT,
) -> None:
    """Change a user behind everybody's back: another display name, unless --set says otherwise."""
    admin = _admin(data)
    found = next(one for one in admin.world() if tenant in (one["default_domain"], one["id"]))
    if delete:
        admin.mutate(found["id"], "users", "delete", delete)
        typer.echo(f"Deleted {delete} in {found['display_name']}.")
        return
    wished = dict(item.partition("=")[::2] for item in values or ["displayName=Changed behind your back"])
    match = user or found["cast"]["admin"]["upn"]
    made = admin.mutate(found["id"], "users", "change", match, **{key: _typed(value) for key, value in wished.items()})
    typer.echo(f"{made['userPrincipalName']} in {found['display_name']}: {', '.join(values or wished)}")


def _typed(value: str) -> Any:
    return {"true": True, "false": False, "null": None}.get(value, value)


@app.command()
def withdraw(
    tenant: TenantName,
    client: Annotated[str, typer.Option("--app", help="Client id of one app; all without it.")] = "",
    data: Data = DEFAULT,
) -> None:
    """Withdraw a tenant's consent: its service principals are gone."""
    _admin(data).withdraw(tenant, client or None)
    typer.echo(f"Consent of {tenant} is withdrawn.")


@app.command()
def advance(by: Annotated[str, typer.Argument(help="Seconds, or 5m, 2h, 3d.")], data: Data = DEFAULT) -> None:
    """Move the world clock forward."""
    match = re.fullmatch(r"(\d+)([smhd]?)", by)
    if match is None:
        typer.echo(f"{by} is no length of time; write 90, 5m, 2h or 3d.", err=True)
        sys.exit(2)
    seconds = int(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
    _admin(data).advance(seconds)
    typer.echo(f"The world clock moved by {seconds} seconds.")


@app.command()
def accounts(data: Data = DEFAULT) -> None:
    """Say who can sign in at the simulated Microsoft."""
    for tenant in _admin(data).world():
        for role, account in tenant["cast"].items():
            typer.echo(f"{account['upn']}  {account['password']}  {role.replace('_', ' ')} of {tenant['display_name']}")


@app.command()
def certificate(name: str, hosts: list[str], data: Data = DEFAULT) -> None:
    """Issue a certificate for hosts, as NAME.pem and NAME.key in the data folder."""
    from simulator.identity.keys import issue

    issue(data, name, hosts)
    typer.echo(f"Issued {data / name}.pem for {', '.join(hosts)}.")


def _admin(data: Path) -> Any:
    from simulator.testing import Admin

    try:
        known = json.loads((data / "ports.json").read_text())
        return Admin(f"http://127.0.0.1:{known['admin']}", (data / "admin.key").read_text())
    except FileNotFoundError:
        typer.echo(f"No simulator has run with {data}.", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
