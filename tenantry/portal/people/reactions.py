"""What follows from a person having been written."""

from __future__ import annotations

from tenantry.kernel import scope
from tenantry.kernel.facts import on, values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.models import FactLabel
from tenantry.kernel.residency import claims
from tenantry.portal.people import rules
from tenantry.portal.people.facts import PersonDeleted, PersonInvited
from tenantry.portal.people.models import Person


@on(PersonInvited)
def confirm_address(fact: FactRow) -> None:
    """Confirm the claim of the person's address, where the process that wrote it had no time left to; repeatable."""
    person = Person.objects.filter(pk=values(fact)["person"]).first()
    if person is not None:
        claims.confirm("email", person.email, scope.current().partner)


@on(PersonDeleted)
def release_address(fact: FactRow) -> None:
    """Give the address of a deleted person back, so that any partner may invite it; repeatable."""
    label = FactLabel.objects.filter(fact_id=fact.id, field="email").first()
    if label is not None and not has_address(label.value):
        claims.release("email", label.value, scope.current().partner)


@claims.witness("email")
def has_address(email: str) -> bool:
    """Whether the open scope's partner has a person of this address; asked before its lapsed claim passes on."""
    return Person.of_partner.filter(email_key=rules.email_key(email)).exists()
