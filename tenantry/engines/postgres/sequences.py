"""Keys that never meet: each region counts in steps of 64 from its own number."""

from __future__ import annotations

from django.conf import settings
from django.db import connections

from tenantry.kernel.residency.regions import REGIONS

STEP = 64
NUMBERED = """SELECT schemaname, sequencename, coalesce(last_value, 0) FROM pg_sequences
    WHERE increment_by <> %s AND sequencename <> 'django_migrations_id_seq'"""  # a database's own record goes nowhere


def number_keys(alias: str) -> None:
    """Let every sequence of a region's database start at the region's number and step by 64, past what it has given."""
    if alias not in settings.REGIONS:
        return
    number = REGIONS[alias].number
    with connections[alias].cursor() as cursor:
        cursor.execute(NUMBERED, [STEP])
        for schema, name, given in cursor.fetchall():
            first = number + STEP * -(-max(given - number + 1, 0) // STEP)
            quoted = f"{connections[alias].ops.quote_name(schema)}.{connections[alias].ops.quote_name(name)}"
            cursor.execute(f"ALTER SEQUENCE {quoted} INCREMENT BY {STEP} START WITH {number} RESTART WITH {first}")
