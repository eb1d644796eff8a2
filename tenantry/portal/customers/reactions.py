"""What follows from a customer being onboarded, and from what inventory met while reading."""

from __future__ import annotations

from tenantry.engines.inventory import actions as inventory
from tenantry.engines.inventory import tasks as reading
from tenantry.engines.inventory.facts import FirstReadFinished, PermissionsChanged, ReadRefused, ReadRestored
from tenantry.engines.inventory.models import Source
from tenantry.kernel import scope
from tenantry.kernel.errors import Missing
from tenantry.kernel.facts import on, values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.residency import claims
from tenantry.portal.customers import actions, queries
from tenantry.portal.customers.facts import ConsentGiven, CustomerDisconnected, CustomerOnboarded
from tenantry.portal.customers.models import Customer, Tenant


@on(CustomerOnboarded)
def confirm_tenant(fact: FactRow) -> None:
    """Confirm the tenant's claim, where the process that wrote the row had no time left to; repeatable."""
    claims.confirm("tenant", values(fact)["tenant"], scope.current().partner)


@claims.witness("tenant")
def has_tenant(tenant_id: str) -> bool:
    """Whether the open scope's partner has the tenant; asked before its lapsed claim passes on."""
    gone = Customer.State.DISCONNECTED
    return Tenant.of_partner.filter(tenant_id=tenant_id).exclude(customer__state=gone).exists()


@on(CustomerDisconnected)
def let_go(fact: FactRow) -> None:
    """The tenants of a disconnected customer may go to another partner."""
    actions.let_go(scope.current().actor, queries.customer(values(fact)["customer_id"]))


@on(CustomerOnboarded)
def read_first(fact: FactRow) -> None:
    """Start the first read of the tenant; once for each source, however often this runs."""
    for source in Source.objects.filter(customer_id=values(fact)["customer_id"], tenant_id=values(fact)["tenant"]):
        reading.first_read.start(source.pk, key=str(source.pk))


@on(ConsentGiven)
def read_again(fact: FactRow) -> None:
    """Consent that was given anew has the tenant read at once, instead of at the next hourly probe."""
    found, actor = values(fact), scope.current().actor
    if found["renewed"]:
        tenant = queries.tenant_by_id(found["tenant"])
        if tenant.customer.state != Customer.State.ACTIVE:
            return
        inventory.connect(actor, customer_id=tenant.customer_id, tenant_id=tenant.tenant_id, cloud=tenant.cloud,
                          roles=found["roles"], region=tenant.customer.data_centre)  # fmt: skip
        inventory.request_read(actor, tenant.customer_id)


@on(ReadRefused)
def note_refusal(fact: FactRow) -> None:
    """Consent that is gone or smaller changes the app profile, and is a fact of its own."""
    found = values(fact)
    if found["reason"] in actions.CONSENT_REASONS:
        tenant = queries.tenant_by_id(found["tenant"])
        actions.withdraw(scope.current().actor, tenant, found["reason"], found["permission"])


@on(ReadRestored)
def note_return(fact: FactRow) -> None:
    """Consent that works again heals the app profile."""
    found = values(fact)
    if found["reason"] in actions.CONSENT_REASONS:
        tenant = queries.tenant_by_id(found["tenant"])
        actions.restore(scope.current().actor, tenant, found["reason"], found["permission"])


@on(PermissionsChanged)
def note_permissions(fact: FactRow) -> None:
    """A token with fewer permissions than the app needs makes its profile insufficient before any read fails."""
    found = values(fact)
    profile = queries.profile_of(found["tenant"], found["app"])
    if profile is not None:
        actions.check(scope.current().actor, profile, found["permissions"])


@on(FirstReadFinished)
def note_first_read(fact: FactRow) -> None:
    """Say to whoever onboarded the customer that its first read has ended."""
    found = values(fact)
    try:
        tenant = queries.tenant_by_id(found["tenant"])
    except Missing:
        return
    objects = sum(found["counts"].values())
    actions.finish_first_read(scope.current().actor, tenant, objects, tuple(found["unknown"]))
