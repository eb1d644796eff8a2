"""What gunicorn does besides serving: the first fact that a request records must not wait for an import."""

from __future__ import annotations

import threading
from typing import Any


def post_worker_init(worker: Any) -> None:  # noqa: ARG001  # gunicorn's hook
    """Import the client of the queues while the first pages are already answered; it takes more than a second."""
    from tenantry.engines.durable.client import CLIENT

    threading.Thread(target=lambda: CLIENT.dbos, name="warm the queues", daemon=True).start()
