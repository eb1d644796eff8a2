"""Background reading: one workflow for a tenant and cycle, a step for each kind and batch of pages."""

from __future__ import annotations

from datetime import timedelta
from typing import LiteralString

from django.conf import settings
from django.db import connections

from tenantry.engines.cloud.client import Page
from tenantry.engines.durable import Task, every_minute, here, progress, step, task
from tenantry.engines.inventory import reading, rules
from tenantry.engines.inventory.collect import Reader, alone, first_pages
from tenantry.engines.inventory.facts import FirstReadFinished
from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds import kinds
from tenantry.engines.inventory.models import KindState, Source
from tenantry.kernel import clock, scope
from tenantry.kernel.errors import Broken, Later, Missing, Problem, Refused
from tenantry.kernel.facts import Code, record
from tenantry.kernel.text import lazy

BATCH = 10
PATIENCE = 4  # failures of one kind that a cycle waits out; throttling is waited out longer, since it ends
PATIENCE_WHEN_ASKED = 40
MOST_STARTED = 1_000
LEASE = timedelta(minutes=15)
FORGETS_AT = (2, 40)  # UTC; a day that is missed is made up for by the next
NOTHING = frozenset[str]()


@task("inventory.first_read", permissions=NOTHING, title=lazy("Read a tenant for the first time"))
def first_read(source_id: int) -> None:
    """Read a newly connected tenant, kind after kind in the order of the phases."""
    _read_tenant(source_id, urgent=False)


@task("inventory.cycle", permissions=NOTHING, title=lazy("Read a tenant again"), routine=True)
def cycle(source_id: int, urgent: int = 0) -> None:
    """Read the kinds of a tenant that are due; `urgent` when a person waits for it."""
    _read_tenant(source_id, urgent=bool(urgent))


@every_minute("inventory.tick")
def tick() -> None:
    """Start one cycle for each tenant with a due kind."""
    start_due(cycle, "SELECT * FROM inventory_take_due(%s, %s, %s)", MOST_STARTED)


def start_due(task: Task, take: LiteralString, most: int) -> None:
    """Start a task for each source that is due, of whichever partner; a lost one is due again after its lease."""
    now = clock.now()
    for region in settings.REGIONS:
        with connections[region].cursor() as cursor:
            cursor.execute(take, [now, now + LEASE, most])
            due = cursor.fetchall()
        for partner, source_id in due:
            task.start(source_id, key=f"{source_id}:{now.isoformat()}", partner=partner, region=region)


@every_minute("inventory.forget")
def forget() -> None:
    """Once a day, drop the months of versions that are older than versions are kept."""
    now = clock.now()
    if (now.hour, now.minute) != FORGETS_AT:
        return
    for region in settings.REGIONS:
        with connections[region].cursor() as cursor:
            cursor.execute("SELECT inventory_forget(%s)", [(now - rules.KEPT).date()])


def _read_tenant(source_id: int, *, urgent: bool) -> None:
    patience = PATIENCE
    names = step("plan", _plan, source_id)
    left = step("together", _read_together, source_id, names, urgent)
    for number, name in enumerate(left, len(names) - len(left)):
        far = (number, len(names))
        while (outcome := step(name, _read, source_id, name, patience, urgent, far)) == "more":
            pass
        if outcome == "busy":
            return
        if outcome == "refused":
            break
        patience = 0 if outcome == "silent" else PATIENCE
    step("finish", _finish, source_id)


def _plan(source_id: int) -> list[str]:
    """The names of the kinds that are due, or whose read was interrupted, in the order of the phases."""
    with here().opened():
        source = Source.of_partner.filter(pk=source_id, paused=False).first()
        if source is None:
            return []
        states = {state.kind: state for state in KindState.of_partner.filter(source=source)}
        for name in kinds().keys() - states.keys():  # a kind may be younger than the source
            states[name] = KindState.of_partner.create(source=source, customer_id=source.customer_id, kind=name)
        return [name for name in kinds() if reading.is_wanted(states[name])]


def _read_together(source_id: int, names: list[str], urgent: bool) -> list[str]:
    """Read the lists that were read before in one request; the names of what is yet to be read, each by itself.

    A list that was refused or has further pages is among them, and so is all where no token is given.
    """
    with alone(here().region, source_id) as held:
        if not held:
            return names
        source, states, users = _begin_together(source_id, names)
        try:
            pages = first_pages(source, states, interactive=urgent, users=users) if states else {}
        except Problem:
            return names
        done = {state.kind for state in states if _is_taken(source_id, state, pages[state.kind])}
    return [name for name in names if name not in done]


