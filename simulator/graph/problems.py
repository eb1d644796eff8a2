"""Refusals in Graph's own words (the wire behaviours of the cloud's description)."""

from __future__ import annotations

from simulator.wire import Answer, error


class GraphError(Exception):
    """A refusal that becomes an answer."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.answer: Answer = error(status, code, message, headers)


def unknown_segment(name: str) -> GraphError:
    """An address that leads nowhere."""
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{name}'.")


def unknown_property(name: str, type_name: str) -> GraphError:
    """A property that the type does not have."""
    text = f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type '{type_name}'."
    return GraphError(400, "BadRequest", text)


def unsupported(message: str) -> GraphError:
    """A query that the directory does not answer."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def bad_request(message: str) -> GraphError:
    """A query or body that is not understood."""
    return GraphError(400, "Request_BadRequest", message)


def no_such(object_id: str) -> GraphError:
    """An object that is not there, or not in this tenant."""
    text = f"Resource '{object_id}' does not exist or one of its queried reference-property objects are not present."
    return GraphError(404, "Request_ResourceNotFound", text)


def forbidden() -> GraphError:
    """A permission is missing."""
    return GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def unauthorized(message: str, base: str, extra: str = "") -> GraphError:
    """The token is missing, expired, foreign, or older than a change of consent."""
    challenge = (
        f'Bearer realm="", authorization_uri="{base}/common/oauth2/authorize", '
        f'client_id="00000003-0000-0000-c000-000000000000"{extra}'
    )
    return GraphError(401, "InvalidAuthenticationToken", message, {"www-authenticate": challenge})
