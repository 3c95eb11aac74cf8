"""Learned scorers as a clinic keeps them: which one scores, what it saw, and how good it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import ScorerKind


@dataclass(frozen=True)
class ScorerRow:
    """One kept scorer; `model` is its JSON form, `metrics` its figures on the last window before it was made.

    data_as_of: the last day of which it saw an outcome. Only one of a kind is active; none: the starting estimate.
    """

    id: UUID
    scorer: ScorerKind
    name: str
    stage: str
    model: Mapping[str, Any]
    data_as_of: date
    metrics: Mapping[str, Any]
    card: Mapping[str, Any]
    active: bool
    created_at: datetime


@dataclass(frozen=True)
class Learned:
    """What learning one scorer came to: what it saw, whether it scores from now on, and why, in a sentence."""

    scorer: ScorerKind
    rows: int
    positives: int
    stage: str
    adopted: bool
    sentence: str
    metrics: Mapping[str, float | None]
