"""How a person keeps a list."""

from __future__ import annotations

from typing import Self

from django.db import models

from tenantry.kernel.errors import Conflict, Refused
from tenantry.kernel.models import CompositeKey, Given, OwnedManager, PartnerOwned
from tenantry.kernel.text import lazy as _
from tenantry.portal.people.models.person import Person


class SavedViewQuery(models.QuerySet["SavedView"]):
    """Questions about saved views."""

    def of(self, person_id: int | Given) -> Self:
        """Those of one person, by list and name; the layout of a list stands before its views."""
        return self.filter(person_id=person_id).order_by("list", "name", "id")


class SavedView(PartnerOwned):
    """A list as a person wants to see it again, as the query of its address.

    The one without a name is the list's layout: columns, page size and height.
    """

    MOST = 50
    LONGEST_NAME = 60
    LONGEST_QUERY = 6000

    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_constraint=False, related_name="saved_views")
    list = models.CharField(max_length=40)
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True)

    objects = OwnedManager.from_queryset(SavedViewQuery)()  # type: ignore[misc]  # a manager with questions

    class Meta(PartnerOwned.Meta):
        constraints = [
            *PartnerOwned.Meta.constraints,
            CompositeKey(name="people_savedview_person", field="person", to="people_person"),
            models.UniqueConstraint(fields=("partner_id", "person", "list", "name"), name="people_savedview_once"),
        ]

    @classmethod
    def keep(cls, person_id: int, key: str, name: str, query: str) -> SavedView:
        """Keep a view under a new name; refuses the 51st of a person, over all its lists."""
        views = cls.objects.of(person_id).exclude(name="")
        if views.count() >= cls.MOST:
            raise Refused(_("You have {most} saved views. Delete one first."), most=cls.MOST)
        view = cls(person_id=person_id, list=key, name=name, query=query)
        view.check_name()
        view.save()
        return view

    @classmethod
    def lay_out(cls, person_id: int, key: str, query: str) -> None:
        """Keep the list's columns, page size and height, in place of what was kept before."""
        cls.objects.update_or_create(person_id=person_id, list=key, name="", defaults={"query": query})

    def rename(self, name: str) -> None:
        """Give it another name."""
        self.name = name
        self.check_name()
        self.save(update_fields=["name"])

    def replace(self, query: str) -> None:
        """Keep another state of the list under the same name."""
        self.query = query
        self.save(update_fields=["query"])

    def check_name(self) -> None:
        """Refuse a name that is empty or too long, and one that another view of the list has."""
        if not 1 <= len(self.name) <= self.LONGEST_NAME:
            raise Refused(_("A view's name has 1 to {longest} characters."), longest=self.LONGEST_NAME, field="name")
        others = SavedView.objects.filter(person_id=self.person_id, list=self.list, name=self.name)
        if others.exclude(pk=self.pk).exists():
            raise Conflict(_("You have a view of this name already."), field="name")
