"""Tries on a randomised contact test whether "contact first" finds those whom a contact brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Floats
from reactivate_desktop.scoring.uplift import UpliftModel, UpliftStage
from reactivate_desktop.scoring.uplift_training import Randomised, learn_response, learn_uplift
from reactivate_desktop.services.evaluation.trial_file import read_trial

PRODUCT = "product"
HALVES = 5
TOPS = {"top10": 0.1, "top30": 0.3, "top50": 0.5}
_SEED = 64_000
_MEASURES = (*TOPS, "qini")
# Fixed before anything was measured; scoring.md section 6 has the same rows.
_WORDS = {
    PRODUCT: "product (what a contact adds)",
    "random": "random",
    "longest": "longest since purchase",
    "recent": "most recent",
    "spend": "highest past spend",
    "anyway": "likely to come anyway",
    "response": "likely to answer a contact",
}

Measured = Mapping[str, float | None]


@dataclass(frozen=True)
class TrialReport:
    """What ranking by the product and by simple rules would have brought, means of some random halves.

    models: by name extra visits per 1,000 contacts among the top 10, 30 and 50 percent, and Qini x 1,000; None where a
    half had nobody to compare with. average: extra visits per 1,000 contacts of everybody. learned: halves that had
    enough outcomes to learn from. notes: sentences on what was left out.
    """

    rows: int
    positives: int
    average: float
    halves: int
    learned: int
    models: Mapping[str, Measured]
    notes: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "dataset": "hillstrom",
            "rows": self.rows,
            "positives": self.positives,
            "average": self.average,
            "halves": self.halves,
            "learned": self.learned,
            "notes": list(self.notes),
            "models": {name: dict(measured) for name, measured in self.models.items()},
        }

    def as_text(self) -> str:
        """Return it as a table for people."""
        head = f"{'Extra visits per 1,000 contacts':<32}{'top 10 %':>10}{'top 30 %':>10}{'top 50 %':>10}{'Qini':>8}"
        lines = [
            f"{_WORDS[name]:<32}" + "".join(_cell(measured[each], 8 if each == "qini" else 10) for each in _MEASURES)
            for name, measured in self.models.items()
        ]
        said = (
            f"{self.rows:,} customers, {self.positives:,} visits; a contact adds {self.average:.1f} visits per 1,000. "
            f"Mean of {self.halves} random halves, learned on one half and measured on the other."
        )
        if self.learned < self.halves:
            said += (
                f" {self.halves - self.learned} of them had too few outcomes, or no sign that people differ; there "
                "the product ranks by who is likely to answer a contact."
            )
        return "\n".join([head, *lines, said, *self.notes])


def evaluate_trial(path: Path, halves: int = HALVES) -> TrialReport:
    """Return how the product and the rules rank the customers of a randomised test (scoring.md section 6).

    Contact is any e-mail, the outcome a visit. Everything is learned and chosen on one random half and measured on
    the other, with fixed seeds; the order of the file changes nothing. Raises Invalid for a file that does not do.
    """
    trial = read_trial(path)
    people = trial.people
    measured: dict[str, list[Measured]] = {name: [] for name in _WORDS}
    learned = 0
    for seed in range(halves):
        mixed = np.random.default_rng(_SEED + seed).permutation(len(people.returned))
        middle = len(mixed) // 2
        train, test = people.take(np.sort(mixed[:middle])), people.take(mixed[middle:])
        model, ranks = _ranks(train, test, trial.kinds, np.random.default_rng(_SEED + halves + seed))
        learned += model.stage is UpliftStage.LEARNED
        for name, value in ranks.items():
            measured[name].append(measures(value, test.contacted, test.returned))
    return TrialReport(
        rows=len(people.returned),
        positives=int(people.returned.sum()),
        average=1000.0 * (_rate(people.returned[people.contacted]) - _rate(people.returned[~people.contacted])),
        halves=halves,
        learned=learned,
        models={name: _means(of) for name, of in measured.items()},
        notes=trial.notes,
    )


def measures(value: Floats, contacted: Flags, returned: Flags) -> dict[str, float | None]:
    """Return what contacting first those with the highest value brings; of equal values the earlier row.

    Qini: the area between the extra visits per 1,000 customers, as more and more of them are contacted, and the
    straight line of contacting at random (Radcliffe 2007), scaled so that everybody is 1.
    """
    order = np.argsort(-value, kind="stable")
    sent, back = contacted[order], returned[order]
    found = {name: _extra(sent, back, round(len(order) * share)) for name, share in TOPS.items()}
    return {**found, "qini": _qini(sent, back)}


def _ranks(
    train: Randomised, test: Randomised, kinds: Sequence[str], random: np.random.Generator
) -> tuple[UpliftModel, dict[str, Floats]]:
    """Return the product's model, and by which value each way of ranking puts the test half first."""
    model = learn_uplift(train, kinds)
    sent = train.take(train.contacted)
    held = train.take(~train.contacted)
    response = learn_response(sent.values, sent.returned, kinds).share(test.values)
    anyway = learn_response(held.values, held.returned, kinds).share(test.values)
    # Stage 0: the lift is the same for all, so the probability of returning decides.
    product = model.lift(test.values) if model.stage is UpliftStage.LEARNED else response
    recency, history = (np.nan_to_num(test.values[name], nan=0.0) for name in ("recency", "history"))
    return model, {
        PRODUCT: product,
        "random": random.random(len(test.returned)),
        "longest": recency,
        "recent": -recency,
        "spend": history,
        "anyway": anyway,
        "response": response,
    }


def _extra(sent: Flags, back: Flags, size: int) -> float | None:
    sent, back = sent[:size], back[:size]
    if sent.all() or not sent.any():
        return None
    return 1000.0 * (_rate(back[sent]) - _rate(back[~sent]))


def _qini(sent: Flags, back: Flags) -> float | None:
    if sent.all() or not sent.any():
        return None
    contacts, others = np.cumsum(sent), np.cumsum(~sent)
    came, came_anyway = np.cumsum(back & sent), np.cumsum(back & ~sent)
    gained = (came - came_anyway * contacts / np.maximum(others, 1)) / contacts[-1]
    part = np.arange(1, len(sent) + 1) / len(sent)
    return 1000.0 * float((gained - part * gained[-1]).mean())


def _rate(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def _means(of: Sequence[Measured]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in _MEASURES:
        known = [value for each in of if (value := each[name]) is not None]
        found[name] = sum(known) / len(known) if known else None
    return found


def _cell(value: float | None, width: int) -> str:
    return f"{'–' if value is None else format(value, '.1f' if width == 10 else '+.2f'):>{width}}"
