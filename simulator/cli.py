"""The `simulator` command."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from simulator.testing import Admin

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A simulated Microsoft cloud with invented data.")
DEFAULT = Path(".data/simulator")
Data = Annotated[Path, typer.Option("--data", help="The simulator's data folder.")]
TenantName = Annotated[str, typer.Argument(help="A tenant's domain or id, such as contoso.example.")]


def main() -> None:
    """The entry point."""
    app()


@app.command()
def serve(  # noqa: PLR0913, PLR0917  # one option each
    data: Data = DEFAULT,
    world: Annotated[str, typer.Option(help="demo or tiny.")] = "demo",
    seed: int = 1,
    port: int = 18443,
    browser_port: int = 18480,
    admin_port: int = 18490,
    workers: int = 1,
    san: Annotated[list[str] | None, typer.Option(help="A further host name or address of the certificate.")] = None,
    ephemeral: Annotated[bool, typer.Option("--ephemeral", help="Keep nothing but the keys.")] = False,
    trust_ca: Annotated[list[Path] | None, typer.Option(help="A further authority of notified receivers.")] = None,
) -> None:
    """Serve until stopped; port 0 takes a free one."""
    from simulator.server.serve import Options, PortTaken, run
    from simulator.world.world import ForeignOverlay

    try:
        run(Options(data, world, seed, port, browser_port, admin_port, workers, tuple(san or ()), ephemeral,
                    tuple(str(file) for file in trust_ca or ())))  # fmt: skip
    except (PortTaken, ForeignOverlay, FileNotFoundError) as problem:
        typer.echo(f"The simulator did not start. {problem}", err=True)
        sys.exit(2)


@app.command()
def change(  # noqa: PLR0917  # one option each
    tenant: TenantName,
    user: Annotated[str, typer.Option(help="Principal name of the user to change; the administrator without it.")] = "",
    values: Annotated[list[str] | None, typer.Option("--set", help="property=value; may be repeated.")] = None,
    create: Annotated[int, typer.Option(help="Create so many users.", min=0, max=1000)] = 0,
    delete: Annotated[str, typer.Option(help="Principal name of a user to delete.")] = "",
    data: Data = DEFAULT,
) -> None:
    """Change a user behind everybody's back: another display name, unless --set says otherwise."""
    with _spoken():
        admin = _admin(data)
        found = _tenant(admin, tenant)
        for number in range(create):
            typer.echo(f"Created {_create(admin, found, number)} in {found['display_name']}.")
        if delete:
            admin.mutate(found["id"], "users", "delete", delete)
            typer.echo(f"Deleted {delete} in {found['display_name']}.")
        if user or values or not (create or delete):
            _change(admin, found, user, values or ["displayName=Changed behind your back"])


def _create(admin: Admin, tenant: dict[str, Any], number: int) -> str:
    name = f"new-{time.time_ns() // 1_000_000}-{number}"
    upn = f"{name}@{tenant['default_domain']}"
    admin.mutate(tenant["id"], "users", "create", displayName=f"New user {number + 1}", userPrincipalName=upn,
                 mailNickname=name, accountEnabled=True)  # fmt: skip
    return upn


def _change(admin: Admin, tenant: dict[str, Any], user: str, values: list[str]) -> None:
    wished = _wished(values)
    match = user or tenant["cast"]["admin"]["upn"]
    made = admin.mutate(tenant["id"], "users", "change", match, **wished)
    typer.echo(f"{made['userPrincipalName']} in {tenant['display_name']}: {', '.join(values)}")


def _wished(values: list[str]) -> dict[str, Any]:
    """property=value, where the value is JSON if it can be read as such, else text."""
    wished: dict[str, Any] = {}
    for item in values:
        name, equals, value = item.partition("=")
        if not equals:
            raise typer.BadParameter(f"{item} is not of the form property=value.", param_hint="--set")
        try:
            wished[name] = json.loads(value)
        except ValueError:
            wished[name] = value
    return wished


@app.command()
def withdraw(
    tenant: TenantName,
    client: Annotated[str, typer.Option("--app", help="Client id of one app; all without it.")] = "",
    reduce: Annotated[str, typer.Option(help="Take only this permission back, such as User.Read.All.")] = "",
    data: Data = DEFAULT,
) -> None:
    """Withdraw a tenant's consent: its service principals are gone, or hold one permission less."""
    with _spoken():
        admin = _admin(data)
        name = _tenant(admin, tenant)["display_name"]
        if reduce:
            admin.reduce(tenant, client or None, reduce)
            typer.echo(f"{name} no longer grants {reduce}.")
        else:
            admin.withdraw(tenant, client or None)
            typer.echo(f"{name} has withdrawn its consent.")


@app.command()
def mutate(  # noqa: PLR0917  # one option each
    tenant: TenantName,
    kind: Annotated[str, typer.Argument(help="users, groups, devices, applications, roleAssignments ...")],
    action: Annotated[str, typer.Argument(help="create, change or delete.")],
    match: Annotated[str, typer.Argument(help="Id or principal name of what to change or delete.")] = "",
    values: Annotated[list[str] | None, typer.Option("--set", help="property=value; may be repeated.")] = None,
    data: Data = DEFAULT,
) -> None:
    """Change an object of any kind behind everybody's back."""
    with _spoken():
        admin = _admin(data)
        made = admin.mutate(_tenant(admin, tenant)["id"], kind, action, match, **_wished(values or []))
    typer.echo(f"{kind} {made['id']}: done ({action}).")


