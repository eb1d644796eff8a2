"""Keys that never meet: each region counts in steps of 64 from its own number."""

from __future__ import annotations

from django.conf import settings
from django.db import connections

from tenantry.kernel.residency.regions import REGIONS

STEP = 64


def number_keys(alias: str) -> None:
    """Let every sequence of a region's database start at the region's number and step by 64."""
    if alias not in settings.REGIONS:
        return
    number = REGIONS[alias].number
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT schemaname, sequencename FROM pg_sequences WHERE increment_by <> %s", [STEP])
        for schema, name in cursor.fetchall():
            quoted = f"{connections[alias].ops.quote_name(schema)}.{connections[alias].ops.quote_name(name)}"
            cursor.execute(f"ALTER SEQUENCE {quoted} INCREMENT BY {STEP} START WITH {number} RESTART WITH {number}")
