"""Writes who belongs to which group, as a delta page tells it, in the transaction that writes the page.

A group whose members do not fit one page comes again on the next ones, so a page adds and takes away and never
replaces; only the end of a full read tells what is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString

from django.db import connections
from psycopg import sql

from tenantry.engines.cloud.client import Found
from tenantry.engines.inventory.models import MembershipVersion, Source, TenantGroup
from tenantry.engines.postgres.partitions import ensure_months
from tenantry.kernel import scope


class Memberships:
    """The memberships of one source, in the open scope's transaction; `full` marks every one that a page names."""

    def __init__(self, source: Source, now: datetime, *, first: bool, full: bool) -> None:
        self.region = scope.current().region
        self.cursor = connections[self.region].cursor()
        self.first, self.full = first, full
        self.values = {
            "partner": source.partner_id, "customer": source.customer_id, "source": source.pk, "now": now,
        }  # fmt: skip

    def write(self, objects: Iterable[Found], gone: Sequence[str]) -> int:
        """Add what the page names, take away what it takes away or whose group is gone; how many have changed."""
        named = {(found.id, link.relation, link.id): link for found in objects for link in found.links}
        added = [(*key, link.kind) for key, link in named.items() if not link.removed]
        ended = [key for key, link in named.items() if link.removed]
        changed = self._add(added) if added else 0
        if ended:
            changed += self._remove(_NAMED, **_columns(("groups", "relations", "members"), ended))
        if gone:
            changed += self._remove("m.group_id = ANY (%(groups)s)", groups=list(gone))
        return changed

    def remove_absent(self, started: datetime) -> int:
        """After a complete read, take away what it did not meet."""
        return self._remove("m.met_at < %(started)s", started=started)

    def count(self, groups: Sequence[str] | None = None) -> None:
        """Count members and owners of these groups, or of all, where the count is another one.

        In two statements that each go by an index: a join of both tables would be guessed at without statistics.
        """
        which: LiteralString = "true" if groups is None else "m.group_id = ANY (%(groups)s)"
        self._run("SELECT m.group_id, count(*) FILTER (WHERE m.relation = 'members'),"
                  " count(*) FILTER (WHERE m.relation = 'owners') FROM inventory_membership m"
                  " WHERE {ours} AND {which} GROUP BY m.group_id", which, groups=groups)  # fmt: skip
        counts = {group: (members, owners) for group, members, owners in self.cursor.fetchall()}
        there = TenantGroup.of_partner.filter(source_id=self.values["source"])
        known = there.values_list("object_id", flat=True) if groups is None else groups
        rows = [(group, *counts.get(group, (0, 0))) for group in known]
        self._run(
            "UPDATE inventory_tenantgroup m SET members = n.members, owners = n.owners FROM unnest(%(groups)s::text[],"
            " %(members)s::int[], %(owners)s::int[]) AS n (group_id, members, owners) WHERE {ours} AND {which}",
            "m.object_id = n.group_id AND (m.members, m.owners) IS DISTINCT FROM (n.members, n.owners)",
            **{name: [row[at] for row in rows] for at, name in enumerate(("groups", "members", "owners"))},
        )

    def _add(self, added: Sequence[tuple[str, ...]]) -> int:
        return self._run(
            "INSERT INTO inventory_membership (partner_id, customer_id, source_id, group_id, relation, member_id, kind,"
            " since, met_at) SELECT %(partner)s, %(customer)s, %(source)s, n.group_id, n.relation, n.member_id, n.kind,"
            " %(now)s, %(now)s FROM unnest(%(groups)s::text[], %(relations)s::text[], %(members)s::text[],"
            " %(kinds)s::text[]) AS n (group_id, relation, member_id, kind)"
            " ON CONFLICT (partner_id, source_id, group_id, relation, member_id) DO {which}",
            "UPDATE SET met_at = EXCLUDED.met_at" if self.full else "NOTHING",
            **_columns(("groups", "relations", "members", "kinds"), added),
        )

    def _remove(self, which: LiteralString, **values: Any) -> int:
        if not self.first:
            ensure_months(MembershipVersion, self.values["now"].date().replace(day=1), using=self.region, months=1)
            self._run(
                "INSERT INTO inventory_membershipversion (partner_id, customer_id, source_id, group_id, relation,"
                " member_id, kind, since, until) SELECT m.partner_id, m.customer_id, m.source_id, m.group_id,"
                " m.relation, m.member_id, m.kind, m.since, %(now)s FROM inventory_membership m"
                " WHERE {ours} AND {which}",
                which,
                **values,
            )
        return self._run("DELETE FROM inventory_membership m WHERE {ours} AND {which}", which, **values)

    def _run(self, statement: LiteralString, which: LiteralString, **values: Any) -> int:
        text = sql.SQL(statement).format(ours=_OURS, which=sql.SQL(which)).as_string(None)
        self.cursor.execute(text, {**self.values, **values})
        return int(self.cursor.rowcount)


_OURS = sql.SQL("m.partner_id = %(partner)s AND m.source_id = %(source)s")
_NAMED: LiteralString = (
    "(m.group_id, m.relation, m.member_id) IN (SELECT * FROM"
    " unnest(%(groups)s::text[], %(relations)s::text[], %(members)s::text[]))"
)


def _columns(names: Sequence[str], rows: Sequence[tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: [row[at][:36] for row in rows] for at, name in enumerate(names)}
