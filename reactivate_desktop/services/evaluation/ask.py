"""Which evaluation is asked for: one door for the console."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.segments import DORMANT_DAYS
from reactivate_desktop.scoring.training_rows import HORIZON_DAYS
from reactivate_desktop.services.evaluation.noshow import Dates, evaluate_noshow
from reactivate_desktop.services.evaluation.returns import Protocol as Days
from reactivate_desktop.services.evaluation.returns import evaluate_returns
from reactivate_desktop.services.evaluation.returns_file import columns_named
from reactivate_desktop.services.evaluation.trial import evaluate_trial

DATASETS = ("noshow", "cdnow", "hillstrom")


class Shown(Protocol):
    """What every evaluation returns."""

    def as_json(self) -> dict[str, Any]: ...

    def as_text(self) -> str: ...


@dataclass(frozen=True)
class Asked:
    """An evaluation on files; days as YYYY-MM-DD, several of them joined by commas."""

    dataset: str
    train: Path
    test: Path | None = None
    train_before: str | None = None
    test_from: str | None = None
    test_before: str | None = None
    train_as_of: str | None = None
    test_as_of: str | None = None
    dormant: int | None = None
    horizon: int | None = None
    columns: str | None = None


# What else each of them understands; another option would be passed over in silence.
_UNDERSTOOD: Mapping[str, Sequence[str]] = {
    "noshow": ("test", "train_before", "test_from", "test_before"),
    "cdnow": ("test", "train_as_of", "test_as_of", "dormant", "horizon", "columns"),
    "hillstrom": (),
}


def evaluate(asked: Asked) -> Shown:
    """Return what the product and the rules are worth on these files. Raises Invalid."""
    if asked.dataset not in DATASETS:
        raise Invalid(f'There is no evaluation of "{asked.dataset}". Please choose {", ".join(DATASETS)}.')
    given = [name for name in Asked.__dataclass_fields__ if getattr(asked, name) is not None]
    strange = [name for name in given if name not in ("dataset", "train", *_UNDERSTOOD[asked.dataset])]
    if strange:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in strange)
        raise Invalid(f"The evaluation of {asked.dataset} has no use for {options}. Please leave it out.")
    return _EVALUATIONS[asked.dataset](asked)


def _noshow(asked: Asked) -> Shown:
    return evaluate_noshow(asked.train, asked.test, Dates(asked.train_before, asked.test_from, asked.test_before))


def _returns(asked: Asked) -> Shown:
    days = tuple(day for day in (asked.train_as_of or "").split(",") if day.strip())
    dormant = DORMANT_DAYS if asked.dormant is None else asked.dormant
    horizon = HORIZON_DAYS if asked.horizon is None else asked.horizon
    protocol = Days(days, asked.test_as_of, dormant, horizon)
    return evaluate_returns(asked.train, asked.test, protocol, columns_named(asked.columns))


def _trial(asked: Asked) -> Shown:
    return evaluate_trial(asked.train)


_EVALUATIONS: Mapping[str, Callable[[Asked], Shown]] = {"noshow": _noshow, "cdnow": _returns, "hillstrom": _trial}
