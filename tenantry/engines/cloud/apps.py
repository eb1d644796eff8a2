"""The deployment's own app registrations: one that signs people in, and one for each family of permissions."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tenantry.kernel.errors import Refused
from tenantry.kernel.sealing import seal, unseal
from tenantry.kernel.text import _

SIGN_IN, INSIGHT = "sign_in", "insight"


@dataclass(frozen=True)
class App:
    """A registration: what it is for, and how it proves itself."""

    name: str
    client_id: str
    secret: str = field(repr=False)


def app(name: str) -> App:
    """The deployment's registration for a purpose; refuses one that nobody has registered."""
    client_id, secret = os.environ.get(f"APP_{name.upper()}_ID"), os.environ.get(f"APP_{name.upper()}_SECRET")
    if client_id and secret:
        return App(name, client_id, secret)
    known = _kept().get(name)
    if known is None:
        raise Refused(_("This deployment has no app registered at Microsoft for this."), code="no_app")
    return App(name, known["client_id"], unseal(known["secret"].encode()))


def is_registered(name: str) -> bool:
    """Whether the deployment has a registration for a purpose."""
    return bool(os.environ.get(f"APP_{name.upper()}_ID")) or name in _kept()


def keep(name: str, client_id: str, secret: str) -> None:
    """Keep a registration in the data folder, its secret sealed."""
    known = _kept() | {name: {"client_id": client_id, "secret": seal(secret).decode()}}
    path = _path()
    path.touch(mode=0o600)
    path.write_text(json.dumps(known, indent=1))


def _kept() -> dict[str, dict[str, str]]:
    try:
        found: dict[str, dict[str, str]] = json.loads(_path().read_text())
    except FileNotFoundError:
        return {}
    return found


def _path() -> Path:
    return Path(settings.DATA) / "apps.json"
