"""Tries both scores on the signed-in clinic's own outcomes: learned on earlier ones, measured on the newest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from reactivate_desktop.domain.enums import ScorerKind, UserRole
from reactivate_desktop.domain.model_cards import SUSPICIOUS_AUC, GroupFigures, OwnFigures
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.scoring.choosing import LEAST_WINDOW, newest
from reactivate_desktop.scoring.formula import Stage
from reactivate_desktop.scoring.succession import Lesson, try_out
from reactivate_desktop.services.evaluation.own import own_figures, window_of
from reactivate_desktop.services.evaluation.own_groups import Grouping, read_groupings
from reactivate_desktop.services.evaluation.report import Report, doubts, figures
from reactivate_desktop.services.known_day import known_day
from reactivate_desktop.services.learning import lesson_for
from reactivate_desktop.services.learning_rows import History
from reactivate_desktop.storage.unit_of_work import Begin

DATASETS: Mapping[ScorerKind, str] = {ScorerKind.REACTIVATION: "own-returns", ScorerKind.NO_SHOW: "own-no-show"}
_TITLES = {ScorerKind.REACTIVATION: "Trying the return score", ScorerKind.NO_SHOW: "Trying the no-show score"}
_NAME_WIDTH = 32


@dataclass(frozen=True)
class OwnReport:
    """One score on the clinic's own outcomes; `own`: None where there were too few to measure on."""

    report: Report
    own: OwnFigures | None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values: those of every evaluation, the days measured on, and the groups."""
        kept = self.own.as_json() if self.own else {}
        days = {name: kept.get(name) for name in ("first_day", "last_day")}
        lists = {name: list(kept.get(name, ())) for name in ("groups", "bins", "lift")}
        return {**self.report.as_json(), **days, **lists}

    def as_text(self) -> str:
        """Return it as tables for people."""
        if self.own is None:
            return f"{self.report.dataset}: {' '.join(self.report.notes)}"
        when = f"Measured as of {self.own.first_day} to {self.own.last_day}, learned from what was known before."
        return "\n".join([self.report.as_text(), "", when, "", *_group_table(self.own.groups)])


@dataclass(frozen=True)
class OwnReports:
    """Both scores of a clinic."""

    evaluations: Sequence[OwnReport]

    def as_json(self) -> dict[str, Any]:
        """Return them as plain values."""
        return {"evaluations": [each.as_json() for each in self.evaluations]}

    def as_text(self) -> str:
        """Return them one below the other."""
        return "\n\n".join(each.as_text() for each in self.evaluations)


class OwnEvaluation:
    """Use case of an ADMIN: it reads everybody's history. Nothing is kept but the audit row."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def evaluate(self, as_of: date | None = None, progress: Progress | None = None) -> OwnReports:
        """Return how good both scores are on what is known by `as_of` (default: the clinic's today).

        Raises Cancelled between the two, Invalid for a day to come, NotAllowed.
        """
        progress = progress or Progress()
        found = []
        for place, kind in enumerate(ScorerKind):
            progress.step(place, len(ScorerKind), _TITLES[kind])
            lesson, history, groups = self._read(kind, as_of)
            # Outside of the transaction, as in learning.
            found.append(_tried(kind, lesson, history, groups))
        return OwnReports(found)

    def _read(self, kind: ScorerKind, as_of: date | None) -> tuple[Lesson, History, Sequence[Grouping]]:
        with self._begin() as tx:
            tx.require(UserRole.ADMIN)
            lesson, history = lesson_for(tx, kind, known_day(tx, as_of))
            tx.audit("SCORES_EVALUATED", "clinic", tx.clinic_id, {"scorer": str(kind), "rows": history.rows.size})
            return lesson, history, read_groupings(tx, kind, history)


def _tried(kind: ScorerKind, lesson: Lesson, history: History, groups: Sequence[Grouping]) -> OwnReport:
    tried = try_out(lesson, history.rows, newest(history.rows))
    window = window_of(kind, history, groups, tried)
    models = figures(window.tested)
    notes = _too_few(history.rows.size) if tried is None else []
    if tried is not None:
        notes += doubts(models, window.tested, SUSPICIOUS_AUC[kind], of="the clinic's data")
    report = Report(
        dataset=DATASETS[kind],
        rows=len(window.tested.happened),
        positives=int(window.tested.happened.sum()),
        stage=str(tried.formula.stage if tried else Stage.START),
        models=models,
        notes=notes,
    )
    return OwnReport(report, own_figures(window))


def _too_few(rows: int) -> list[str]:
    return [
        f"{rows:,} outcomes are known. At least {LEAST_WINDOW} newest ones are measured on, and there must be older "
        "ones to learn from; so nothing can be said yet."
    ]


def _group_table(groups: Sequence[GroupFigures]) -> list[str]:
    heading = "".join(title.rjust(11) for title in ("rows", "yes", "AUC", "from", "to", "ECE"))
    lines = ["group".ljust(_NAME_WIDTH) + heading]
    for each in groups:
        kept = asdict(each)
        name = "".join(c if c.isprintable() else "�" for c in f"{each.by}: {each.name}")[: _NAME_WIDTH - 1]
        cells = [f"{each.rows:,}", f"{each.positives:,}", *(_cell(kept[of]) for of in ("auc", "low", "high", "ece"))]
        worse = "  worse than all rows" if each.worse else ""
        lines.append(name.ljust(_NAME_WIDTH) + "".join(cell.rjust(11) for cell in cells) + worse)
    return lines


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
