"""Model cards made by hand: what a service would return in each state of a scorer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import (
    CalibrationBin,
    DriftRow,
    GroupFigures,
    ModelCard,
    OwnFigures,
)

RETURNS = ("RECENCY", "RHYTHM", "VISITS", "ONE_VISIT", "MISSED", "ANSWERED", "REACHABLE", "VALUE", "SEASON")
MISSED = ("LEAD", "OWN_RATE", "FAMILIAR", "TOGETHER", "CONFIRMED", "TIME", "KIND", "AGE", "LOCATION")
CHECKED = date(2026, 11, 22)
_SAID = (0.021, 0.033, 0.041, 0.048, 0.055, 0.064, 0.078, 0.096, 0.131, 0.214)
_SEEN = (0.018, 0.036, 0.039, 0.05, 0.051, 0.07, 0.074, 0.101, 0.126, 0.223)
_LIFT = (0.33, 0.16, 0.12, 0.1, 0.08, 0.07, 0.05, 0.04, 0.03, 0.02)


def group(by: str, name: str, auc: float | None, *, worse: bool = False, wide: float = 0.02) -> GroupFigures:
    """Return a group; without an AUC it has too few outcomes."""
    if auc is None:
        return GroupFigures(by, name, 42, 3, None, None, None, None, worse)
    return GroupFigures(by, name, 2_100, 160, auc, auc - wide, auc + wide, 0.016, worse)


GROUPS = (
    group("age", "Under 18", 0.71, wide=0.03),
    group("age", "18 to 39", 0.69),
    group("age", "40 to 64", 0.70),
    group("age", "65 and over", 0.68, wide=0.025),
    group("age", "unknown", None),
    group("language", "en", 0.70),
    group("language", "es", 0.71),
    group("location", "Main Street", 0.71),
    group("location", "Harbor", 0.70),
)
WORSE = (*GROUPS, group("location", "Northgate", 0.63, worse=True, wide=0.035))


def own(groups: Sequence[GroupFigures] = GROUPS, rows: int = 8_732) -> OwnFigures:
    """Return figures of a scorer that does well."""
    bins = tuple(
        CalibrationBin(said, seen, max(0.0, seen - 0.012), seen + 0.014, rows // 10)
        for said, seen in zip(_SAID, _SEEN, strict=True)
    )
    return OwnFigures(
        first_day=date(2026, 5, 1),
        last_day=date(2026, 7, 31),
        rows=rows,
        positives=round(rows * 0.078),
        auc=0.70,
        auc_low=0.68,
        auc_high=0.72,
        ap=0.142,
        brier=0.0491,
        ece=0.014,
        slope=0.95,
        lift10=3.3,
        bins=bins,
        lift=_LIFT,
        groups=tuple(groups),
        rules={
            "most_recent": {"auc": 0.672, "lift10": 2.9},
            "most_visits": {"auc": 0.66, "lift10": 2.7},
            "least_overdue": {"auc": 0.61, "lift10": None},
        },
    )


def start(kind: ScorerKind = ScorerKind.REACTIVATION) -> ModelCard:
    """Return the card before anything was learned."""
    return ModelCard(
        kind=kind,
        scorer_id=None,
        name="Starting estimate",
        stage="starting estimate",
        learned_at=None,
        first_day=None,
        last_day=None,
        rows=0,
        positives=0,
        people=0,
        reasons=RETURNS[:7] if kind is ScorerKind.REACTIVATION else MISSED,
        own=None,
        drift=(),
        fallen_back=False,
        sentence="",
    )


def learned(
    kind: ScorerKind = ScorerKind.REACTIVATION,
    figures: OwnFigures | None = None,
    *,
    stage: str = "learned",
    drift: Sequence[DriftRow] = (),
    fallen_back: bool = False,
) -> ModelCard:
    """Return the card of a scorer in use."""
    return replace(
        start(kind),
        scorer_id=UUID(int=7),
        name="Learned on 2026-11-01",
        stage=stage,
        learned_at=datetime(2026, 11, 1, 2, 30, tzinfo=UTC),
        first_day=date(2023, 8, 1),
        last_day=date(2026, 7, 31),
        rows=52_300,
        positives=970,
        people=17_520,
        reasons=RETURNS if kind is ScorerKind.REACTIVATION else MISSED,
        own=figures,
        drift=tuple(drift),
        fallen_back=fallen_back,
    )


def check(*, ratio: float = 1.02, moved: float = 0.0, psi: float = 0.05, passed: bool = True) -> tuple[DriftRow, ...]:
    """Return the figures of one weekly check."""

    def row(figure: str, value: float, low: float | None = None, high: float | None = None) -> DriftRow:
        good = (low is None or value >= low) and (high is None or value <= high)
        return DriftRow(figure, value, low, high, good, CHECKED)

    return (
        row("auc", 0.69 if passed else 0.55, 0.64),
        row("ece", 0.015 if passed else 0.061, None, 0.03),
        row("ratio", ratio, 0.8, 1.25),
        row("psi:ANSWERED", psi, None, 0.2),
        row("psi:VISITS", 0.01, None, 0.2),
        row("no_history", 0.12),
        row("rows", 480),
        row("expected", 48),
        row("happened", round(48 * ratio)),
        row("moved", moved),
        row("rule_shift", 0.1),
        row("shift", moved),
        row("share:GREEN", 0.5),
        row("share:RED", 0.2),
        row("share:YELLOW", 0.3),
    )
