"""How a person keeps a list: its columns, page size and height, and the views that it saved."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tenantry.kernel import registry, scope
from tenantry.kernel.offers import KeptView, ListKeeper
from tenantry.kernel.web.grid.state import State

MOST_TABS = 6
"""Saved views that stand as tabs; the rest stands under *More*, uncounted."""


@dataclass(frozen=True)
class Kept:
    """What is kept of one list; nothing while nobody is signed in."""

    layout: State = field(default_factory=State)
    views: Sequence[KeptView] = ()
    possible: bool = False

    @classmethod
    def of(cls, key: str) -> Kept:
        """What the person of the open scope keeps of the list of that key."""
        opened, keeper = scope.peek(), _keeper()
        if opened is None or opened.actor.kind != "person" or keeper is None:
            return cls()
        found = keeper.kept(key)
        layout = next((State.parse(view.query) for view in found if not view.name), State())
        return cls(layout, [view for view in found if view.name], possible=True)

    def saved(self, state: State) -> KeptView | None:
        """The saved view that the address names, if it is one of the person's."""
        return next((view for view in self.views if view.id == state.saved), None) if state.saved else None

    def tabs(self, state: State) -> tuple[list[KeptView], list[KeptView]]:
        """The views that stand as tabs, the open one among them, and those under *More*."""
        first, rest = list(self.views[:MOST_TABS]), list(self.views[MOST_TABS:])
        opened = self.saved(state)
        if opened in rest:
            rest.remove(opened)
            first.append(opened)
        return first, rest


def opened(view: KeptView) -> State:
    """The state that a saved view opens; it names the view, so that its tab is marked."""
    return replace(State.parse(view.query), saved=view.id)


def differs(view: KeptView, state: State) -> bool:
    """Whether the list was changed since the view was opened."""
    return opened(view).pairs() != replace(state, saved=view.id, at="").pairs()


@functools.cache
def _keeper() -> ListKeeper | None:
    return next(registry.offers(ListKeeper), None)
