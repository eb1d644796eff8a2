"""Which facts about people are followed by a mail, to whom and with which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tenantry.kernel import links, scope
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.offers import MailKind, MailTo
from tenantry.kernel.residency import claims
from tenantry.kernel.text import lazy as _
from tenantry.portal.people import facts, queries

INVITED, INVITED_AGAIN, RESET = "invitation", "invitation_again", "reset"


def _person(fact: FactRow) -> Iterable[MailTo]:
    return (MailTo(values(fact)["person"]),)


def _invitation(fact: FactRow, _to: MailTo) -> Mapping[str, Any] | None:
    """The link; none where another partner has the address, which only the mail may say. Old news is not sent."""
    row = queries.waiting_invitation(values(fact)["person"])
    if row is None or fact.at < row.sent_at:
        return None
    holder = claims.route("email", row.person.email)
    if holder is not None and holder.partner != scope.current().partner:
        return {"taken": True}
    return {"action_link": links.address(row), "ends_at": row.ends_at}


def _reset(fact: FactRow, _to: MailTo) -> Mapping[str, Any] | None:
    row = queries.open_reset(values(fact)["reset"])
    return None if row is None else {"action_link": links.address(row), "receiver_name": row.person.name}


def _invited(fact: FactRow) -> Iterable[MailTo]:
    return _person(fact) if queries.waiting_invitation(values(fact)["person"]) else ()


def _asked_for(fact: FactRow) -> Iterable[MailTo]:
    return _person(fact) if values(fact)["kind"] == "password" else ()


def _inviter(fact: FactRow) -> int | None:
    row = queries.waiting_invitation(values(fact)["person"])
    return row.by if row else None


MAILS = (
    MailKind(INVITED, facts.PersonInvited.name(), _invited, _("{partner_name} invites you to {product_name}"),
             "people/mails/invitation.html", _invitation, _inviter),
    MailKind(INVITED_AGAIN, facts.InvitationResent.name(), _invited, _("{partner_name} invites you to {product_name}"),
             "people/mails/invitation.html", _invitation, _inviter),
    MailKind(RESET, facts.ResetRequested.name(), _asked_for, _("Choose a new password for {product_name}"),
             "people/mails/reset.html", _reset, lambda _fact: None),
)  # fmt: skip
