"""What people do to background work: let a failed task go on, or end one."""

from __future__ import annotations

from django.db import transaction

from tenantry.engines.durable.facts import TaskCancelled, TaskRetried
from tenantry.engines.durable.models import Work
from tenantry.engines.durable.tasks import starter
from tenantry.kernel import scope
from tenantry.kernel.actor import Actor
from tenantry.kernel.facts import Code, record

NEEDED = "partners.configure"


def retry(actor: Actor, work: Work) -> Work:
    """Let a parked task go on from the step that failed, once; Conflict unless it waits for a person."""
    actor.require(NEEDED, None)
    found = Work.of_partner.select_for_update().get(pk=work.pk)
    found.ask_again()
    opened = scope.current()
    arguments = [opened.partner, opened.region, *found.ids]
    # A crash before this call leaves the row queued; the sweeper then hands it on.
    transaction.on_commit(lambda: starter().revive(found.name, found.workflow, opened.region, arguments),
                          using=opened.region, robust=True)  # fmt: skip
    record(actor, TaskRetried(found.pk, Code(found.name)))
    return found


def cancel(actor: Actor, work: Work) -> Work:
    """End a task before its next step; a step that runs is finished. Conflict where it has ended already."""
    actor.require(NEEDED, None)
    found = Work.of_partner.select_for_update().get(pk=work.pk)
    found.end()
    # Should this call be lost, the task itself sees its row before the next step.
    transaction.on_commit(lambda: starter().stop(found.workflow), using=scope.current().region, robust=True)
    record(actor, TaskCancelled(found.pk, Code(found.name)))
    return found
