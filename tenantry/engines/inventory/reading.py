"""How far the reading of a kind is, written down with every page: begin, take a page, end, fail."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.db import connections
from django.db.models import Max

from tenantry.engines.cloud.client import Page
from tenantry.engines.inventory import rules
from tenantry.engines.inventory.facts import PermissionsChanged, ReadRefused, ReadRestored
from tenantry.engines.inventory.kinds import kind as kind_of
from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.memberships import Memberships
from tenantry.engines.inventory.models import KindState, Seen, Source
from tenantry.engines.inventory.writer import Writer
from tenantry.kernel import clock, scope
from tenantry.kernel.errors import Later, Problem
from tenantry.kernel.facts import Code, record
from tenantry.kernel.models import Given, Written
from tenantry.kernel.residency.home import Home

_STATE = KindState.State


def state_of(source_id: int, name: str) -> KindState:
    """The kind's state, held for the open transaction; DoesNotExist for a kind that the source does not have."""
    found = _STATE_OF.first(source=source_id, kind=name)
    if found is None:
        raise KindState.DoesNotExist
    return found


def source_of(source_id: int) -> Source:
    """The source; DoesNotExist where the open scope has none of that number."""
    found = _SOURCE.first(source=source_id)
    if found is None:
        raise Source.DoesNotExist
    return found


_STATE_OF = Written[KindState](
    lambda: KindState.of_partner.select_for_update().filter(source_id=Given("source"), kind=Given("kind"))
)
_SOURCE = Written[Source](lambda: Source.of_partner.filter(pk=Given("source")))


def users_of(source_id: int) -> int:
    """How many users the tenant had when they were last read: Microsoft allows larger tenants more. 0 while unknown."""
    return state_of(source_id, "users").objects_read


def at_home(name: str, source_id: int) -> AbstractContextManager[object]:
    """Opens the customer's region for a kind whose rows are at home there; nothing more for any other."""
    if kind_of(name).home is not Home.CUSTOMER:
        return nullcontext()
    return scope.at_customer(source_of(source_id).region)


def is_wanted(state: KindState) -> bool:
    """Whether a read of the kind runs or is due."""
    return bool(state.link) or state.next_due is None or state.next_due <= clock.now()


def begin(state: KindState, expected: int | None) -> None:
    """Start a read: from the delta token while it is good for the present selection, else from the first page."""
    kind = kind_of(state.kind)
    goes_on = bool(state.token) and state.selection == kind.version
    has_rows = kind.model.of_partner.filter(source_id=state.source_id).exists()
    state.link = state.token if goes_on else _first_address(kind, state)
    state.sweep = not goes_on and not kind.newest and has_rows
    if not goes_on:
        state.token, state.objects_read = "", 0
        state.expected = expected
        Seen.of_partner.filter(state=state).delete()
    state.page, state.started_at, state.state = 0, clock.now(), _STATE.READING
    state.save()


def goes_together(state: KindState) -> bool:
    """Whether a due kind is asked for in one request with others: a whole list, read before, and not in its middle."""
    kind = kind_of(state.kind)
    return kind.how == "hash" and not kind.count and not state.link and bool(state.read_at) and is_wanted(state)


def needs_count(state: KindState) -> bool:
    """Whether a read that begins goes through everything, and Microsoft can say how much that is."""
    kind = kind_of(state.kind)
    return bool(kind.count) and not (state.token and state.selection == kind.version)


def take(state: KindState, source: Source, page: Page) -> bool:
    """Write a page and move the cursor in one transaction; whether more pages follow."""
    kind, now = kind_of(state.kind), clock.now()
    writer = Writer(kind, source, now, first=state.read_at is None)
    written = writer.write(page.objects)
    met = {found.id for found in page.objects if not found.removed}
    following = _following(kind, state, page)
    changed = written.changed + written.removed
    if state.sweep and following:
        _remember(state, met)
    if state.sweep and not following:
        seen = Seen.of_partner.filter(state=state)
        changed += writer.remove_absent(met.union(seen.values_list("object_id", flat=True)))
        seen.delete()
    if kind.links:
        _take_links(state, source, page, ended=not following)
    if changed or state.read_at is None:
        writer.figures()
    state.page += 1
    state.failures, state.failing_since, state.waiting_until = 0, None, None
    state.objects_read += len(met) if not state.token else 0
    state.link = following
    if not following:
        _end(state, source, page.delta)
        if kind.sheds:
            writer.shed()
    state.save()
    return bool(following)


def _remember(state: KindState, met: Iterable[str]) -> None:
    """Write down what a page has met; the whole page as one statement, since a read may meet very much."""
    with connections[state._state.db or ""].cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_seen (partner_id, customer_id, state_id, object_id)"
            " SELECT %s, %s, %s, unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [state.partner_id, state.customer_id, state.pk, [found[:254] for found in met]],
        )


def _first_address(kind: Kind, state: KindState) -> str:
    return kind.history if kind.history and state.read_at is None else kind.first_address()


def _following(kind: Kind, state: KindState, page: Page) -> str:
    """The next page's address; a kind of moments reads its newest only, after its history at first."""
    if kind.newest:
        return kind.first_address() if state.link == kind.history else ""
    return page.next or kind.after(state.link)


