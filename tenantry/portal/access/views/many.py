"""What is done to several users at once, and the change of the partner's owner."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tenantry.kernel.tally import Tally
from tenantry.kernel.text import ngettext
from tenantry.kernel.web.page import Request, page
from tenantry.portal.access import actions, queries
from tenantry.portal.access.models import Role
from tenantry.portal.access.views.lists import Candidates, Users
from tenantry.portal.access.views.users import act_on, answered, list_of
from tenantry.portal.people.models import Person


@page("people.manage", methods=("POST",), fresh=True)
def delete(request: Request) -> HttpResponse:
    """Say what the chosen people own and who is spared; delete the others once that is confirmed."""
    people = list(Users.chosen(request, queries.users()))
    if request.POST.get("confirmed") == "1":
        tally = actions.delete_people(request.actor, people)
        said = ngettext("{n} user is deleted.", "{n} users are deleted.", tally.done).format(n=tally.done)
        return _done(request, said, tally)
    return _confirm(request, people)


def _confirm(request: Request, people: list[Person]) -> HttpResponse:
    going, tally = [], Tally()
    for person in people:
        reason = actions.spared_from_deletion(request.actor, person)
        if reason:
            tally.leave(person.email, reason)
        else:
            going.append((person, queries.owned(person.pk)))
    context = {"going": going, "left": tally.left, "back": list_of(request.actor)}
    return render(request, "access/users_delete.html", context)


@page("people.manage", of=queries.role, methods=("POST",))
def take(request: Request, role: Role) -> HttpResponse:
    """Take a role from the chosen people."""
    tally = actions.withdraw_from(request.actor, role, Users.chosen(request, queries.users()))
    words = ngettext("{n} user holds the role no longer.", "{n} users hold the role no longer.", tally.done)
    return _done(request, words.format(n=tally.done), tally, f"?view={role.pk}")


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


def _done(request: Request, said: str, tally: Tally, tab: str = "") -> HttpResponse:
    context = {"said": said, "left": tally.left, "back": f"{list_of(request.actor)}{tab}"}
    return render(request, "access/users_done.html", context)


def _candidates(request: Request, role: Role, error: str = "") -> HttpResponse:
    grid = Candidates.of_role(request, role)
    context = {"role": queries.title(role), "error": error, "back": f"{list_of(request.actor)}?view={role.pk}"}
    answer = grid.respond("access/role_people.html", context)
    answer.status_code = 422 if error else 200
    return answer
