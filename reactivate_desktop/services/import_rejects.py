"""The reject file: every row that was refused, why, and its cells as they stood, to be corrected and sent again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reactivate_desktop.domain.imports import Rejected
from reactivate_desktop.exports.csv_rows import Cell, write_csv

HEAD = ("row in file", "column at fault", "reason")


def write(path: Path, rejects: Iterable[Rejected], header: Sequence[str], *, overwrite: bool = False) -> int:
    """Write rejects as CSV and return how many there were; `header` orders the cells as the file had them.

    Raises Conflict when the file is there already and may not be overwritten, Invalid when it cannot be written.
    """
    kept = list(rejects)
    extra = {name: None for reject in kept for name in reject.raw if name not in set(header)}
    columns = [*header, *extra]
    rows = (
        [reject.row, reject.column, reject.reason, *(_cell(reject.raw.get(name)) for name in columns)]
        for reject in kept
    )
    return write_csv(path, [*HEAD, *columns], rows, overwrite=overwrite)


def _cell(value: Any) -> Cell:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {content}" for name, content in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(content) for content in value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)
