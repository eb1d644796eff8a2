"""Lists of what a customer's tenants hold in their directories."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Count, F, Model, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from tenantry.engines.inventory.models import (
    Application,
    Domain,
    Membership,
    Organization,
    PermissionGrant,
    Registration,
    RoleAssignment,
    RoleDefinition,
    ServicePrincipal,
    SignInActivity,
    Sku,
    Source,
    TenantDevice,
    TenantGroup,
    TenantUser,
)
from tenantry.engines.inventory.queries.search import named
from tenantry.kernel.errors import Missing

M = TypeVar("M", bound=Model)


def users(customer_id: int, words: str = "") -> QuerySet[TenantUser, TenantUser]:
    """The customer's tenant users, to be sorted by `sort_key` or `upn` (and id); `words` narrows by name or address."""
    return TenantUser.objects.filter(named("users", words), customer_id=customer_id)


def groups(customer_id: int, words: str = "") -> QuerySet[TenantGroup, TenantGroup]:
    """The customer's tenant groups, to be sorted by `sort_key` (and id)."""
    return TenantGroup.objects.filter(named("groups", words), customer_id=customer_id)


def domains(customer_id: int) -> QuerySet[Domain, Domain]:
    """The customer's domains, the default one first."""
    return Domain.objects.filter(customer_id=customer_id).order_by("-default", "object_id")


def organization(customer_id: int) -> Organization | None:
    """The tenant's own record; None until it has been read."""
    return Organization.objects.filter(customer_id=customer_id).order_by("id").first()


def skus(customer_id: int) -> QuerySet[Sku, Sku]:
    """What the customer has bought, by name."""
    return Sku.objects.filter(customer_id=customer_id).order_by("title", "id")


def sources(customer_id: int) -> QuerySet[Source, Source]:
    """The customer's sources."""
    return Source.objects.filter(customer_id=customer_id).order_by("id")


def group(customer_id: int, tenant_group_id: int) -> TenantGroup:
    """One group of the customer's; Missing for any other."""
    found = TenantGroup.objects.filter(customer_id=customer_id, pk=tenant_group_id).first()
    if found is None:
        raise Missing()
    return found


def members(group: TenantGroup) -> QuerySet[Membership, Membership]:
    """Who belongs to a group, as `members` or `owners`, each with `name`, `address` and `found_as`.

    A member of a kind that is not read, or not yet, has no name.
    """
    rows = Membership.objects.filter(source_id=group.source_id, group_id=group.object_id)
    found: QuerySet[Membership, Membership] = _with_names(rows, "member_id")
    return found


def devices(customer_id: int, words: str = "") -> QuerySet[TenantDevice, TenantDevice]:
    """The customer's registered devices, to be sorted by `sort_key`."""
    return TenantDevice.objects.filter(named("devices", words), customer_id=customer_id)


def roles(customer_id: int) -> QuerySet[RoleDefinition, RoleDefinition]:
    """The customer's administrator roles, each with the number of its `holders`."""
    held = RoleAssignment.objects.filter(source=OuterRef("source"), role_id=OuterRef("object_id"))
    counted = held.order_by().values("role_id").annotate(n=Count("principal_id", distinct=True)).values("n")
    return RoleDefinition.objects.filter(customer_id=customer_id).annotate(holders=Coalesce(Subquery(counted), 0))


def role(customer_id: int, tenant_role_id: int) -> RoleDefinition:
    """One role of the customer's; Missing for any other."""
    found = RoleDefinition.objects.filter(customer_id=customer_id, pk=tenant_role_id).first()
    if found is None:
        raise Missing()
    return found


def holders(role: RoleDefinition) -> QuerySet[RoleAssignment, RoleAssignment]:
    """Who holds a role, each with `name`, `address`, `found_as` and, of users, whether they may sign in (`enabled`)."""
    rows = RoleAssignment.objects.filter(source_id=role.source_id, role_id=role.object_id)
    user = TenantUser.objects.filter(source=OuterRef("source"), object_id=OuterRef("principal_id"))
    found: QuerySet[RoleAssignment, RoleAssignment] = _with_names(rows, "principal_id")
    return found.annotate(enabled=Subquery(user.values("enabled")[:1]))


