"""Which facts about a partner deserve a notice or a mail, and whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tenantry.kernel import ports
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import FactLabel
from tenantry.kernel.offers import MailKind, MailTo, NoticeKind
from tenantry.kernel.text import _, lazy, say
from tenantry.portal.partners import facts


def _administrators(_fact: FactRow) -> Iterable[int]:
    return ports.resolver().holders("partners.transfer", None)  # the catalogue gives it to administrators only


def _both(fact: FactRow) -> Iterable[MailTo]:
    found = values(fact)
    return MailTo(found["former"]), MailTo(found["owner"])


def _names(fact: FactRow) -> dict[str, str]:
    """The names of both, as far as they have not been erased."""
    labels = dict(FactLabel.objects.filter(fact_id=fact.id).values_list("field", "value"))
    return {"former": labels.get("former_name", _("somebody")), "owner": labels.get("owner_name", _("somebody"))}


def _owner_changed(fact: FactRow) -> str:
    return say(_("{owner} owns the partner from now on, in place of {former}."), **_names(fact))


def _to_owner(fact: FactRow) -> str:
    return f"/settings/users/{values(fact)['owner']}"


def _of_owner(fact: FactRow, to: MailTo) -> Mapping[str, Any]:
    return _names(fact) | {"is_owner": to.person == values(fact)["owner"], "at": fact.at}


NOTICES = (NoticeKind(facts.OwnerChanged.name(), "critical", "security", _administrators, _owner_changed, _to_owner),)
MAILS = (
    MailKind("owner_changed", facts.OwnerChanged.name(), _both, lazy("{partner_name} has another owner"),
             "partners/mails/owner_changed.html", _of_owner),
)  # fmt: skip
