"""A worker that reads users in small pages, a step for each, run as a process of its own by the kill test."""

from __future__ import annotations

import sys
from dataclasses import replace

import django

django.setup()

from tenantry.engines.durable.worker import run  # noqa: E402
from tenantry.engines.inventory.kinds import kinds  # noqa: E402
from tenantry.engines.inventory.tasks import cycles  # noqa: E402

kinds()["users"] = replace(kinds()["users"], page=2)
cycles.BATCH = 1

if __name__ == "__main__":
    run(sys.argv[1])
