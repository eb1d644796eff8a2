"""What the server's commands say of background work and do to it: of all partners, as the server."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from rich.console import Console
from rich.table import Table

from tenantry.engines.durable import actions, queries
from tenantry.engines.durable.models import Work
from tenantry.kernel import scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.errors import Problem
from tenantry.shell.tasks import name_customers

console = Console(highlight=False)
STATE = Work.State
STATES = {
    "unfinished": [*Work.UNFINISHED, STATE.PARKED], "failed": [STATE.PARKED], "done": [STATE.DONE, STATE.CANCELLED],
    "all": list(STATE),
}  # fmt: skip


def list_tasks(state: str) -> int:
    """Print the tasks in that state; returns the exit code."""
    if state not in STATES:
        console.print(f"Choose one of {', '.join(STATES)}.")
        return 1
    table = Table("Number", "Partner", "Region", "Task", "Status", "Step", "Asked for", "Reason")
    for place, number in queries.everywhere([str(one) for one in STATES[state]]):
        with place.opened():
            work = queries.tasks().filter(pk=number).first()
            if work is not None:
                table.add_row(str(work.pk), str(place.partner), place.region, work.name, _state(work), work.step,
                              f"{timezone.localtime(work.made_at):%Y-%m-%d %H:%M}", work.reason)  # fmt: skip
    console.print(table if table.row_count else "No task is in that state.")
    return 0


def show_task(number: int) -> int:
    """Print one task with its steps; returns the exit code."""
    return _with_task(number, _shown)


def retry_task(number: int) -> int:
    """Let a failed task go on; returns the exit code."""
    return _with_task(number, lambda actor, work: _said(actions.retry(actor, work)))


def cancel_task(number: int) -> int:
    """End a task; returns the exit code."""
    return _with_task(number, lambda actor, work: _said(actions.cancel(actor, work)))


def _with_task(number: int, act: Callable[[Actor, Work], str]) -> int:
    """Do it where the task stands, as the system of its partner, and print what came of it."""
    for place, work_id in queries.everywhere([str(one) for one in STATE], number):
        try:
            with place.opened():
                said = act(scope.current().actor, queries.task(work_id))
        except Problem as problem:
            console.print(str(problem))
            return 1
        console.print(said)
        return 0
    console.print(f"No task has the number {number}.")
    return 1


def _said(work: Work) -> str:
    return f"{work.name}: {_state(work)}"


def _state(work: Work) -> str:
    if work.state == STATE.WAITING and work.wait_until:
        return f"waiting until {timezone.localtime(work.wait_until):%H:%M:%S}"
    far = f" {work.done:,} of {work.total:,}" if work.state == STATE.RUNNING and work.total else ""
    return f"{STATE(work.state).label}{far}".lower()


def _shown(_actor: Actor, work: Work) -> str:
    name_customers([work])
    lines = [f"{work.name} {' '.join(str(one) for one in work.ids)}: {_state(work)}", work.customer]  # type: ignore[attr-defined]  # hung on by name_customers
    lines += [work.reason, str(work.advice), f"attempts: {work.attempts}"]
    lines += [f"  {one.name}{' failed' if one.failed else ''}" for one in queries.steps(work)]
    return "\n".join(line for line in lines if line)
