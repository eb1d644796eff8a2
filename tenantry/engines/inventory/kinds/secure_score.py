"""Microsoft's secure score of the tenant, a row for each day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from tenantry.engines.inventory.kinds.kind import Kind
from tenantry.engines.inventory.models import SecureScore, SecureScoreVersion
from tenantry.kernel.text import lazy as _


class _Body(msgspec.Struct, rename="camel"):
    created_date_time: str | None = None
    current_score: float | None = None
    max_score: float | None = None
    active_user_count: int | None = None
    licensed_user_count: int | None = None


def promote(body: bytes) -> dict[str, Any]:
    """The day, the points and how many there could be."""
    found = msgspec.json.decode(body, type=_Body)
    return {
        "as_of": found.created_date_time,
        "current": found.current_score or 0.0,
        "maximum": found.max_score or 0.0,
        "active_users": found.active_user_count or 0,
        "licensed_users": found.licensed_user_count or 0,
    }


KIND = Kind(
    name="secure_score",
    title=_("Secure score"),
    endpoint="/security/secureScores?$top=1",
    select=(
        "id", "createdDateTime", "currentScore", "maxScore", "activeUserCount", "licensedUserCount",
        "averageComparativeScores", "controlScores",
    ),
    version=1,
    permission="SecurityEvents.Read.All",
    interval=timedelta(hours=24),
    how="hash",
    phase=3,
    order=5,
    page=0,
    service="SEC",
    row="R5",
    model=SecureScore,
    versions=SecureScoreVersion,
    promote=promote,
    newest="as_of",
    history="/security/secureScores?$top=90&$select=id,createdDateTime,currentScore,maxScore,activeUserCount,"
    "licensedUserCount",
    sheds=("controlScores", "averageComparativeScores"),
    figures={
        "secure_score": "(array_agg(current ORDER BY as_of DESC))[1]",
        "secure_score_max": "(array_agg(maximum ORDER BY as_of DESC))[1]",
    },
)  # fmt: skip
