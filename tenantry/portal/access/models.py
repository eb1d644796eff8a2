"""Roles, the groups they reach, and who holds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from tenantry.kernel import clock
from tenantry.kernel.models import CompositeKey, Given, OwnedManager, PartnerOwned
from tenantry.portal.access.rules import Wish
from tenantry.portal.customers.models import CustomerGroup
from tenantry.portal.people.models import Person

AGAIN_AFTER = timedelta(minutes=1)


class RoleQuery(models.QuerySet["Role"]):
    """Questions about roles."""

    def of(self, person_id: int | Given) -> Self:
        """Those that a person holds."""
        return self.filter(holders__person_id=person_id)

    def with_groups(self) -> Self:
        """Each with the ids of the customer groups it reaches, in `reach`."""
        ids = ArrayAgg("scopes__group_id", filter=models.Q(scopes__isnull=False), distinct=True, default=[])
        return self.annotate(reach=ids)

    def counted(self) -> Self:
        """Each with how many people hold it, in `held_by`."""
        return self.annotate(held_by=models.Count("holders", distinct=True))

    def named(self, name: str) -> Self:
        """The one of this name, however it is written."""
        return self.filter(name__iexact=name)


class Role(PartnerOwned):
    """Permissions on all customers, or on those of some customer groups."""

    reach: list[int]  # of with_groups
    held_by: int  # of counted

    name = models.CharField(max_length=60)
    description = models.CharField(max_length=250, blank=True)
    permissions = ArrayField(models.CharField(max_length=64), default=list)
    everywhere = models.BooleanField(default=False)
    builtin = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.BigIntegerField(default=0)

    objects = OwnedManager.from_queryset(RoleQuery)()  # type: ignore[misc]  # a manager with questions

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint("partner_id", Lower("name"), name="access_role_name_once"),
            models.UniqueConstraint(
                fields=("partner_id",), condition=models.Q(builtin=True), name="access_role_one_builtin"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def make(cls, wish: Wish, by: int) -> Role:
        """Write a new role; the groups it reaches begin to guard."""
        role = cls.objects.create(name=wish.name, description=wish.description, permissions=sorted(wish.permissions),
                                  everywhere=wish.everywhere, changed_at=clock.now(), changed_by=by)  # fmt: skip
        role.reach_only(frozenset() if wish.everywhere else wish.groups)
        return role

    @classmethod
    def make_administrators(cls) -> Role:
        """Write the built-in role: all permissions, all customers."""
        return cls.objects.create(name="Administrators", everywhere=True, builtin=True, changed_at=clock.now())

    def as_wish(self) -> Wish:
        """What it gives now, in the shape in which a role is asked for; read `with_groups`."""
        return Wish(self.name, self.description, frozenset(self.permissions), self.everywhere, frozenset(self.reach))

    def revise(self, wish: Wish, by: int) -> None:
        """Change what it gives; effective at the next request of each holder."""
        self.name, self.description, self.everywhere = wish.name, wish.description, wish.everywhere
        self.permissions, self.version = sorted(wish.permissions), self.version + 1
        self.changed_at, self.changed_by = clock.now(), by
        self.save()
        self.reach_only(frozenset() if wish.everywhere else wish.groups)

    def reach_only(self, groups: frozenset[int]) -> None:
        """Reach these groups and no others; a group guards while some role reaches it."""
        left = list(self.scopes.exclude(group_id__in=groups).values_list("group_id", flat=True))
        self.scopes.filter(group_id__in=left).delete()
        known = set(self.scopes.values_list("group_id", flat=True))
        RoleGroup.objects.bulk_create(RoleGroup(role=self, group_id=group) for group in sorted(groups - known))
        CustomerGroup.of_partner.filter(pk__in=groups).update(guards=True)
        RoleGroup.release(left)

    def remove(self) -> None:
        """Delete it; groups that no other role reaches guard no longer."""
        self.reach_only(frozenset())
        self.delete()

    def give(self, person_id: int) -> bool:
        """Let a person hold it; False where it did."""
        return RoleHolder.objects.get_or_create(role=self, person_id=person_id)[1]

    def take(self, person_id: int) -> bool:
        """Let a person hold it no longer; False where it did not."""
        return self.holders.filter(person_id=person_id).delete()[0] > 0


class RoleGroup(PartnerOwned):
    """A role reaches the customers of a group."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, db_constraint=False, related_name="scopes")
    group = models.ForeignKey(CustomerGroup, on_delete=models.CASCADE, db_constraint=False, related_name="reached_by")

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="access_rolegroup_role", field="role", to="access_role"),
            CompositeKey(name="access_rolegroup_group", field="group", to="customers_customergroup"),
            models.UniqueConstraint(fields=("partner_id", "role", "group"), name="access_rolegroup_once"),
        ]

    @classmethod
    def release(cls, groups: Iterable[int]) -> None:
        """Groups of these that no role reaches any more guard no longer."""
        used = cls.objects.filter(group_id__in=groups).values("group_id")
        CustomerGroup.of_partner.filter(pk__in=groups).exclude(pk__in=used).update(guards=False)


class RoleHolder(PartnerOwned):
    """A person holds a role."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, db_constraint=False, related_name="holders")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="holdings")
    given_at = models.DateTimeField(default=clock.now)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="access_roleholder_role", field="role", to="access_role"),
            CompositeKey(name="access_roleholder_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "role", "person"), name="access_roleholder_once"),
        ]
        indexes = [models.Index(fields=["partner_id", "person"], name="access_roleholder_of")]


class Refusal(PartnerOwned):
    """How often one actor was refused one permission, so that the log hears of it at most once a minute."""

    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField()
    permission = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            models.UniqueConstraint(
                fields=("partner_id", "actor_kind", "actor_id", "permission"), name="access_refusal_once"
            ),
        ]

    @classmethod
    def count_one(cls, actor_kind: str, actor_id: int, permission: str) -> int:
        """One more; returns how many to tell of now, 0 while the last telling is under a minute old."""
        key: dict[str, Any] = {"actor_kind": actor_kind, "actor_id": actor_id, "permission": permission}
        Refusal.objects.bulk_create([Refusal(**key)], update_conflicts=True, unique_fields=["partner_id", *key],
                                    update_fields=["permission"])  # fmt: skip
        row, now = Refusal.objects.select_for_update().get(**key), clock.now()
        due = row.told_at is None or now - row.told_at >= AGAIN_AFTER
        told, row.count = (row.count + 1, 0) if due else (0, row.count + 1)
        row.told_at = now if due else row.told_at
        row.save(update_fields=["count", "told_at"])
        return told
