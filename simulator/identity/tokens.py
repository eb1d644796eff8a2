"""Access and id tokens: RS256, verifiable by JWKS; verified ones are remembered for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from simulator.identity import expiry

if TYPE_CHECKING:
    from simulator.cloud import Cloud

LIFE = 3599
GRAPH = "https://graph.microsoft.com"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
_MOST = 5_000
_verified: OrderedDict[str, dict[str, Any]] = OrderedDict()


@dataclass(frozen=True)
class Claims:
    """What an access token says of its bearer."""

    tid: str
    appid: str
    oid: str
    roles: tuple[str, ...]
    scp: tuple[str, ...]
    upn: str
    app_only: bool
    issued_at: float
    cp1: bool


def sign(claims: dict[str, Any], cloud: Cloud) -> str:
    """A signed token; its header names the key."""
    key = cloud.keys.current
    return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": key.thumbprint()}, claims, key)


def jwks(cloud: Cloud) -> dict[str, Any]:
    """The public keys, old ones beside the current."""
    return {"keys": [{**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": "RS256"}
                     for key in cloud.keys.signing]}  # fmt: skip


def verify(token: str, audience: str, cloud: Cloud) -> Claims | None:
    """What a token says; None for one that is altered, expired, or meant for somebody else."""
    claims = _verified.get(token) or _decoded(token, cloud)
    if claims is None or claims["aud"] != audience or not claims["nbf"] - 300 <= time.time() < claims["exp"]:
        return None
    if expiry.ended(cloud, "access", _issued(claims)):
        return None
    return Claims(
        claims["tid"], claims["appid"], claims["oid"], tuple(claims.get("roles", ())),
        tuple(claims.get("scp", "").split()), claims.get("upn", ""), claims.get("idtyp") == "app",
        _issued(claims), "CP1" in claims.get("xms_cc", ()),
    )  # fmt: skip


def _issued(claims: dict[str, Any]) -> float:
    return float(claims.get("iat_exact", claims["iat"]))


def _decoded(token: str, cloud: Cloud) -> dict[str, Any] | None:
    keys = KeySet([*cloud.keys.signing])
    for key in keys.keys:
        key.ensure_kid()
    try:
        claims: dict[str, Any] = jwt.decode(token, keys, algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        return None
    _verified[token] = claims
    if len(_verified) > _MOST:
        _verified.popitem(last=False)
    return claims
