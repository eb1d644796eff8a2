"""Tasks: what runs, waits and failed; the pages of engines/durable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import SafeString

from tenantry.engines.durable import actions, queries
from tenantry.engines.durable.models import Work
from tenantry.engines.inventory.models import Source
from tenantry.kernel import scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Conflict
from tenantry.kernel.text import _, lazy, say
from tenantry.kernel.web.grid import Column, Empty, Grid, View
from tenantry.kernel.web.page import Request, page
from tenantry.kernel.web.parts import name_cell, progress, status_word
from tenantry.kernel.web.templatetags.format import ago, clock_time, figure
from tenantry.portal.customers.models import Customer

LIST = "/settings/tasks"
STATE = Work.State
OF_SOURCES = ("inventory.first_read", "inventory.cycle")
KINDS = {
    STATE.QUEUED: "waiting", STATE.RUNNING: "running", STATE.WAITING: "waiting", STATE.PARKED: "failed",
    STATE.DONE: "good", STATE.CANCELLED: "idle",
}  # fmt: skip


def state(work: Any) -> SafeString:
    """The state in words, with the moment until which it waits."""
    words = str(STATE(work.state).label)
    if work.state == STATE.WAITING and work.wait_until:
        words = say(_("Waiting until {time}"), time=clock_time(work.wait_until))
    return status_word(KINDS[STATE(work.state)], words)


def told(work: Any) -> SafeString | str:
    """Why it waits or failed, or else how far it is."""
    if work.reason:
        return str(work.reason)
    if work.state == STATE.RUNNING and work.done:
        return progress(work.done, work.total) if work.total else figure(work.done)
    return str(work.step) if work.state == STATE.RUNNING else ""


def _named(work: Any) -> SafeString:
    return name_cell(queries.title(work.name), f"{LIST}/{work.pk}", work.customer)


def _in(*states: Work.State) -> Callable[[Any], Any]:
    return lambda rows: rows.filter(state__in=states)


class Tasks(Grid):
    """The tasks of the partner, the newest first."""

    key, label, sort = "tasks", lazy("Tasks"), "-made"
    columns = (
        Column("task", lazy("Task"), _named, sort="name", width=300, pinned=True),
        Column("state", lazy("Status"), state, sort="state", width=180, card="status"),
        Column("told", lazy("Reason or progress"), told, card="chips"),
        Column("made", lazy("Asked for"), lambda row: ago(row.made_at), sort="made_at", width=130, card="side"),
        Column("heard", lazy("Last step"), lambda row: ago(row.heard_at) or _("none yet"), width=130, card="hidden"),
        Column("attempts", lazy("Attempts"), lambda row: figure(row.attempts), width=100, number=True, card="hidden"),
    )
    views = (
        View("", lazy("All")),
        View("running", lazy("Running"), _in(STATE.RUNNING, STATE.QUEUED)),
        View("waiting", lazy("Waiting"), _in(STATE.WAITING)),
        View("failed", lazy("Failed"), _in(STATE.PARKED), "alert-circle", "failed"),
        View("done", lazy("Finished"), _in(STATE.DONE, STATE.CANCELLED)),
    )
    search, search_label = ("name__icontains",), lazy("Find a task")
    empty = Empty(
        lazy("Nothing runs, waits or has failed"),
        lazy("Work that takes longer than a page stands here: reading a tenant, sending a mail."),
    )

    def prepare(self, rows: list[Any]) -> None:
        """The customers that the tasks work for, read once."""
        name_customers(rows)


def name_customers(rows: list[Work]) -> None:
    """Hang onto each task the name of its customer, where there is one that the actor may see."""
    sources = {row.pk: row.ids[0] for row in rows if row.name in OF_SOURCES and row.ids}
    with scope.narrowed("customers.view"):
        owners = dict(Source.objects.filter(pk__in=sources.values()).values_list("pk", "customer_id"))
        names = {row.pk: row.organisation for row in Customer.objects.filter(pk__in=owners.values())}
    for row in rows:
        row.customer = names.get(owners.get(sources.get(row.pk, 0), 0), "")  # type: ignore[attr-defined]  # for cells


@page("partners.view", methods=("GET",))
def tasks(request: Request) -> HttpResponse:
    """What runs, waits, failed and has finished lately."""
    return Tasks.from_request(request, queries.tasks()).respond("shell/tasks.html")


@page("partners.view", of=queries.task, methods=("GET",))
def task(request: Request, work: Work) -> HttpResponse:
    """One task: how far it is, why it waits or failed, and its steps."""
    return _one(request, work)


@page(actions.NEEDED, of=queries.task, methods=("POST",))
def retry(request: Request, work: Work) -> HttpResponse:
    """Let the failed task go on from the step that failed."""
    return _done(request, work, actions.retry)


@page(actions.NEEDED, of=queries.task, methods=("POST",))
def cancel(request: Request, work: Work) -> HttpResponse:
    """End the task before its next step."""
    return _done(request, work, actions.cancel)


def _done(request: Request, work: Work, act: Callable[[Actor, Work], Work]) -> HttpResponse:
    try:
        act(request.actor, work)
    except Conflict as error:
        return _one(request, queries.task(work.pk), error)
    return HttpResponseRedirect(f"{LIST}/{work.pk}")


def _one(request: Request, work: Work, error: Conflict | None = None) -> HttpResponse:
    name_customers([work])
    unfinished = work.state in Work.UNFINISHED
    context = {
        "work": work, "title": queries.title(work.name), "state": state(work), "steps": queries.steps(work),
        "unfinished": unfinished, "error": error, "may_act": request.actor.holds(actions.NEEDED),
        "may_cancel": unfinished or work.state == STATE.PARKED,
    }  # fmt: skip
    return render(request, "shell/task.html", context, status=error.status if error else 200)


PATTERNS = [
    path("settings/tasks", tasks, name="tasks"),
    path("settings/tasks/<int:work_id>", task, name="task"),
    path("settings/tasks/<int:work_id>/retry", retry, name="task_retry"),
    path("settings/tasks/<int:work_id>/cancel", cancel, name="task_cancel"),
]
