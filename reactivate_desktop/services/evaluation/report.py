"""What an evaluation found: figures of the product beside those of the rules, as text and as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.metrics import Metrics, measured
from reactivate_desktop.scoring.resampling import Interval, Said, resampled

PRODUCT = "product"
_COLUMNS = ("auc", "ap", "brier", "ece", "slope", "lift10")
_HEADINGS = ("AUC", "AP", "Brier", "ECE", "slope", "lift 10 %")


@dataclass(frozen=True)
class Tested:
    """Rows that were scored: what each scorer said, what happened, whose they are; `advance`: booked ahead."""

    said: Mapping[str, Said]
    happened: Floats
    person: Ints
    advance: Flags | None = None


@dataclass(frozen=True)
class Figures:
    """One scorer: its figures, their 95 % intervals by patient, and how far the product is ahead of it (95 %)."""

    all_rows: Metrics
    advance: Metrics | None
    interval: Mapping[str, Interval | None]
    product_less_this: Mapping[str, Interval | None]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        kept = asdict(self.all_rows)
        if self.advance is not None:
            kept["advance"] = asdict(self.advance)
        kept["interval"] = dict(self.interval)
        if self.product_less_this:
            kept["product_less_this"] = dict(self.product_less_this)
        return kept


@dataclass(frozen=True)
class Report:
    """An evaluation; `notes` are sentences for who reads it, the suspicious ones among them."""

    dataset: str
    rows: int
    positives: int
    stage: str
    models: Mapping[str, Figures]
    notes: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "dataset": self.dataset,
            "rows": self.rows,
            "positives": self.positives,
            "stage": self.stage,
            "notes": list(self.notes),
            "models": {name: figures.as_json() for name, figures in self.models.items()},
        }

    def as_text(self) -> str:
        """Return it as tables for people."""
        share = f" ({100 * self.positives / self.rows:.1f} %)" if self.rows else ""
        head = f"{self.dataset}: {self.rows:,} rows tested, {self.positives:,} of them yes{share}; {self.stage}."
        parts = [head, "", *_table("all rows", {name: each.all_rows for name, each in self.models.items()})]
        ahead = {name: each.advance for name, each in self.models.items() if each.advance is not None}
        if ahead:
            parts += ["", *_table("booked ahead", ahead)]
        parts += ["", *(_interval(name, each) for name, each in self.models.items() if each.interval.get("auc"))]
        return "\n".join([*parts, "", *self.notes]).rstrip()


def figures(tested: Tested) -> dict[str, Figures]:
    """Return the figures of every scorer on the same rows, with intervals from the same draws of patients."""
    tested = _in_canonical_order(tested)
    both = 0 < tested.happened.sum() < len(tested.happened)
    draws = resampled(tested.said, tested.happened, tested.person) if both else {}
    found = {}
    for name, said in tested.said.items():
        draw = draws.get(name)
        found[name] = Figures(
            measured(said.score, tested.happened, is_probability=said.is_probability),
            _advance(said, tested),
            draw.interval() if draw else {},
            draws[PRODUCT].difference(draw) if draw and name != PRODUCT else {},
        )
    return found


def doubts(models: Mapping[str, Figures], tested: Tested, limit: float, of: str = "the file") -> list[str]:
    """Return the sentences that a reader must not miss: figures too good to be true, or none at all."""
    auc = models[PRODUCT].all_rows.auc
    if auc is None:
        kind = "yes" if len(tested.happened) and tested.happened.all() else "no"
        return [f"All outcomes are {kind}: AUC, AP and slope need both kinds, so they are left empty."]
    if auc > limit:
        return [
            f"SUSPICIOUS: an AUC of {auc:.3f} on later days is above {limit:.2f}. Until it is disproved, take it that "
            f"something in {of} was only known after the outcome."
        ]
    return []


def joined(parts: Sequence[Tested]) -> Tested:
    """Return several tested windows as one."""
    first = parts[0]
    return Tested(
        {
            name: Said(np.concatenate([part.said[name].score for part in parts]), said.is_probability)
            for name, said in first.said.items()
        },
        np.concatenate([part.happened for part in parts]),
        np.concatenate([part.person for part in parts]),
        None if first.advance is None else np.concatenate([part.advance for part in parts if part.advance is not None]),
    )


def _in_canonical_order(tested: Tested) -> Tested:
    """Return the same rows in an order of their content: sums and draws then do not depend on the file's."""
    scores = [said.score for said in tested.said.values()]
    ahead = [] if tested.advance is None else [tested.advance]
    order = np.lexsort((tested.happened, *ahead, *scores, tested.person))
    return Tested(
        {name: Said(said.score[order], said.is_probability) for name, said in tested.said.items()},
        tested.happened[order],
        tested.person[order],
        None if tested.advance is None else tested.advance[order],
    )


def _advance(said: Said, tested: Tested) -> Metrics | None:
    if tested.advance is None:
        return None
    return measured(said.score[tested.advance], tested.happened[tested.advance], is_probability=said.is_probability)


def _table(title: str, rows: Mapping[str, Metrics]) -> list[str]:
    lines = [title.ljust(24) + "".join(heading.rjust(11) for heading in _HEADINGS)]
    for name, metrics in rows.items():
        kept = asdict(metrics)
        cells = [_cell(kept[column]) for column in _COLUMNS]
        lines.append(name.replace("_", " ").ljust(24) + "".join(cell.rjust(11) for cell in cells))
    return lines


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def _interval(name: str, figures: Figures) -> str:
    words = f"{name.replace('_', ' ')}: AUC 95 % {_range(figures.interval['auc'])}"
    ahead = figures.product_less_this.get("auc")
    return f"{words}; the product less this {_range(ahead, signed=True)}" if ahead else words


def _range(interval: Interval | None, *, signed: bool = False) -> str:
    if interval is None:
        return "-"
    low, high = interval
    return f"{low:+.4f} to {high:+.4f}" if signed else f"{low:.4f} to {high:.4f}"
