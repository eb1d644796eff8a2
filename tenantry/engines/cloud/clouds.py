"""The clouds that can be reached. Addresses: Microsoft national cloud deployments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from tenantry.kernel.errors import Broken, Later
from tenantry.kernel.text import _


@dataclass(frozen=True)
class Cloud:
    """Where a cloud's services stand; a browser may be sent to an address of its own. Empty: not offered there."""

    name: str
    authority_host: str
    graph_base: str
    graph_scope: str
    arm_base: str
    arm_scope: str
    partner_center_base: str = ""
    browser_authority: str = ""
    instance_discovery: bool = True
    ca_file: str = ""

    @property
    def authority_for_browser(self) -> str:
        """The origin of the authorize and adminconsent addresses."""
        return self.browser_authority or self.authority_host


_PUBLIC = ("https://management.azure.com", "https://management.azure.com/.default",
           "https://api.partnercenter.microsoft.com")  # fmt: skip
_US = ("https://management.usgovcloudapi.net", "https://management.core.usgovcloudapi.net/.default", "")


def _microsoft(name: str, authority: str, graph: str, others: tuple[str, str, str]) -> Cloud:
    return Cloud(name, authority, graph, f"{graph}/.default", *others)


_MICROSOFT = {
    cloud.name: cloud
    for cloud in (
        _microsoft("commercial", "https://login.microsoftonline.com", "https://graph.microsoft.com", _PUBLIC),
        _microsoft("gcc", "https://login.microsoftonline.com", "https://graph.microsoft.com", _PUBLIC),
        _microsoft("gcc-high", "https://login.microsoftonline.us", "https://graph.microsoft.us", _US),
        _microsoft("dod", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us", _US),
    )
}


def cloud(name: str) -> Cloud:
    """The record of a cloud; Broken for an unknown name, Later while the simulator has never run."""
    if name == "simulator":
        return _simulator(Path(settings.SIMULATOR_DATA))
    if name not in _MICROSOFT:
        raise Broken("There is no cloud {name}.", name=name)
    return _MICROSOFT[name]


def _simulator(folder: Path) -> Cloud:
    try:
        ports = json.loads((folder / "ports.json").read_text())
    except (FileNotFoundError, ValueError):
        raise Later(_("The simulated cloud is not running."), seconds=5, code="unavailable") from None
    base = f"https://localhost:{ports['cloud']}"
    return Cloud(
        "simulator", base, base, "https://graph.microsoft.com/.default", base, _PUBLIC[1], base,
        f"http://localhost:{ports['browser']}", instance_discovery=False, ca_file=str(folder / "ca.pem"),
    )  # fmt: skip
