"""Which facts about customers deserve a notice, and whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tenantry.kernel import links, ports
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import FactLabel
from tenantry.kernel.offers import MailKind, MailTo, NoticeKind
from tenantry.kernel.text import _, lazy, ngettext, say
from tenantry.portal.customers import facts, queries, rules


def _told(fact: FactRow) -> Iterable[int]:
    return tuple(values(fact)["told"])


def _consenters(fact: FactRow) -> Iterable[int]:
    return ports.resolver().holders("customers.consent", fact)


def _administrators(_fact: FactRow) -> Iterable[int]:
    return ports.resolver().holders("access.roles", None)  # the catalogue gives it to administrators only


def _name(fact: FactRow) -> str:
    label = FactLabel.objects.filter(fact_id=fact.id, field="organisation").first()
    return label.value if label else _("A customer")


def _to_customer(fact: FactRow) -> str:
    return f"/customers/{values(fact)['customer_id']}"


def _to_tenants(fact: FactRow) -> str:
    return f"{_to_customer(fact)}/tenants"


def _to_draft(fact: FactRow) -> str:
    return f"/customers/onboard/{values(fact)['draft']}"


def _read(fact: FactRow) -> str:
    found = values(fact)
    if found["unknown"]:
        unknown = len(found["unknown"])
        words = ngettext("The first read of {name} has ended; {count} kind is unknown.",
                         "The first read of {name} has ended; {count} kinds are unknown.", unknown)  # fmt: skip
        return say(words, name=_name(fact), count=unknown)
    return say(_("The first read of {name} has ended."), name=_name(fact))


def _onboarded(fact: FactRow) -> str:
    return say(_("{name} is connected. The first read runs."), name=_name(fact))


def _failed(fact: FactRow) -> str:
    reason = str(rules.outcome_text(values(fact)["reason"]))
    return say(_("{name} was not onboarded. {reason}"), name=_name(fact), reason=reason)


def _lost(fact: FactRow) -> str:
    return say(_("{name}’s consent has ended. Ask for it again."), name=_name(fact))


def _reduced(fact: FactRow) -> str:
    missing = ", ".join(values(fact)["missing"])
    return say(_("{name} has taken back a permission: {permissions}."), name=_name(fact), permissions=missing)


def _mode(fact: FactRow) -> str:
    return say(_("Who manages the tenant of {name} was decided anew."), name=_name(fact))


def _expiring(fact: FactRow) -> str:
    return say(_("Nobody has opened the link for {name}. It ends within 24 hours."), name=_name(fact))


def _expired(fact: FactRow) -> str:
    return say(_("The link for {name} has ended without consent. The draft is kept."), name=_name(fact))


def _to_link(fact: FactRow) -> str:
    return f"/customers/links/{values(fact)['link']}"


def _owner(fact: FactRow) -> Iterable[MailTo]:
    found = values(fact)
    link = queries.waiting_link(found["link"]) if found["mailed"] else None
    return (MailTo(address=link.email),) if link is not None else ()


def _asked(fact: FactRow, _to: MailTo) -> Mapping[str, Any] | None:
    """The link; none once it has been used, revoked or made anew, since then another mail speaks of it."""
    link = queries.waiting_link(values(fact)["link"])
    if link is None or fact.at < link.made_at:
        return None
    return {"action_link": links.address(link), "organisation": link.customer.organisation}


MAILS = (
    MailKind("authorization_link", facts.AuthorizationLinkMade.name(), _owner,
             lazy("{partner_name} asks for your consent"), "customers/mails/link.html", _asked),
)  # fmt: skip

NOTICES = (
    NoticeKind(facts.LinkExpiring.name(), "warning", "operations", _told, _expiring, _to_link),
    NoticeKind(facts.LinkExpired.name(), "warning", "operations", _told, _expired, _to_link),
    NoticeKind(facts.InitialSyncFinished.name(), "info", "operations", _told, _read, _to_customer),
    NoticeKind(facts.CustomerOnboarded.name(), "info", "operations", _told, _onboarded, _to_tenants),
    NoticeKind(facts.OnboardingFailed.name(), "warning", "operations", _told, _failed, _to_draft),
    NoticeKind(facts.ConsentLost.name(), "critical", "security", _consenters, _lost, _to_tenants),
    NoticeKind(facts.ConsentReduced.name(), "warning", "security", _consenters, _reduced, _to_tenants),
    NoticeKind(facts.ManagementModeChanged.name(), "info", "operations", _administrators, _mode, _to_customer),
)