@app.command()
def fault(  # noqa: PLR0917  # one option each
    kind: Annotated[str, typer.Argument(help="throttle, unavailable, slow, reset ...; see the documentation.")],
    tenant: Annotated[str, typer.Option(help="Domain or id of the only tenant that it strikes.")] = "",
    path: Annotated[str, typer.Option(help="Expression that the path must hold, such as /users.")] = "",
    rate: Annotated[float, typer.Option(help="Share of the requests, 0 to 1.", min=0, max=1)] = 1.0,
    count: Annotated[int, typer.Option(help="After so many it is over; 0 for never.", min=0)] = 0,
    params: Annotated[list[str] | None, typer.Option("--with", help="seconds=30, retry_after=5, status=502.")] = None,
    data: Data = DEFAULT,
) -> None:
    """Put a fault in force until it is cleared; a restart clears all."""
    with _spoken():
        admin = _admin(data)
        match = {"tenant": _tenant(admin, tenant)["id"]} if tenant else {}
        match |= {"path": path} if path else {}
        made = admin.fault(kind, match=match, rate=rate, count=count or None, params=_wished(params or []))
    typer.echo(f"{made}  {kind} is in force{f' for {tenant}' if tenant else ''}.")


@app.command()
def faults(data: Data = DEFAULT) -> None:
    """List the faults in force, with how many requests each saw and struck."""
    with _spoken():
        rules = _admin(data).call("GET", "/faults")["value"]
    for rule in rules:
        typer.echo(f"{rule['id']}  {rule['kind']}  {json.dumps(rule['match'])}  {rule['done']} of {rule['seen']}")
    if not rules:
        typer.echo("No fault is in force.")


@app.command()
def clear(
    name: Annotated[str, typer.Argument(help="Id of one fault; all without it.")] = "", data: Data = DEFAULT
) -> None:
    """Take a fault away, or all."""
    with _spoken():
        _admin(data).clear_faults(name)
    typer.echo("Cleared." if name else "All faults are cleared.")


@app.command()
def reset(data: Data = DEFAULT) -> None:
    """Return to the seed: changes, apps and consents are forgotten."""
    with _spoken():
        _admin(data).reset()
    typer.echo("The simulated cloud is as its seed made it. Apps must be registered and consented to again.")


@app.command()
def advance(by: Annotated[str, typer.Argument(help="Seconds, or 5m, 2h, 3d.")], data: Data = DEFAULT) -> None:
    """Move the world clock forward."""
    match = re.fullmatch(r"(\d+)([smhd]?)", by)
    if match is None:
        typer.echo(f"{by} is no length of time; write 90, 5m, 2h or 3d.", err=True)
        sys.exit(2)
    seconds = int(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
    with _spoken():
        _admin(data).advance(seconds)
    typer.echo(f"The world clock moved by {seconds} seconds.")


@app.command()
def limits(
    on: Annotated[bool, typer.Argument(help="yes or no.")],
    tenant: Annotated[str, typer.Option(help="Domain or id of the only tenant that it concerns.")] = "",
    data: Data = DEFAULT,
) -> None:
    """Keep Microsoft's limits: who asks too much is asked to wait. Off at first."""
    with _spoken():
        admin = _admin(data)
        admin.limits(on=on, tenant=_tenant(admin, tenant)["id"] if tenant else "")
    typer.echo("Limits are kept." if on else "Limits are not kept.")


@app.command()
def accounts(data: Data = DEFAULT) -> None:
    """Say who can sign in at the simulated Microsoft."""
    with _spoken():
        world = _admin(data).world()
    for tenant in world:
        for role, account in tenant["cast"].items():
            typer.echo(f"{account['upn']}  {account['password']}  {role.replace('_', ' ')} of {tenant['display_name']}")


@app.command()
def certificate(name: str, hosts: list[str], data: Data = DEFAULT) -> None:
    """Issue a certificate for hosts, as NAME.pem and NAME.key in the data folder."""
    from simulator.identity.keys import issue

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", name) or name in {"ca", "leaf"} or name.startswith("signing-"):
        typer.echo(f"{name} cannot be the name; write small letters and digits, not ca or leaf.", err=True)
        sys.exit(2)
    with _spoken():
        issue(data, name, hosts)
    typer.echo(f"Issued {data / name}.pem for {', '.join(hosts)}.")


def _admin(data: Path) -> Admin:
    from simulator.testing import Admin

    known = json.loads((data / "ports.json").read_text())
    return Admin(f"http://127.0.0.1:{known['admin']}", (data / "admin.key").read_text())


def _tenant(admin: Admin, name: str) -> dict[str, Any]:
    for found in admin.world():
        if name.lower() in (found["default_domain"], found["id"]):
            return found
    raise RuntimeError(f"There is no tenant {name}; `simulator accounts` shows all.")


@contextmanager
def _spoken() -> Iterator[None]:
    """Say in one sentence why it did not go, instead of a traceback."""
    import requests  # `serve` starts without it

    try:
        yield
    except FileNotFoundError:
        _stop("No simulator has run with that data folder.")
    except requests.ConnectionError:
        _stop("The simulator does not answer. Is it running?")
    except RuntimeError as problem:
        _stop(str(problem))


def _stop(sentence: str) -> None:
    typer.echo(sentence, err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
