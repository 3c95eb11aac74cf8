"""What a clinic may know of the scorers it uses: how good they are on its own data, for whom, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import ScorerKind

# By what patients are grouped, and the names of the age bands (whole years on the day as of which was scored).
AGE, LANGUAGE, LOCATION = "age", "language", "location"
AGE_BANDS = ("Under 18", "18 to 39", "40 to 64", "65 and over")
# Of whom nobody wrote it down.
UNKNOWN_GROUP = "unknown"
# On outcomes that a scorer had not seen, an AUC above this is a leak until it is disproved: what is being told about
# (scoring.md sections 3 and 4) is far from certain.
SUSPICIOUS_AUC: Mapping[ScorerKind, float] = {ScorerKind.REACTIVATION: 0.88, ScorerKind.NO_SHOW: 0.85}


@dataclass(frozen=True)
class CalibrationBin:
    """One of ten equal groups by score: the mean that was said, the share that happened (95 % interval), its size."""

    said: float
    happened: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class GroupFigures:
    """One group of patients: `by` is AGE, LANGUAGE or LOCATION, `name` as the clinic writes it (or UNKNOWN_GROUP).

    The groups of one `by` add up to all rows. auc (low to high: 95 %) and ece: None where the group has fewer than 10
    patients of either outcome. worse: by more than 0.05 AUC or 0.03 ECE than all rows (scoring.md section 8, validation
    protocol), and by more than chance would have it.
    """

    by: str
    name: str
    rows: int
    positives: int
    auc: float | None
    low: float | None
    high: float | None
    ece: float | None
    worse: bool


@dataclass(frozen=True)
class OwnFigures:
    """How good a scorer was on outcomes of the clinic that it had not seen.

    Learned from what was known before `first_day`; the scorer in use then learned from these outcomes, too.
    first_day, last_day: the days as of which it scored; auc, ap, brier, ece, slope, lift10: as in scoring.metrics
    (None: needs outcomes of both kinds); auc_low, auc_high: 95 % by patients drawn anew. bins: the least likely tenth
    first; each holds a row at least. lift: of every tenth of the ranking, best first, the share of all that happened
    which it holds (sums to 1; empty where nothing happened). rules: "auc" and "lift10" of the plain rules on the
    same rows, by name.
    """

    first_day: date
    last_day: date
    rows: int
    positives: int
    auc: float | None
    auc_low: float | None
    auc_high: float | None
    ap: float | None
    brier: float | None
    ece: float | None
    slope: float | None
    lift10: float | None
    bins: tuple[CalibrationBin, ...]
    lift: tuple[float, ...]
    groups: tuple[GroupFigures, ...]
    rules: Mapping[str, Mapping[str, float | None]]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), "first_day": self.first_day.isoformat(), "last_day": self.last_day.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> OwnFigures:
        """Return what as_json wrote."""
        return cls(
            **{
                **kept,
                "first_day": date.fromisoformat(kept["first_day"]),
                "last_day": date.fromisoformat(kept["last_day"]),
                "bins": tuple(CalibrationBin(**each) for each in kept["bins"]),
                "lift": tuple(kept["lift"]),
                "groups": tuple(GroupFigures(**each) for each in kept["groups"]),
            }
        )


def suspicious(kind: ScorerKind, own: OwnFigures | None) -> bool:
    """Return whether a scorer did better than anybody can: then something was only known after the outcome."""
    return own is not None and own.auc is not None and own.auc > SUSPICIOUS_AUC[kind]


@dataclass(frozen=True)
class DriftRow:
    """One weekly figure of a scorer on live data, with its limits."""

    figure: str
    value: float
    low: float | None
    high: float | None
    passed: bool
    checked_on: date


@dataclass(frozen=True)
class ModelCard:
    """The scorer that a clinic uses now for one purpose, as people may read it.

    scorer_id, learned_at: None for the starting estimate. first_day, last_day: of the outcomes it learned from.
    own: None until there were enough outcomes to measure on. drift: the newest check, empty before the first.
    fallen_back: two weekly checks failed, a plain rule scores until they pass; stage and reasons are then the rule's,
    all else is the learned scorer's. sentence: the one for the manager. reasons: codes of the factors
    (scoring.scorer.Reason) that it looks at, in order; a factor that weighs nothing here is left out.
    """

    kind: ScorerKind
    scorer_id: UUID | None
    name: str
    stage: str
    learned_at: datetime | None
    first_day: date | None
    last_day: date | None
    rows: int
    positives: int
    people: int
    reasons: tuple[str, ...]
    own: OwnFigures | None
    drift: tuple[DriftRow, ...]
    fallen_back: bool
    sentence: str
