"""What a kind declares; from it follow the call, the writing, the figures and the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from tenantry.engines.inventory.models import Observed, ObservedRaw, Version
from tenantry.kernel.residency.home import Home
from tenantry.kernel.text import Text


class Entry(NamedTuple):
    """What a search shows and looks through."""

    title: str
    detail: str
    text: str


@dataclass(frozen=True)
class Kind:
    """One kind of object: where it is read, how often, with which permission, and what becomes of it."""

    name: str
    title: Text
    endpoint: str
    select: tuple[str, ...]
    version: int  # of the selection; raise it with every change of `select`: delta tokens become void
    permission: str
    interval: timedelta
    how: Literal["delta", "hash"]
    phase: int
    order: int
    model: type[Observed] | type[ObservedRaw]
    versions: type[Version]
    promote: Callable[[bytes], dict[str, Any]]  # the promoted columns of a body
    service: str = "ID"
    page: int = 999  # the most objects of a page; 0 where the endpoint has no pages
    row: str = "R10"  # of the storage table (residency, section 2), which says the same of the home
    licence: str = "Entra ID P1"  # the plan that a tenant lacks when Microsoft says that one is missing
    further: tuple[str, ...] = ()  # addresses that are read after the endpoint, each with one object more
    lag: timedelta = timedelta()  # how far behind Microsoft itself is with what it tells
    count: str = ""  # the path that counts the objects, for the first read's percentage
    figures: Mapping[str, str] = field(default_factory=dict)  # figure -> SQL aggregate over the current rows
    entry: Callable[[Mapping[str, Any]], Entry] | None = None  # what the search knows of an object
    links: tuple[str, ...] = ()  # relations that come with the objects, kept as memberships
    told: str = ""  # the resource under which Microsoft tells changes of it (cloud/catalogue/lifetimes.toml)
    newest: str = ""  # the promoted column with Microsoft's own date, of a kind whose rows are moments
    history: str = ""  # of such a kind: the address of older moments, read once, before the first read
    sheds: tuple[str, ...] = ()  # of such a kind: properties that only the newest row keeps

    @property
    def home(self) -> Home:
        """Whose data centre keeps the rows: what their table declares."""
        return self.model.home

    def first_address(self) -> str:
        """The path of a full read's first page."""
        wishes = [f"$select={','.join((*self.select, *self.links))}"] if self.select or self.links else []
        wishes += [f"$top={self.page}"] if self.how == "hash" and self.page else []
        path = self.endpoint.partition("?$select=")[0]
        mark = "&" if "?" in path else "?"
        return path + (mark + "&".join(wishes) if wishes else "")

    def after(self, address: str) -> str:
        """The address that follows when one is read to its end; empty after the last."""
        every = (self.first_address(), *self.further)
        place = every.index(address) if address in every else len(every)
        return every[place + 1] if place + 1 < len(every) else ""
