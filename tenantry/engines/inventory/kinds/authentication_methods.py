"""Which sign-in methods a tenant allows, and for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import MethodsPolicy, MethodsPolicyVersion
from tenantry.kernel.text import lazy as _


class _Method(msgspec.Struct):
    id: str = ""
    state: str | None = None


class _Body(msgspec.Struct, rename="camel"):
    display_name: str | None = None
    authentication_method_configurations: list[_Method] | None = None


def promote(body: bytes) -> dict[str, Any]:
    """The methods that are switched on."""
    found = msgspec.json.decode(body, type=_Body)
    methods = found.authentication_method_configurations or ()
    return {
        "display_name": (found.display_name or "")[:256],
        "allowed": [method.id[:60] for method in methods if method.state == "enabled"],
    }


KIND = Kind(
    name="authentication_methods",
    title=_("Authentication methods"),
    endpoint="/policies/authenticationMethodsPolicy",
    select=(),
    version=1,
    permission="Policy.Read.AuthenticationMethod",
    interval=timedelta(minutes=15),
    how="hash",
    phase=2,
    order=8,
    page=0,
    row="R2",
    model=MethodsPolicy,
    versions=MethodsPolicyVersion,
    promote=promote,
)
