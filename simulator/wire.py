"""Requests and answers as the handlers see them, and the error bodies of Graph and of the token endpoint."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

JSON = "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8"


@dataclass
class Request:
    """One request; header names in lower case, query values decoded, the first of each name."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = "localhost"
    scheme: str = "https"
    transport: object | None = None

    @property
    def base(self) -> str:
        """Scheme and host as the client addressed them; links are built from it."""
        return f"{self.scheme}://{self.host}"

    def form(self) -> dict[str, str]:
        """A posted form, the first value of each name."""
        values: dict[str, str] = {}
        for name, value in parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True):
            values.setdefault(name, value)
        return values

    def json(self) -> Any:
        """The body as JSON; ValueError when it is none."""
        return msgspec.json.decode(self.body)


@dataclass
class Answer:
    """One answer; `cut` sends only so many bytes of the body, `reset` breaks the connection instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    wait_in_body: float = 0.0  # seconds between the first byte of the body and the others
    cut: int | None = None
    reset: bool = False


def json_answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """A JSON answer with Graph's content type."""
    return Answer(status, msgspec.json.encode(value), {"content-type": JSON, **(headers or {})})


def error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """Graph's error body (Microsoft Graph: error responses)."""
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": str(uuid.uuid4()),
        "client-request-id": str(uuid.uuid4()),
    }
    return json_answer({"error": {"code": code, "message": message, "innerError": inner}}, status, headers)


def throttled(headers: dict[str, str]) -> Answer:
    """429, whose body names the status inside (Microsoft Graph throttling guidance)."""
    answer = error(429, "TooManyRequests", "Too many requests.", headers)
    body = msgspec.json.decode(answer.body)
    body["error"]["innerError"] |= {"code": "429", "status": "429"}
    body["error"]["innerError"]["date"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return Answer(429, msgspec.json.encode(body), answer.headers)


def html(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """A page for a browser, under a policy that allows its own style sheet and nothing else."""
    policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    given = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy, "cache-control": "no-store"}
    return Answer(status, text.encode(), {**given, **(headers or {})})


def redirect(address: str, headers: dict[str, str] | None = None) -> Answer:
    """Send the browser elsewhere."""
    return Answer(302, b"", {"location": address, "cache-control": "no-store", **(headers or {})})
