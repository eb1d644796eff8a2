"""How an app proves itself at the token endpoint: by secret, or by a signed assertion of its certificate."""

from __future__ import annotations

import base64
import binascii
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from simulator.identity import consents
from simulator.identity.consents import App
from simulator.identity.problems import TokenError
from simulator.wire import Request

if TYPE_CHECKING:
    from simulator.cloud import Cloud

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEEWAY = 300  # seconds; a client's clock may be ahead


class _Registry(jws.JWSRegistry):
    """Takes headers that carry a whole certificate chain (x5c), which are longer than the library allows."""

    max_header_length = 16_384


def proven(request: Request, cloud: Cloud, form: dict[str, str]) -> App:
    """The app of the request; TokenError for an unknown one, and for a wrong or expired proof."""
    name, secret = _named(request, form)
    app = consents.app(cloud, name)
    if app is None:
        raise TokenError("app_unknown")
    if form.get("client_assertion_type") == ASSERTION:
        _check_assertion(request, app, form.get("client_assertion", ""))
    elif secret or not app.public:
        _check_secret(app, secret)
    return app


def _named(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret, from the form or from the Authorization header (RFC 6749, section 2.3.1)."""
    scheme, _space, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError("malformed") from None
    return unquote_plus(name), unquote_plus(secret)


def _check_secret(app: App, secret: str) -> None:
    held = [known for known in app.secrets if known["secret"] == secret]
    if not held:
        raise TokenError("wrong_secret")
    if all(known["expires"] is not None and known["expires"] <= time.time() for known in held):
        raise TokenError("secret_expired")


def _check_assertion(request: Request, app: App, assertion: str) -> None:
    header, claims = _opened(assertion)
    signed = any(_signed(assertion, header, pem) for pem in app.certificates)
    if not signed or not _holds(request, app, claims):
        raise TokenError("certificate_bad")


def _opened(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        head, body, _signature = assertion.split(".")
        parts = [msgspec.json.decode(_decoded(part), type=dict[str, Any]) for part in (head, body)]
    except ValueError:
        raise TokenError("certificate_bad") from None
    return parts[0], parts[1]


def _signed(assertion: str, header: dict[str, Any], pem: str) -> bool:
    """Whether the certificate of the header's thumbprint signed it."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    if not _names(header, certificate):
        return False
    public = RSAKey.import_key(certificate.public_key())  # type: ignore[arg-type]  # RSA by registration
    try:
        jws.deserialize_compact(assertion, public, registry=_Registry(algorithms=["RS256", "PS256"]))
    except (JoseError, ValueError):
        return False
    return True


def _holds(request: Request, app: App, claims: dict[str, Any]) -> bool:
    """Whether it is meant for this token endpoint, made by this app, and in time."""
    now = time.time()
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    timely = isinstance(expires, int | float) and isinstance(begins, int | float) and begins - LEEWAY <= now < expires
    meant = str(claims.get("aud", "")).startswith(f"{request.base}/")
    return timely and meant and claims.get("iss") == claims.get("sub") == app.client_id


def _names(header: dict[str, Any], certificate: x509.Certificate) -> bool:
    """Whether x5t or x5t#S256 is the certificate's thumbprint, with or without padding."""
    for name, kind in (("x5t", hashes.SHA1()), ("x5t#S256", hashes.SHA256())):  # noqa: S303  # a thumbprint
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(kind)).decode()
        if str(header.get(name, "")).rstrip("=") == thumbprint.rstrip("="):
            return True
    return False


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
