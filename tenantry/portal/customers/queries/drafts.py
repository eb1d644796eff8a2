"""Wizards that have not ended."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from tenantry.kernel import clock, scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Missing
from tenantry.kernel.residency import regions
from tenantry.portal.customers import rules
from tenantry.portal.customers.models import Draft
from tenantry.portal.people.models import Person

PERMISSION = "customers.onboard"


def draft(draft_id: int) -> Draft:
    """One's own draft, or any of the partner's for whoever may onboard everywhere; Missing after thirty days."""
    found, actor = _kept().filter(pk=draft_id).first(), scope.current().actor
    if found is None or (actor.holds(PERMISSION) and not _may_resume(actor, found)):
        raise Missing
    return found


def unfinished(actor: Actor) -> QuerySet[Draft]:
    """The actor's own drafts that have not become customers, the one last saved first."""
    return _kept().filter(person_id=actor.id, customer_id__isnull=True, joins_id__isnull=True).order_by("-saved_at")


def known(draft: Draft) -> Draft | None:
    """The newest unfinished draft of the same account whose consent had been given."""
    same = _kept().filter(tenant_id=draft.tenant_id, account_oid=draft.account_oid, customer_id__isnull=True)
    return same.filter(consented__contains=[rules.INSIGHT]).exclude(pk=draft.pk).order_by("-saved_at").first()


def told_of(customer_id: int) -> tuple[int, ...]:
    """Who began the wizard that the customer came from."""
    starters = Draft.objects.filter(customer_id=customer_id).values_list("person_id", flat=True)
    return tuple(dict.fromkeys(starters))


def starter(customer_id: int) -> str:
    """The name of whoever began the wizard that the customer came from; empty where nobody did."""
    person = Draft.objects.filter(customer_id=customer_id, joins_id=None).values_list("person_id", flat=True).first()
    found = Person.objects.filter(pk=person).first() if person else None
    return found.name if found is not None else ""


def preset(country: str) -> str:
    """The data centre that a country's data goes to; empty where none of the offered ones is meant for it."""
    return (regions.offered(country, settings.REGIONS) or "") if country else ""


def _kept() -> QuerySet[Draft]:
    return Draft.objects.filter(saved_at__gte=clock.now() - Draft.KEPT)


def _may_resume(actor: Actor, draft: Draft) -> bool:
    return draft.person_id == actor.id or actor.everywhere(PERMISSION)
