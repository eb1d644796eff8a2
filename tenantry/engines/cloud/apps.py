"""The deployment's own app registrations: one that signs people in, and one for each family of permissions."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tenantry.kernel.errors import Refused
from tenantry.kernel.sealing import seal, unseal
from tenantry.kernel.text import _

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----\n?", re.DOTALL)
SIGN_IN, INSIGHT = "sign_in", "insight"


@dataclass(frozen=True)
class App:
    """A registration: what it is for, and how it proves itself: by a secret, or a private key with its certificate."""

    name: str
    client_id: str
    secret: str = field(repr=False)  # or both of them as PEM

    @property
    def credential(self) -> str | dict[str, str]:
        """The proof as msal takes it."""
        parts = {match[1]: match[0] for match in _PEM.finditer(self.secret)}
        key = next((text for name, text in parts.items() if name.endswith("PRIVATE KEY")), "")
        return {"private_key": key, "public_certificate": parts.get("CERTIFICATE", "")} if key else self.secret


def app(name: str) -> App:
    """The deployment's registration for a purpose; refuses one that nobody has registered."""
    prefix = f"APP_{name.upper()}"
    client_id, secret = os.environ.get(f"{prefix}_ID"), os.environ.get(f"{prefix}_SECRET")
    if client_id and (file := os.environ.get(f"{prefix}_CERTIFICATE")):
        return App(name, client_id, _certificate(Path(file)))
    if client_id and secret:
        return App(name, client_id, secret)
    known = _kept().get(name)
    if known is None:
        raise Refused(_("This deployment has no app registered at Microsoft for this."), code="no_app")
    return App(name, known["client_id"], unseal(known["secret"].encode()))


def _certificate(file: Path) -> str:
    """The text of a PEM file with a private key and its certificate; refuses any other."""
    try:
        text = file.read_text()
    except (OSError, ValueError):
        text = ""
    found = App("", "", text).credential
    if isinstance(found, str) or not found["public_certificate"]:
        raise Refused(_("The app's certificate file must hold a private key and its certificate."), code="no_app")
    return text


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
