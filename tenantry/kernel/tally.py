"""What became of an act on many things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from tenantry.kernel.errors import Conflict, NotAllowed, Refused
from tenantry.kernel.text import _

T = TypeVar("T")


@dataclass
class Tally:
    """How many things it was done to, and the names of those left out, by reason."""

    done: int = 0
    left: dict[str, list[str]] = field(default_factory=dict)

    def leave(self, name: str, reason: str) -> None:
        """Remember one that it was not done to."""
        self.left.setdefault(reason, []).append(name)


def each(things: Iterable[T], act: Callable[[T], object], name: Callable[[T], str] = str) -> Tally:
    """Do it to each thing that allows it, and remember why the others do not; an act is whole or not at all.

    An act checks before it writes, so that a refusal leaves nothing half done.
    """
    tally = Tally()
    for thing in things:
        try:
            act(thing)
        except NotAllowed as error:
            tally.leave(name(thing), str(error) or _("Your roles do not allow it there."))
        except (Refused, Conflict) as error:
            tally.leave(name(thing), str(error))
        else:
            tally.done += 1
    return tally
