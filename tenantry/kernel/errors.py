"""Five kinds of error, told apart by whose turn it is."""

from __future__ import annotations

from typing import Any, ClassVar


class Problem(Exception):  # noqa: N818  # each kind is named for whose turn it is
    """Base of the five kinds: a whole sentence with named placeholders, and its values."""

    status: ClassVar[int] = 500

    def __init__(self, message: Any = "", /, *, code: str = "", field: str = "", **values: Any) -> None:
        self.message, self.code, self.field, self.values = message, code, field, values
        super().__init__(str(message))

    def __str__(self) -> str:
        return str(self.message).format(**self.values)


class Refused(Problem):
    """The person's turn: the wish breaks a rule; the sentence says which (422)."""

    status = 422


class NotAllowed(Refused):
    """The person is a member but lacks the permission (403)."""

    status = 403

    def __init__(self, permission: str, message: Any = "") -> None:
        super().__init__(message)
        self.permission = permission


class Interrupted(Refused):
    """A round trip to elsewhere came back in a form that we did not send out (400)."""

    status = 400


class Missing(Problem):
    """Nobody's turn: no such thing, or not for this actor; the two are never told apart (404)."""

    status = 404


class Gone(Missing):
    """A link that was good once and is no longer (410)."""

    status = 410


class Conflict(Problem):
    """Somebody else was first: reload (409)."""

    status = 409


class Later(Problem):
    """The machine's turn: try again after a pause (503)."""

    status = 503

    def __init__(self, message: Any = "", /, *, seconds: float = 0, minutes: float = 0, **values: Any) -> None:
        super().__init__(message, **values)
        self.seconds = seconds + minutes * 60


class Broken(Problem):
    """Our turn: something that cannot be has happened (500, alert)."""

    status = 500


class NoScope(Broken):
    """Rows were asked for while no scope was open."""
