"""Answers about background work, for the shell's page and the command."""

from __future__ import annotations

from django.conf import settings
from django.db import connections
from django.db.models import QuerySet

from tenantry.engines.durable.models import Work
from tenantry.engines.durable.tasks import TASKS, Done, Place, starter
from tenantry.kernel.errors import Missing
from tenantry.kernel.text import Text, _, lazy, say

MOST_LISTED = 200
REACTION = "reaction:"
ANSWER = lazy("Answer to what happened ({name})")


def tasks() -> QuerySet[Work]:
    """The tasks of the open scope's partner."""
    return Work.objects.all()


def task(work_id: int) -> Work:
    """One task of the open scope's partner; Missing for any other."""
    found = Work.objects.filter(pk=work_id).first()
    if found is None:
        raise Missing(_("No such task."))
    return found


def title(name: str) -> Text:
    """What a task of that name does, in words for a person."""
    if name.startswith(REACTION):
        return say(ANSWER, name=name.removeprefix(REACTION))
    found = TASKS.get(name)
    return found.title if found and found.title else name


def steps(work: Work) -> list[Done]:
    """The steps that are recorded of a task, oldest first; none while the work's database does not answer."""
    return starter().history(work.workflow)


def everywhere(states: list[str], work_id: int | None = None) -> list[tuple[Place, int]]:
    """Where tasks of all partners stand, newest first: for commands on the server and for the sweeper."""
    found: list[tuple[Place, int]] = []
    for region in settings.REGIONS:
        with connections[region].cursor() as cursor:
            cursor.execute("SELECT * FROM durable_find(%s, %s, %s)", [states, work_id, MOST_LISTED])
            found += [(Place(partner, region), number) for partner, number in cursor.fetchall()]
    return found