def _take_links(state: KindState, source: Source, page: Page, *, ended: bool) -> None:
    """Write who belongs to whom; counted for a page's groups after a change, at once at the end of a full read."""
    full, present = not state.token, [found.id for found in page.objects if not found.removed]
    links = Memberships(source, clock.now(), first=state.read_at is None, full=full)
    links.write(page.objects, [found.id for found in page.objects if found.removed])
    if full and ended:
        links.remove_absent(state.started_at or clock.now())
        links.count()
    if not full and present:
        links.count(present)


def _end(state: KindState, source: Source, delta: str | None) -> None:
    kind, now = kind_of(state.kind), clock.now()
    if state.reason in rules.REFUSALS:
        _tell_restored(state, source)
    rows = kind.model.of_partner.filter(source_id=source.pk)
    state.token, state.selection = delta or "", kind.version
    state.objects_read = state.expected = rows.count()
    if kind.newest:
        state.source_as_of = rows.aggregate(newest=Max(kind.newest))["newest"]
    state.first_at = state.first_at or now
    state.state, state.read_at, state.reason, state.detail = _STATE.FRESH, now, "", ""
    state.sweep, state.next_due = False, now + (timedelta() if _is_told_since(state) else kind.interval)


def _is_told_since(state: KindState) -> bool:
    """Whether Microsoft told of a change while the read ran, which may have passed it."""
    return bool(state.told_at and state.started_at and state.told_at >= state.started_at)


def restart(state: KindState) -> None:
    """Forget token and cursor: the next page is the first one of a full read; what was read stays until it is done."""
    state.token = state.link = ""
    state.failures += 1
    state.save()


def put_off(state: KindState, wait: Later) -> float:
    """Remember that a page has to wait, and for how long: as Microsoft asked, else doubling from two seconds."""
    now = clock.now()
    state.failures += 1
    state.failing_since = state.failing_since or now
    asked = wait.values.get("asked", False)
    seconds = wait.seconds if asked else min(wait.seconds * 2 ** (state.failures - 1), 120.0)
    state.waiting_until = now + timedelta(seconds=seconds)
    state.save()
    return seconds


def unknown(state: KindState, source: Source, problem: Problem) -> None:
    """Say that the kind cannot be read and why; rows and figures stay. A refusal is asked again in an hour."""
    kind, now, refused = kind_of(state.kind), clock.now(), problem.code in rules.REFUSALS
    detail = kind.licence if problem.code == "no_licence" else str(problem.values.get("detail", ""))[:200]
    reason = problem.code if problem.code in rules.REASONS else "unavailable"
    if refused and (state.reason, state.detail) != (reason, detail):
        _tell_refused(state, source, reason, detail)
    state.reason, state.detail, state.state = reason, detail, _STATE.UNKNOWN
    state.failing_since = state.failing_since or now
    state.failures, state.next_due = 0, now + (rules.PROBE_EVERY if refused else kind.interval)
    if refused:
        state.link = ""
    state.save()


def unknown_everywhere(source: Source, problem: Problem) -> None:
    """No token is given: every kind is unknown for the same reason, and one probe an hour is left."""
    if source.refused != problem.code:
        _record_refused(source, problem.code, "", "")
        source.refused = problem.code
        source.save(update_fields=["refused"])
    now = clock.now()
    KindState.of_partner.filter(source=source).update(
        state=_STATE.UNKNOWN, reason=problem.code, detail="", link="", failures=0, waiting_until=None,
        failing_since=now, next_due=now + rules.PROBE_EVERY,
    )  # fmt: skip


def note_permissions(source: Source, permissions: list[str]) -> None:
    """Remember what the newest token lets the app do, and record it where that has changed."""
    if sorted(source.roles) == permissions:
        return
    source.roles = permissions
    source.save(update_fields=["roles"])
    record(
        scope.current().actor,
        PermissionsChanged(source.customer_id, source.pk, Code(source.tenant_id), Code(source.app),
                           tuple(Code(permission) for permission in permissions)),
        customer=source.customer_id,
    )  # fmt: skip


def _tell_refused(state: KindState, source: Source, reason: str, permission: str) -> None:
    named = permission if reason == "no_permission" else ""
    _record_refused(source, reason, named, state.kind)


def _record_refused(source: Source, reason: str, permission: str, kind: str) -> None:
    record(
        scope.current().actor,
        ReadRefused(source.customer_id, source.pk, Code(source.tenant_id), Code(source.app), Code(reason),
                    Code(permission), Code(kind)),
        customer=source.customer_id,
    )  # fmt: skip


def _tell_restored(state: KindState, source: Source) -> None:
    """Once for the tenant where the whole tenant was refused, else once for the kind."""
    whole = state.reason in rules.WHOLE_TENANT
    if whole and not source.refused:
        return
    permission = state.detail if state.reason == "no_permission" else ""
    record(
        scope.current().actor,
        ReadRestored(source.customer_id, source.pk, Code(source.tenant_id), Code(source.app), Code(state.reason),
                     Code(permission), Code("" if whole else state.kind)),
        customer=source.customer_id,
    )  # fmt: skip
    if whole:
        source.refused = ""
        source.save(update_fields=["refused"])
