"""Which facts about background work deserve a notice, and whose."""

from __future__ import annotations

from collections.abc import Iterable

from tenantry.engines.durable import queries
from tenantry.engines.durable.actions import NEEDED
from tenantry.engines.durable.facts import TaskParked
from tenantry.kernel import ports
from tenantry.kernel.facts import values
from tenantry.kernel.models import Fact as FactRow
from tenantry.kernel.offers import NoticeKind
from tenantry.kernel.text import _, say


def _able(_fact: FactRow) -> Iterable[int]:
    return ports.resolver().holders(NEEDED, None)


def _parked(fact: FactRow) -> str:
    return say(_("A task failed and waits for you: {task}."), task=queries.title(values(fact)["task"]))


def _to_task(fact: FactRow) -> str:
    return f"/settings/tasks/{values(fact)['work']}"


NOTICES = (NoticeKind(TaskParked.name(), "warning", "operations", _able, _parked, _to_task),)