def applications(customer_id: int, words: str = "") -> QuerySet[Application, Application]:
    """The apps registered in the customer's tenants, to be sorted by `sort_key`."""
    return Application.objects.filter(named("applications", words), customer_id=customer_id)


def service_principals(customer_id: int, words: str = "") -> QuerySet[ServicePrincipal, ServicePrincipal]:
    """The apps present in the customer's tenants, each with the number of consents to it (`consents`)."""
    given = PermissionGrant.objects.filter(source=OuterRef("source"), client_id=OuterRef("object_id"))
    counted = given.order_by().values("client_id").annotate(n=Count("id")).values("n")
    rows = ServicePrincipal.objects.filter(named("service_principals", words), customer_id=customer_id)
    return rows.annotate(consents=Coalesce(Subquery(counted), 0), tenant=F("source__tenant_id"))


def grants(customer_id: int, words: str = "") -> QuerySet[PermissionGrant, PermissionGrant]:
    """What apps may do for people, each with the names of `app`, `resource` and, unless for everybody, `person`."""
    there = ServicePrincipal.objects.filter(source=OuterRef("source"))
    person = TenantUser.objects.filter(source=OuterRef("source"), object_id=OuterRef("principal_id"))
    rows = PermissionGrant.objects.filter(customer_id=customer_id).annotate(
        app=_name(there.filter(object_id=OuterRef("client_id"))),
        app_sort=_first(there.filter(object_id=OuterRef("client_id")), "sort_key"),
        resource=_name(there.filter(object_id=OuterRef("resource_id"))),
        person=_name(person),
    )
    wanted = words.strip()[:100]
    found = Q(app__icontains=wanted) | Q(person__icontains=wanted) | Q(scope__icontains=wanted)
    return rows.filter(found) if wanted else rows


def registrations(customer_id: int) -> QuerySet[Registration, Registration]:
    """What the customer's users have registered to sign in with, to be sorted by `sort_key`."""
    return Registration.objects.filter(customer_id=customer_id)


def activity(customer_id: int) -> QuerySet[SignInActivity, SignInActivity]:
    """When the customer's users last signed in, each with `name`, `address` and `name_sort`."""
    rows: QuerySet[SignInActivity, SignInActivity] = _with_names(
        SignInActivity.objects.filter(customer_id=customer_id), "object_id"
    )
    return rows


def _with_names(rows: QuerySet[M, M], key: str) -> Any:
    """Name and address of the thing whose id stands in `key`: a user, group, app or device of the same tenant."""
    here = {"source": OuterRef("source"), "object_id": OuterRef(key)}
    user, group = TenantUser.objects.filter(**here), TenantGroup.objects.filter(**here)
    app, device = ServicePrincipal.objects.filter(**here), TenantDevice.objects.filter(**here)
    kinds = ((user, "user"), (group, "group"), (app, "app"), (device, "device"))
    return rows.annotate(
        name=_either(_name(user), _name(group), _name(app), _name(device)),
        name_sort=_either(*(_first(each, "sort_key") for each, _kind in kinds)),
        address=_either(_first(user, "upn"), _first(group, "mail"), _first(app, "app_id")),
        found_as=_either(*(Subquery(each.values_list(Value(kind))[:1]) for each, kind in kinds)),
    )


def _either(*found: Subquery) -> Coalesce:
    return Coalesce(*found, Value(""), output_field=TextField())


def _name(rows: QuerySet[Any, Any]) -> Subquery:
    return _first(rows, "display_name")


def _first(rows: QuerySet[Any, Any], column: str) -> Subquery:
    return Subquery(rows.values(column)[:1])
