"""Tries the return score on a file of visits: learned on snapshots whose outcome was known, measured on a later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.segments import AT_RISK_DAYS, DORMANT_DAYS
from reactivate_desktop.scoring import returning
from reactivate_desktop.scoring.choosing import Choice, learn_best
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.resampling import Said
from reactivate_desktop.scoring.returning import LearnedReturn
from reactivate_desktop.scoring.rules import RETURN_RULES, return_rules
from reactivate_desktop.scoring.scorer import probability
from reactivate_desktop.scoring.training_rows import HORIZON_DAYS, Rows, Snapshot, snapshot, snapshot_rows
from reactivate_desktop.services.evaluation.report import PRODUCT, Report, Tested, doubts, figures
from reactivate_desktop.services.evaluation.returns_file import Columns, ReturnsFile, read_returns
from reactivate_desktop.services.evaluation.tables import day_from

# scoring.md, section 4: expect 0.60-0.70 of people who lapsed, not 0.9.
LEAK_AUC = 0.88
# The protocol's days on the public file.
_PROTOCOL_TRAIN = (
    "1997-09-15",
    "1997-10-01",
    "1997-10-15",
    "1997-11-01",
    "1997-11-15",
    "1997-12-01",
    "1997-12-15",
    "1997-12-31",
)
_PROTOCOL_TEST = "1998-04-01"
# On any other file: so many snapshots, so many days apart, before the last one whose outcome the file holds.
_SNAPSHOTS, _APART = 8, 15


@dataclass(frozen=True)
class Protocol:
    """The days (YYYY-MM-DD) as of which it learns and is measured, who counts as away, and how soon is a return."""

    train_as_of: Sequence[str] = ()
    test_as_of: str | None = None
    dormant: int = DORMANT_DAYS
    horizon: int = HORIZON_DAYS


@dataclass(frozen=True)
class Split:
    """Rows to learn from, and the patients to measure on."""

    train: Rows
    test: Snapshot
    notes: Sequence[str]


def evaluate_returns(
    train: Path, test: Path | None = None, protocol: Protocol | None = None, columns: Columns | None = None
) -> Report:
    """Return how the product and the rules foresee who comes back. Raises Invalid.

    Measured on those who had been away `dormant` days. With a second file it learns from the first one only.
    """
    asked = columns or Columns()
    learned_from = read_returns(train, asked)
    measured_on = read_returns(test, asked) if test else learned_from
    split = split_of(learned_from, measured_on, protocol or Protocol())
    choice = learn_product(split.train)
    tested = _tested(split.test, choice)
    models = figures(tested)
    files = [learned_from, measured_on] if test else [learned_from]
    notes = [*(note for file in files for note in file.notes), *split.notes]
    return Report(
        dataset="cdnow",
        rows=len(tested.happened),
        positives=int(tested.happened.sum()),
        stage=str(choice.formula.stage),
        models=models,
        notes=[*notes, *([choice.sentence] if choice.fell_back else []), *doubts(models, tested, LEAK_AUC)],
    )


def learn_product(train: Rows) -> Choice:
    """Return what the product learns from these rows."""
    return learn_best(returning.card(), returning.outline_for(train.as_of), RETURN_RULES, train, {})


def split_of(learned_from: ReturnsFile, measured_on: ReturnsFile, protocol: Protocol) -> Split:
    """Return the rows of a protocol. Raises Invalid where there is nobody to measure on."""
    if protocol.dormant < 1 or protocol.horizon < 1:
        raise Invalid("The days away and the horizon need to be at least 1. Please correct them.")
    days, as_of = _days(learned_from, measured_on, protocol)
    known = [day for day in days if day + protocol.horizon <= as_of]
    notes = []
    if len(known) < len(days):
        notes.append(
            f"{len(days) - len(known)} of {len(days)} days to learn from were left out: on {day_of(as_of)} it was not "
            f"known yet who would come back within {protocol.horizon} days."
        )
    if as_of + protocol.horizon > measured_on.last_day + 1:
        notes.append(
            f"The file ends on {day_of(measured_on.last_day)}, before the {protocol.horizon} days are over: "
            "fewer people seem to come back than did."
        )
    test = snapshot(measured_on.events, as_of, protocol.dormant, protocol.horizon)
    if not len(test.returned):
        raise Invalid(f"Nobody had been away {protocol.dormant} days on {day_of(as_of)}. Please give another day.")
    # As in a clinic: everybody who may be called teaches, not only those who have been away for longest.
    away = min(protocol.dormant, AT_RISK_DAYS)
    train = snapshot_rows(learned_from.events, known or [learned_from.first_day - 1], away, protocol.horizon)
    return Split(train, test, notes)


def _tested(test: Snapshot, choice: Choice) -> Tested:
    scored = LearnedReturn(choice.formula).score(test.features)
    said = {PRODUCT: Said(probability(scored.logit))}
    said |= {name: Said(rank, is_probability=False) for name, rank in return_rules(test.features).items()}
    return Tested(said, test.returned, test.person)


def _days(learned_from: ReturnsFile, measured_on: ReturnsFile, protocol: Protocol) -> tuple[list[int], int]:
    """Return the days to learn as of, and the day to measure as of."""
    given = sorted({day_from(day) for day in protocol.train_as_of})
    if protocol.test_as_of:
        as_of = day_from(protocol.test_as_of)
    elif _is_protocols(measured_on, protocol) and not given:
        return [day_from(day) for day in _PROTOCOL_TRAIN], day_from(_PROTOCOL_TEST)
    else:
        as_of = measured_on.last_day - protocol.horizon
    if given:
        return given, as_of
    last = as_of - protocol.horizon
    return [last - _APART * back for back in range(_SNAPSHOTS) if last - _APART * back > learned_from.first_day], as_of


def _is_protocols(file: ReturnsFile, protocol: Protocol) -> bool:
    days = day_from(_PROTOCOL_TRAIN[0]), day_from(_PROTOCOL_TEST) + protocol.horizon
    return file.first_day < days[0] and days[1] - 1 <= file.last_day <= days[1] + 7
