"""Posts to receivers on this machine, over TLS that the own certificate authority or `--trust-ca` vouches for."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

PATIENCE = 10.0
"""Seconds within which a receiver answers (Microsoft Graph: change notifications through webhooks)."""
LARGEST_ANSWER = 64 << 10


class Reply(NamedTuple):
    """What a receiver answered."""

    status: int
    kind: str
    body: bytes


class OutsideTheMachine(OSError):  # noqa: N818  # what was found
    """The address is not one of this machine's."""


def trusted(folder: Path, further: tuple[str, ...] = ()) -> ssl.SSLContext:
    """TLS that trusts the data folder's authority, those of the named files, and nobody else."""
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    for file in further:
        context.load_verify_locations(file)
    return context


def post(url: str, body: bytes, context: ssl.SSLContext, patience: float = PATIENCE) -> Reply:
    """Post JSON; OSError when nobody answers in time, as HTTP, or with a certificate that is trusted."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise OSError("not an https address")
    port = parts.port or 443
    connection = http.client.HTTPSConnection(parts.hostname, port, timeout=patience, context=context)
    raw = _connected(parts.hostname, port, patience)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # head and body leave apart
    try:
        connection.sock = context.wrap_socket(raw, server_hostname=parts.hostname)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers.get_content_type(), answer.read(LARGEST_ANSWER))
    except http.client.HTTPException as error:
        raise OSError("no answer in HTTP") from error
    finally:
        connection.close()
        raw.close()


def shakes_hands(url: str, token: str, context: ssl.SSLContext, patience: float = PATIENCE) -> bool:
    """Whether the receiver gives the validation token back, decoded, as plain text, with 200."""
    joint = "&" if urlsplit(url).query else "?"
    try:
        answer = post(f"{url}{joint}validationToken={quote(token, safe='')}", b"", context, patience)
    except (OSError, ValueError):
        return False
    return answer.status == 200 and answer.kind == "text/plain" and answer.body == token.encode()


def _connected(host: str, port: int, patience: float) -> socket.socket:
    """A connection to one of this machine's own addresses that has the name; OutsideTheMachine where none has."""
    places = [str(place[4][0]) for place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    own = [place for place in places if _is_own(place)]
    if not own:
        raise OutsideTheMachine(f"{host} is not this machine")
    for place in own[:-1]:
        with suppress(ConnectionError):
            return socket.create_connection((place, port), patience)
    return socket.create_connection((own[-1], port), patience)


def _is_own(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if found.is_loopback:
        return True
    family = socket.AF_INET6 if found.version == 6 else socket.AF_INET
    try:
        with socket.socket(family) as trial:
            trial.bind((address, 0))  # only an address of one of the machine's own cards can be bound
    except OSError:
        return False
    return not found.is_unspecified
