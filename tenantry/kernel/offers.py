"""The shapes of what a folder may say of itself and offer to others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from tenantry.kernel.text import Text

Area = Literal["services", "licenses", "shared"]
"""Where a page stands: for who serves customers, for who distributes licences, or for both."""


@dataclass(frozen=True)
class Menu:
    """An entry of the navigation; shows in its area when one of the permissions is held on at least one customer."""

    title: Text
    href: str
    icon: str
    order: int
    permissions: tuple[str, ...]
    group: Literal["main", "modules", "oversight", "settings"] = "main"
    area: Area = "services"


@dataclass(frozen=True)
class Manifest:
    """What a folder is; plain data, never imports its siblings. Its pages stand in its area."""

    name: str
    title: Text
    permissions: tuple[str, ...] = ()
    menu: tuple[Menu, ...] = ()
    preview: bool = False
    editions: tuple[str, ...] = ("commercial", "government")
    area: Area = "services"


@dataclass(frozen=True)
class Card:
    """A card of the home page or of a settings page."""

    key: str
    title: Text
    permission: str
    place: Literal["home", "settings", "customer"]
    order: int
    template: str
    content: Callable[..., Mapping[str, Any]]
    area: Area = "shared"


@dataclass(frozen=True)
class CustomerTab:
    """A tab of the customer's page; a module's tab of the same key replaces the portal's plain one."""

    key: str
    title: Text
    permission: str
    order: int
    href: str  # a path with {customer}
    module: bool = False


@dataclass(frozen=True)
class CustomerField:
    """A column, filter and rule condition of customers that a higher folder offers."""

    key: str
    title: Text
    order: int
    annotate: Callable[[Any], Any]
    cell: Callable[[Any], str]


@dataclass(frozen=True)
class NoticeKind:
    """Which fact deserves a notice, to whom, how loud; `receivers` gives person ids for the fact's row."""

    fact: str
    severity: Literal["info", "warning", "critical"]
    area: Literal["operations", "licences", "security", "announcements"]
    receivers: Callable[[Any], Iterable[int]]
    text: Callable[[Any], str]
    href: Callable[[Any], str]


@dataclass(frozen=True)
class MailTo:
    """Whom a mail goes to: a person of the partner, in its language, or an address outside with the language wished."""

    person: int | None = None
    address: str = ""
    language: str = ""


@dataclass(frozen=True)
class MailKind:
    """Which fact is followed by a mail, to whom, and in which words.

    `context` is asked when the mail is rendered, in the receiver's language: it computes links then, and None says
    that the mail is wanted no longer. `subject` fills its placeholders from it, and so does the template, which
    extends `notifications/mail.html`. `sender` is the person who hears of a mail that could not be delivered.
    """

    key: str
    fact: str
    receivers: Callable[[Any], Iterable[MailTo]]
    subject: Text
    template: str
    context: Callable[[Any, MailTo], Mapping[str, Any] | None]
    sender: Callable[[Any], int | None] = field(default=lambda fact: fact.actor_id or None)


@dataclass(frozen=True)
class Hit:
    """One result of a search."""

    title: str
    detail: str
    href: str
    icon: str
    exact: bool = False
    at: datetime | None = None


@dataclass(frozen=True)
class SearchSource:
    """Answers the search box for one kind of thing, under its own permission."""

    key: str
    title: Text
    permission: str
    order: int
    find: Callable[[str, int], list[Hit]]


@dataclass(frozen=True)
class Command:
    """Something to do that people find by its name in the search box."""

    title: Text
    href: str
    icon: str
    permission: str
    order: int
    area: Area = "services"


@dataclass(frozen=True)
class GroupUse:
    """Counts what uses customer groups, for the column *Used by* and the refusal to delete."""

    key: str
    title: Text
    count: Callable[[Iterable[int]], Mapping[int, int]]


@dataclass(frozen=True)
class OwnedThings:
    """What a person owns in a folder, named when the person is deleted."""

    key: str
    title: Text
    list: Callable[[int], list[str]] = field(default=lambda _person: [])


@dataclass(frozen=True)
class KeptView:
    """How a person keeps a list, as the query of an address; the one without a name is its own columns and height."""

    id: int
    name: str
    query: str


@dataclass(frozen=True)
class ListKeeper:
    """Knows how the person of the open scope keeps the list of that key; at most one folder offers it."""

    kept: Callable[[str], list[KeptView]]
