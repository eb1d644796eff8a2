"""Which facts about people are followed by a notice or a mail, to whom and with which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tenantry.kernel import links, scope
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import FactLabel
from tenantry.kernel.offers import MailKind, MailTo, NoticeKind
from tenantry.kernel.residency import claims
from tenantry.kernel.text import lazy as _
from tenantry.kernel.text import say
from tenantry.portal.people import facts, queries, rules

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


def _unlocked(_fact: FactRow, to: MailTo) -> Mapping[str, Any] | None:
    return _account("unlocked", to)


def _factor_reset(_fact: FactRow, to: MailTo) -> Mapping[str, Any] | None:
    return _account("factor reset", to)


def _account(what: str, to: MailTo) -> Mapping[str, Any]:
    return {"what": what, "receiver_name": queries.person(to.person or 0).name}


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
    MailKind("unlocked", facts.PersonUnlocked.name(), _person, _("Your account is unlocked"),
             "people/mails/account.html", _unlocked),
    MailKind("factor_reset", facts.MfaReset.name(), _person, _("Your second factor was reset"),
             "people/mails/account.html", _factor_reset),
)  # fmt: skip


def _herself(fact: FactRow) -> Iterable[int]:
    return (values(fact)["person"],)


def _to_sessions(_fact: FactRow) -> str:
    return "/profile#sessions"


def _to_factors(_fact: FactRow) -> str:
    return "/profile/second-factor"


def _label(fact: FactRow, field: str) -> str:
    label = FactLabel.objects.filter(fact_id=fact.id, field=field).first()
    return label.value if label else ""


def _locked(fact: FactRow) -> str:  # noqa: ARG001  # one text for every lock
    return str(_("Too many wrong passwords or codes were tried for your account, from browsers that are locked now."))


def _new_place(fact: FactRow) -> str:
    browser = rules.browser_name(_label(fact, "browser")) or str(_("an unknown browser"))
    address = _label(fact, "address") or str(_("an unknown address"))
    return say(_("You signed in from a browser not seen for 90 days: {browser}, {address}. End the session if that was"
                 " not you."), browser=browser, address=address)  # fmt: skip


def _codes_low(fact: FactRow) -> str:
    return say(_("{left} recovery codes are left. Make new ones."), left=values(fact)["left"])


NOTICES = (
    NoticeKind(facts.PersonLocked.name(), "warning", "security", _herself, _locked, _to_sessions),
    NoticeKind(facts.SignedInNewPlace.name(), "info", "security", _herself, _new_place, _to_sessions),
    NoticeKind(facts.RecoveryCodesLow.name(), "warning", "security", _herself, _codes_low, _to_factors),
)