def _begin_together(source_id: int, names: list[str]) -> tuple[Source, list[KindState], int]:
    with here().opened():
        source = reading.source_of(source_id)
        states = [state for name in names if reading.goes_together(state := reading.state_of(source_id, name))]
        states = states if len(states) > 1 and not source.paused else []
        for state in states:
            with reading.at_home(state.kind, source_id):
                reading.begin(state, None)
        return source, states, reading.users_of(source_id)


def _is_taken(source_id: int, state: KindState, page: Page | Problem) -> bool:
    """Whether a kind is read to its end by its first page."""
    return not isinstance(page, Problem) and not _take(source_id, state.kind, page, state.link)


def _read(source_id: int, name: str, patience: int, urgent: bool, far: tuple[int, int]) -> str:
    """Read a batch of pages: more follow, done, silent (no answer), refused (the whole tenant) or busy (elsewhere).

    `far` is how many kinds of how many have been read before.
    """
    progress(*far)
    with alone(here().region, source_id) as held:
        if not held:
            return "busy"
        try:
            return _read_batch(source_id, name, urgent=urgent)
        except Problem as problem:
            return _failed(source_id, name, problem, patience)


def _read_batch(source_id: int, name: str, *, urgent: bool) -> str:
    with here().opened():
        source, state = reading.source_of(source_id), reading.state_of(source_id, name)
        users = reading.users_of(source_id)
    if source.paused or not reading.is_wanted(state):
        return "done"
    with Reader(source, kind_of(name), interactive=urgent, users=users) as reader:
        if not state.link:
            state = _begin(state, reader)
        for _page in range(BATCH):
            more = _take(source_id, name, reader.page(state.link), state.link)
            if not more:
                break
            with here().opened():
                state = reading.state_of(source_id, name)
        _compare(source, reader.permissions())
    return "more" if more else "done"


def _compare(source: Source, permissions: list[str]) -> None:
    """Tell when the newest token's permissions are not those of the one before: no kind need fail for it."""
    if permissions != sorted(source.roles):
        with here().opened():
            reading.note_permissions(Source.of_partner.select_for_update().get(pk=source.pk), permissions)


def _begin(state: KindState, reader: Reader) -> KindState:
    expected = reader.count() if reading.needs_count(state) else None
    with here().opened(), reading.at_home(state.kind, state.source_id):
        fresh = reading.state_of(state.source_id, state.kind)
        reading.begin(fresh, expected)
        return fresh


def _take(source_id: int, name: str, page: Page, address: str) -> bool:
    """Write the page that was fetched from the address, unless the cursor has moved meanwhile."""
    with here().opened(), reading.at_home(name, source_id):
        state = reading.state_of(source_id, name)
        if state.link != address:
            return bool(state.link)
        return reading.take(state, reading.source_of(source_id), page)


def _failed(source_id: int, name: str, problem: Problem, patience: int) -> str:
    """Write down what went wrong; `Later` goes on to the step, which waits, while the cycle's patience lasts."""
    with here().opened():
        source, state = reading.source_of(source_id), reading.state_of(source_id, name)
        match problem:
            case Later() if state.failures < (PATIENCE_WHEN_ASKED if problem.values.get("asked") else patience):
                seconds = reading.put_off(state, problem)
            case Problem(code="delta_expired" | "page_expired" | "foreign_address") if state.failures < PATIENCE:
                reading.restart(state)
                return "more"
            case Refused() if problem.code in rules.WHOLE_TENANT:
                reading.unknown_everywhere(source, problem)
                return "refused"
            case Later() | Refused() | Missing() | Broken():
                reading.unknown(state, source, problem)
                return "silent" if isinstance(problem, Later) else "done"
            case _:
                raise problem
    raise Later(problem.message, seconds=seconds, code=problem.code)


def _finish(source_id: int) -> int:
    """Set when the tenant is due next; record the end of the first read once no kind is left to read."""
    with here().opened():
        source = Source.of_partner.select_for_update().get(pk=source_id)
        states = list(KindState.of_partner.filter(source=source, kind__in=kinds()))
        source.due_at = min((state.next_due for state in states if state.next_due), default=None)
        ended = all(state.read_at or state.reason for state in states)
        if ended and source.first_read_at is None:
            source.first_read_at = clock.now()
            _tell_finished(source, states)
        source.save(update_fields=["due_at", "first_read_at"])
        return len(states)


def _tell_finished(source: Source, states: list[KindState]) -> None:
    counts = {Code(state.kind): state.objects_read for state in states if state.read_at}
    missing = tuple(Code(state.kind) for state in states if not state.read_at)
    record(
        scope.current().actor,
        FirstReadFinished(source.customer_id, source.pk, Code(source.tenant_id), counts, missing),
        customer=source.customer_id,
    )
