"""More for a connected customer: another tenant, or consent once more, by whoever sits beside or by a link."""

from __future__ import annotations

from django.conf import settings

from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.scope import whole
from tenantry.kernel.text import _
from tenantry.portal.customers import queries, rules
from tenantry.portal.customers.actions.linking import begin_link
from tenantry.portal.customers.models import AppProfile, AuthorizationLink, Customer, Draft, Tenant
from tenantry.portal.customers.rules import Invited


def add_tenant(actor: Actor, customer: Customer, name: str, sharepoint_admin: str) -> Draft:
    """Begin to add a tenant to a customer; refuses a fifty-first, and a customer that is not connected (409)."""
    actor.require("customers.onboard", customer)
    rules.check_tenant(name, sharepoint_admin)
    if Tenant.of_partner.filter(customer=customer).count() >= Tenant.MOST_A_CUSTOMER:
        raise Refused(_("A customer has at most {most} tenants."), most=Tenant.MOST_A_CUSTOMER)
    return _draft(actor, customer, rules.TENANT, label=name, sharepoint_admin=sharepoint_admin)


@whole
def link_tenant(actor: Actor, customer: Customer, tenant: tuple[str, str], invited: Invited) -> AuthorizationLink:
    """A link by which an administrator adds a tenant, given its friendly name and SharePoint admin address."""
    actor.require("customers.onboard", customer)
    rules.check_invited(invited, queries.people_by_address(invited.recipients))
    return _link(actor, add_tenant(actor, customer, *tenant), customer, invited)


@whole
def link_consent(actor: Actor, profile: AppProfile, invited: Invited) -> AuthorizationLink:
    """A link by which an administrator of the profile's tenant consents to its app again."""
    actor.require("customers.consent", profile)
    rules.check_invited(invited, queries.people_by_address(invited.recipients))
    draft = _draft(actor, profile.customer, rules.CONSENT, tenant_id=profile.tenant.tenant_id, apps=[profile.app])
    return _link(actor, draft, profile.customer, invited)


def _draft(actor: Actor, customer: Customer, kind: str, **about: object) -> Draft:
    if customer.state != Customer.State.ACTIVE:
        raise Conflict(_("{name} is not connected."), name=customer.organisation, code="not_active")
    values = {
        "person_id": actor.id, "kind": kind, "step": 4, "apps": [rules.INSIGHT], "joins_id": customer.pk,
        "organisation": customer.organisation, "country": customer.country, "data_centre": customer.data_centre,
        "mode": customer.mode, "cloud": settings.CLOUD,
    }  # fmt: skip
    return Draft.objects.create(**(values | about))


def _link(actor: Actor, draft: Draft, customer: Customer, invited: Invited) -> AuthorizationLink:
    draft.recipients = list(invited.recipients)
    draft.save()
    link = AuthorizationLink(customer=customer, draft=draft, email=invited.email)
    begin_link(actor, link, mailed=invited.mailed)
    return link
