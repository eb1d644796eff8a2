"""What was measured, one line a figure, appended and never rewritten."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from benchmarks import place

FILE = place.ROOT / "benchmarks" / "results.json"
PAGE = FILE.with_name("RESULTS.md")
BEGIN, END = "<!-- newest figures, written by the runner -->", "<!-- end -->"


@dataclass(frozen=True)
class Figure:
    """A measured value beside its peer or limit; `ratio` is value by peer or limit."""

    name: str
    value: float
    unit: str
    against: str = ""
    peer: float | None = None

    @property
    def ratio(self) -> float | None:
        """Value by peer or limit, where there is one."""
        return round(self.value / self.peer, 3) if self.peer else None


def write(figures: list[Figure]) -> None:
    """Append the figures, and bring the page's table to the newest of each name."""
    kept = json.loads(FILE.read_text()) if FILE.exists() else []
    now, here = datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), place.machine()
    kept += [{**asdict(one), "value": round(one.value, 2), "peer": one.peer and round(one.peer, 2), "ratio": one.ratio,
              "date": now, "machine": here} for one in figures]  # fmt: skip
    FILE.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in kept) + "\n]\n")
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{_table(kept)}\n{END}{rest.partition(END)[2]}")


def _table(kept: list[dict[str, object]]) -> str:
    newest = {row["name"]: row for row in kept}
    head = "| Figure | Measured | Beside | Ratio | When (UTC) |\n|---|---|---|---|---|\n"
    return head + "".join(
        f"| {name} | {row['value']:g} {row['unit']} | {_beside(row)} | {row['ratio'] or ''} | {row['date']} |\n"
        for name, row in newest.items()
    )


def _beside(row: dict[str, object]) -> str:
    return f"{row['against']}: {row['peer']:g} {row['unit']}" if row["peer"] else str(row["against"])
