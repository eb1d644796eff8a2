"""What is done to several users at once, and the change of the partner's owner."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tenantry.kernel.text import ngettext
from tenantry.kernel.web.page import Request, page
from tenantry.portal.access import actions, queries
from tenantry.portal.access.actions import Spared
from tenantry.portal.access.models import Role
from tenantry.portal.access.views.lists import Candidates, Users
from tenantry.portal.access.views.users import act_on, answered, list_of
from tenantry.portal.people.models import Person


@page("people.manage", methods=("POST",), fresh=True)
def delete(request: Request) -> HttpResponse:
    """Say what the chosen people own and who is spared; delete the others once that is confirmed."""
    people = list(Users.chosen(request, queries.users()))
    if request.POST.get("confirmed") == "1":
        spared = actions.delete_people(request.actor, people)
        count = len(people) - len(spared)
        return _done(request, ngettext("{n} user is deleted.", "{n} users are deleted.", count).format(n=count), spared)
    found = [(person, actions.spared_from_deletion(request.actor, person)) for person in people]
    context = {
        "going": [(person, queries.owned(person.pk)) for person, reason in found if not reason],
        "spared": [Spared(person, reason) for person, reason in found if reason],
        "back": list_of(request.actor),
    }  # fmt: skip
    return render(request, "access/users_delete.html", context)


@page("people.manage", of=queries.role, methods=("POST",))
def take(request: Request, role: Role) -> HttpResponse:
    """Take a role from the chosen people."""
    people = list(Users.chosen(request, queries.users()))
    spared = actions.withdraw_from(request.actor, role, people)
    count = len(people) - len(spared)
    said = ngettext("{n} user holds the role no longer.", "{n} users hold the role no longer.", count).format(n=count)
    return _done(request, said, spared, f"?view={role.pk}")


@page("people.manage", of=queries.role)
def give(request: Request, role: Role) -> HttpResponse:
    """Choose among the people who do not hold a role yet, and let them."""
    if request.method != "POST":
        return _candidates(request, role)
    chosen = list(Candidates.chosen(request, queries.without(role)).values_list("pk", flat=True))
    return answered(
        lambda: actions.assign_role(request.actor, role, chosen),
        lambda error: _candidates(request, role, str(error)),
        f"{list_of(request.actor)}?view={role.pk}",
    )


@page("partners.transfer", of=queries.user, methods=("POST",), fresh=True)
def own(request: Request, person: Person) -> HttpResponse:
    """Make the person the partner's owner."""
    return act_on(request, person, lambda: actions.change_owner(request.actor, person))


def _done(request: Request, said: str, spared: list[Spared], tab: str = "") -> HttpResponse:
    context = {"said": said, "spared": spared, "back": f"{list_of(request.actor)}{tab}"}
    return render(request, "access/users_done.html", context)


def _candidates(request: Request, role: Role, error: str = "") -> HttpResponse:
    grid = Candidates.of_role(request, role)
    context = {"role": queries.title(role), "error": error, "back": f"{list_of(request.actor)}?view={role.pk}"}
    answer = grid.respond("access/role_people.html", context)
    answer.status_code = 422 if error else 200
    return answer
