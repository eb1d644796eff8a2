"""Links that are mailed or shown to somebody who has not signed in.

A link names one row. Its token is computed from the row and a nonce whenever it is told, and stored nowhere; the
directory knows a keyed hash of it, which says in which partner and region the row stands. A new nonce voids the link.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, TypeVar

from django.conf import settings
from django.db import models

from tenantry.kernel import clock, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Gone
from tenantry.kernel.models import PartnerOwned
from tenantry.kernel.residency import claims

LONGEST = 100


def new_nonce() -> str:
    """What makes the tokens of one row differ from each other."""
    return secrets.token_hex(16)


class Linked(PartnerOwned):
    """A row that a link names: an invitation, a reset, an authorization.

    `path` is the address with {token} in it; `again`, if any, the one to which the token of a lapsed link is posted for
    a new one, which goes to the same receiver as the first.
    """

    purpose: ClassVar[str]
    path: ClassVar[str]
    again: ClassVar[str] = ""

    nonce = models.CharField(max_length=32, default=new_nonce)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        abstract = True

    @property
    def is_open(self) -> bool:
        """Whether the link still leads somewhere."""
        return self.used_at is None and clock.now() < self.ends_at

    def use(self) -> None:
        """The link has done what it is for, and does it once."""
        self.used_at = clock.now()
        self.save(update_fields=["used_at"])

    def renew(self, ends_at: datetime) -> None:
        """Let a new link name the row; the former leads nowhere from now on."""
        forget(self)
        self.nonce, self.ends_at, self.used_at = new_nonce(), ends_at, None
        self.save(update_fields=["nonce", "ends_at", "used_at"])

    def void(self) -> None:
        """Let no link name the row any more."""
        self.renew(clock.now())


L = TypeVar("L", bound=Linked)


def token(row: Linked) -> str:
    """The present token of a row, known to the directory from now on; for a mail or page that is just being made."""
    opened, found = scope.current(), _token(row)
    claims.claim("link", found, opened.partner, opened.region)
    claims.confirm("link", found, opened.partner)
    return found


def address(row: Linked) -> str:
    """The whole address of a row's link."""
    return settings.PUBLIC_URL + row.path.format(token=token(row))


def forget(row: Linked) -> None:
    """Let the directory forget the present token; without it the nonce still decides."""
    claims.release("link", _token(row), scope.current().partner)


@contextmanager
def follow(model: type[L], given: str, visitor: str = "", *, lapsed: bool = False) -> Iterator[L]:
    """Open the scope of the row that a token names, with an actor good for this row alone.

    Gone for a token that is altered, voided, used or expired; `lapsed` admits the last two. `visitor` is the address
    of the network.
    """
    place = claims.route("link", given[:LONGEST])
    if place is None or place.region not in settings.REGIONS:
        raise Gone
    with scope.route(place.partner, place.region, visitor):
        row = _row(model, given)
        if row is None or not (row.is_open or lapsed):
            raise Gone
        actor = Actor("link", row.pk, "", place.partner, place.region, (), visitor, row.purpose)
        with scope.acting(actor):
            yield row


def _row(model: type[L], given: str) -> L | None:
    """The row whose present token this is, locked so that a link used twice at once is used once."""
    number = given.partition("-")[0]
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    row = model.of_partner.select_for_update().filter(pk=pk).first()
    return row if row is not None and hmac.compare_digest(_token(row).encode(), given.encode()) else None


def _token(row: Linked) -> str:
    """The row's id, so that it is found, and what nobody without the region's key can compute."""
    region_key = hmac.new(settings.SECRET_KEY.encode(), f"link {scope.current().region}".encode(), hashlib.sha256)
    named = f"{row.purpose}:{row.pk}:{row.nonce}".encode()
    return f"{row.pk}-{hmac.new(region_key.digest(), named, hashlib.sha256).hexdigest()}"
