"""The last step of the wizard: claims the tenant, writes the customer, and has the first read started."""

from __future__ import annotations

from django.db import OperationalError, transaction

from tenantry.engines.inventory import actions as inventory
from tenantry.kernel import clock
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Refused
from tenantry.kernel.facts import Code, Personal, record
from tenantry.kernel.residency import claims
from tenantry.kernel.text import _
from tenantry.portal.customers import queries, rules
from tenantry.portal.customers.facts import ConsentGiven, CustomerJoinedGroup, CustomerOnboarded, OnboardingFailed
from tenantry.portal.customers.models import AppProfile, Customer, Draft, GroupMember, Tenant
from tenantry.portal.customers.rules import Outcome
from tenantry.portal.partners.models import Partner


def onboard(actor: Actor, draft: Draft, recipients: tuple[str, ...] = ()) -> Outcome:
    """Make the draft a customer; of two who finish the same tenant, one is told `already_yours`.

    Never says who else manages a tenant. Refuses a draft without consent, and recipients that no user of the portal is.
    """
    actor.require("customers.onboard")
    Partner.objects.select_for_update().get()  # two acts must not give one number, nor one tenant twice
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if rules.INSIGHT not in draft.consented or draft.step < 4:
        raise Refused(_("The draft is not complete. Go back to the step that is missing."), code="incomplete")
    told = _told(draft, recipients)
    outcome = _present(draft) or _claimed(actor, draft)
    if outcome is None:
        return Outcome("onboarded", _write(actor, draft, told))
    if outcome.code not in {"already_yours", "exists_disconnected"}:
        record(actor, OnboardingFailed(draft.pk, Code(outcome.code), Personal(draft.organisation), told))
    return outcome


def _told(draft: Draft, recipients: tuple[str, ...]) -> tuple[int, ...]:
    people = queries.people_by_address(recipients)
    rules.check_recipients(recipients, people)
    draft.recipients = list(recipients)
    return tuple(dict.fromkeys((draft.person_id, *people.values())))


def _present(draft: Draft) -> Outcome | None:
    tenant = Tenant.of_partner.filter(tenant_id=draft.tenant_id).select_related("customer").first()
    if tenant is not None and tenant.customer.state == Customer.State.DISCONNECTED:
        return Outcome("exists_disconnected", tenant.customer_id)
    if tenant is not None:
        return Outcome("already_yours", tenant.customer_id)
    if draft.customer_id is not None:
        return Outcome("customer_missing")
    active = Customer.State.ACTIVE
    if draft.joins_id is not None and not Customer.of_partner.filter(pk=draft.joins_id, state=active).exists():
        return Outcome("customer_missing")
    return None


def _claimed(actor: Actor, draft: Draft) -> Outcome | None:
    try:
        answer = claims.claim("tenant", draft.tenant_id, actor.partner, actor.region)
    except OperationalError:
        return Outcome("registration_failed")
    return None if answer.ours else Outcome("managed_elsewhere")


def _write(actor: Actor, draft: Draft, told: tuple[int, ...]) -> int:
    now = clock.now()
    joined = Customer.of_partner.select_for_update().filter(pk=draft.joins_id or 0).first()
    customer = joined or _customer(draft)
    tenant = Tenant.objects.create(
        customer=customer, tenant_id=draft.tenant_id, name=draft.label or draft.tenant_name,
        default_domain=draft.default_domain, cloud=draft.cloud, nationality=draft.nationality, connected_at=now,
        sharepoint_admin=draft.sharepoint_admin,
    )  # fmt: skip
    if joined is None:
        customer.wear(tuple(draft.tags))
    if joined is None and draft.pending_id is None:
        join_groups(actor, customer, draft.groups)
    draft.customer_id = customer.pk
    draft.save()
    record(actor, CustomerOnboarded(customer.pk, tenant.pk, Code(draft.tenant_id), Personal(draft.organisation), told,
                                    joined is not None), customer=customer.pk)  # fmt: skip
    _connect(actor, tenant, draft)
    transaction.on_commit(lambda: claims.confirm("tenant", tenant.tenant_id, actor.partner), using=actor.region,
                          robust=True)  # fmt: skip
    return customer.pk


def _customer(draft: Draft) -> Customer:
    """The new customer; the one that waits, where the draft belongs to a link."""
    waiting = Customer.of_partner.select_for_update().filter(pk=draft.pending_id or 0).first()
    customer = waiting or Customer(number=Customer.next_number(), kind=draft.kind)
    for name in ("organisation", "country", "first_name", "last_name", "email", "phone", "data_centre"):
        setattr(customer, name, getattr(draft, name))
    customer.mode = draft.mode or Customer.Mode.UNDECIDED
    customer.state, customer.onboarded_at = Customer.State.ACTIVE, clock.now()
    customer.save()
    return customer


def join_groups(actor: Actor, customer: Customer, groups: list[int]) -> None:
    """Put a new customer into its first groups: no move, so guarded groups may be named too."""
    actor.require("customers.onboard")
    for group in queries.static_groups(frozenset(groups)):
        GroupMember.objects.create(group_id=group, customer=customer)
        record(actor, CustomerJoinedGroup(customer.pk, group), customer=customer.pk)


def _connect(actor: Actor, tenant: Tenant, draft: Draft) -> None:
    for app in draft.consented:
        AppProfile.objects.create(
            customer_id=tenant.customer_id, tenant=tenant, app=app, status=AppProfile.Status.ACTIVE,
            consented_by=draft.account, consented_at=clock.now(), checked_at=clock.now(),
            check_at=rules.next_check(clock.now()),
        )  # fmt: skip
        fact = ConsentGiven(tenant.customer_id, Code(tenant.tenant_id), Code(app), Personal(draft.account),
                            tuple(Code(role) for role in draft.roles), renewed=False)  # fmt: skip
        record(actor, fact, customer=tenant.customer_id)
    inventory.connect(actor, customer_id=tenant.customer_id, tenant_id=tenant.tenant_id, cloud=tenant.cloud,
                      roles=draft.roles, region=draft.data_centre)  # fmt: skip
