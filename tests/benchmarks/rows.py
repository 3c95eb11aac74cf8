"""The result of a benchmark as rows, as JSON and as a table."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One figure: milliseconds or a rate, and where there is one, its ratio to another side and the bar."""

    group: str
    name: str
    median_ms: float | None = None
    min_ms: float | None = None
    max_ms: float | None = None
    per_second: float | None = None
    n: int = 0
    ratio: float | None = None
    bar: float | None = None
    # A ratio of times must stay below its bar, a ratio of rates above it.
    at_least: bool = False
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the ratio keeps its bar; None without a bar."""
        if self.ratio is None or self.bar is None:
            return None
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar


@dataclass
class Report:
    """What one run found, on which machine, and how quiet it was."""

    machine: dict[str, Any]
    rows: list[Row] = field(default_factory=list)
    idle: list[Row] = field(default_factory=list)

    def add(self, *rows: Row) -> None:
        """Keep rows and show each at once: a run takes minutes."""
        for row in rows:
            (self.idle if row.group == "idle" else self.rows).append(row)
            print("  " + "  ".join(part for part in _cells(row)[1:] if part), flush=True)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "machine": self.machine,
            "rows": [_plain(row) for row in self.rows],
            "idle": [_plain(row) for row in self.idle],
        }

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_json(), indent=2) + "\n", "utf-8")

    def over(self) -> list[Row]:
        """Return the rows that miss their bar."""
        return [row for row in self.rows if row.ok is False]

    def table(self) -> str:
        """Return all rows as a table of Markdown, which also reads well on a terminal."""
        head = ("group", "what", "median ms", "min", "max", "per s", "n", "ratio", "bar", "", "note")
        lines = [head, *(_cells(row) for row in (*self.rows, *self.idle))]
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        rule = ["-" * width for width in widths]
        return "\n".join(_line(line, widths) for line in (lines[0], rule, *lines[1:]))


def timed(group: str, name: str, seconds: Sequence[float], **more: Any) -> Row:
    """Return the row of repeated times given in seconds."""
    ms = [each * 1000 for each in seconds]
    return Row(group, name, statistics.median(ms), min(ms), max(ms), n=len(ms), **more)


def _plain(row: Row) -> dict[str, Any]:
    values = {**asdict(row), "ok": row.ok}
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}


def _cells(row: Row) -> tuple[str, ...]:
    bar = "" if row.bar is None else f"{'>=' if row.at_least else '<='} {row.bar:g}"
    verdict = {None: "", True: "ok", False: "OVER THE BAR"}[row.ok]
    return (
        row.group,
        row.name,
        *(_number(value) for value in (row.median_ms, row.min_ms, row.max_ms)),
        "" if row.per_second is None else f"{row.per_second:,.0f}",
        str(row.n or ""),
        "" if row.ratio is None else f"{row.ratio:.2f}",
        bar,
        verdict,
        row.note,
    )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value >= 100 else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
