"""Weekly checks of the scorers in use on live outcomes: their level is refreshed, and a rule may score instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import ScorerKind, UserRole
from reactivate_desktop.domain.model_cards import DriftRow
from reactivate_desktop.domain.no_show import no_show_rules
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.domain.score_checks import CHECK_EVERY_DAYS, SHARE, Checked, Figure, failed, sentence, value_of
from reactivate_desktop.domain.scorers import ScorerRow
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.drift import Live, changes, judged, told
from reactivate_desktop.scoring.events import day_number
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.refresh import REFRESH_DAYS, settled, shift
from reactivate_desktop.scoring.training_rows import Rows
from reactivate_desktop.services.known_day import known_day
from reactivate_desktop.services.learning_rows import missed_history, return_rows
from reactivate_desktop.services.present_scorers import rule_of
from reactivate_desktop.storage.queries import organization, score_checks, scorers, settings
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

# scoring.md section 8: drift checks on the last eight weeks.
CHECK_DAYS = 56
_TITLES = {
    ScorerKind.REACTIVATION: "Checking the return score on new outcomes",
    ScorerKind.NO_SHOW: "Checking the no-show risk on new outcomes",
}
# The variable, and its value, of somebody of whom next to nothing is known.
_NO_HISTORY = {ScorerKind.REACTIVATION: ("once", 1.0), ScorerKind.NO_SHOW: ("seen", 0.0)}


@dataclass(frozen=True)
class _Plan:
    """What a check looks at, read in one transaction: a kept scorer, its plain rule, and the rows known before `day`.

    former, former_rule: the shifts in force until now.
    """

    kind: ScorerKind
    kept: ScorerRow
    formula: Formula
    rule: Formula | None
    day: date
    rows: Rows
    former: float
    former_rule: float
    levels: Mapping[str, int]


class ScoreChecks:
    """Use cases around the weekly check; nothing is checked for a purpose of which the clinic learned no scorer."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def due(self) -> bool:
        """Return whether a scorer in use was not taught or checked in the last 7 days of the clinic's calendar."""
        with self._begin() as tx:
            today = organization.today(tx)
            return any(_is_due(tx, kept, today) for kept in _in_use(tx))

    def check(self, as_of: date | None = None, progress: Progress | None = None) -> list[Checked]:
        """Check the scorers in use on outcomes known before `as_of` (default: the clinic's today); keep what it found.

        Looks at outcomes that became known after the scorer learned: of eight weeks for the figures, with the shift
        in force until now; of four weeks for the new shift. Scores follow with the next scoring run. A second check
        of a day changes nothing and returns what the first one found. Raises Cancelled between two scorers (what is
        finished is kept), Invalid for a day to come or a scorer of a newer program, NotAllowed (STAFF and above).
        """
        progress, found = progress or Progress(), []
        for place, kind in enumerate(ScorerKind):
            progress.step(place, len(ScorerKind), _TITLES[kind])
            checked = self._check(kind, as_of)
            if checked is not None:
                found.append(checked)
        return found

    def _check(self, kind: ScorerKind, as_of: date | None) -> Checked | None:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            day = known_day(tx, as_of)
            kept = scorers.active(tx, kind)
            if kept is None:
                return None
            if found := score_checks.on_day(tx, kept.id, day):
                return _checked(tx, kind, kept.id, found, new=False)
            plan = _plan(tx, kept, day)
        # Outside of the transaction, as learning does: a snapshot held open keeps dead rows of all desks.
        rows = _figures(plan)
        return retrying(lambda: self._keep(plan, rows))

    def _keep(self, plan: _Plan, rows: list[DriftRow]) -> Checked:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            scorer_id = plan.kept.id
            new = score_checks.keep(tx, scorer_id, rows)
            if new:
                details = {"scorer": str(plan.kind), "failed": failed(rows), "moved": value_of(rows, Figure.MOVED)}
                tx.audit("SCORER_CHECKED", "model_version", scorer_id, details)
                tx.changed(Change.CLINIC)
            return _checked(tx, plan.kind, scorer_id, score_checks.on_day(tx, scorer_id, plan.day), new=new)


def _in_use(tx: Transaction) -> list[ScorerRow]:
    return [kept for kept in (scorers.active(tx, kind) for kind in ScorerKind) if kept is not None]


def _is_due(tx: Transaction, kept: ScorerRow, today: date) -> bool:
    newest = score_checks.newest_day(tx, kept.id) or kept.data_as_of
    return today - max(newest, kept.data_as_of) >= timedelta(days=CHECK_EVERY_DAYS)


def _checked(tx: Transaction, kind: ScorerKind, scorer_id: UUID, rows: tuple[DriftRow, ...], *, new: bool) -> Checked:
    fallen = score_checks.fallen_back(tx, scorer_id)
    words = sentence(kind, rows, fallen_back=fallen)
    moved, day = value_of(rows, Figure.MOVED), rows[0].checked_on
    return Checked(kind, scorer_id, day, rows, failed(rows), fallen, moved, words, new)


def _plan(tx: Transaction, kept: ScorerRow, day: date) -> _Plan:
    formula = Formula.from_json(kept.model)
    return _Plan(
        kind=kept.scorer,
        kept=kept,
        formula=formula,
        rule=rule_of(kept),
        day=day,
        rows=_rows(tx, kept.scorer, formula, day - timedelta(days=1)),
        former=score_checks.value(tx, kept.id, Figure.SHIFT, day) or 0.0,
        former_rule=score_checks.value(tx, kept.id, Figure.RULE_SHIFT, day) or 0.0,
        levels=score_checks.levels(tx, kept.scorer),
    )


def _rows(tx: Transaction, kind: ScorerKind, formula: Formula, last: date) -> Rows:
    """Return what was known by the end of a day: today's appointments are marked one by one, the missed ones late."""
    if kind is ScorerKind.REACTIVATION:
        return return_rows(tx, last)
    typed = no_show_rules(settings.read(tx, "no_show")).usual_rate
    return missed_history(tx, last, typed, rate=formula.constants[noshow.RATE]).rows


def _figures(plan: _Plan) -> list[DriftRow]:
    """Return all figures of the check; its rows in another order give the same bits."""
    rows, day = plan.rows, plan.day
    learned = plan.formula.training.last_day
    seen = rows.known <= (day_number(plan.kept.data_as_of) if learned is None else learned)
    lately = rows.take(~seen & (rows.known >= day_number(day) - CHECK_DAYS))
    recent = rows.take(~seen & (rows.known >= day_number(day) - REFRESH_DAYS))
    own = plan.kept.card.get("own") or {}
    # First those that each check has: two at once meet at the first row.
    found = _refresh(plan, recent)
    found += judged(_live(plan.formula.shifted(plan.former), lately), day, own.get("auc_low"))
    found += _changes(plan, rows.take(seen), lately)
    if lately.size:
        name, value = _NO_HISTORY[plan.kind]
        found.append(told(Figure.NO_HISTORY, float((lately.variables[name] == value).mean()), day))
    everybody = sum(plan.levels.values())
    return found + [told(f"{SHARE}{word}", count / everybody, day) for word, count in plan.levels.items()]


def _refresh(plan: _Plan, recent: Rows) -> list[DriftRow]:
    """Return the shift of the next weeks and what it was made from; without outcomes the present one stays."""
    day = plan.day
    live = _live(plan.formula.shifted(plan.former), recent)
    now = _shift(plan.formula, plan.former, recent)
    figures = {
        Figure.ROWS: float(recent.size),
        Figure.HAPPENED: live.positives,
        Figure.EXPECTED: live.expected,
        Figure.SHIFT: now,
        Figure.MOVED: now - plan.former,
    }
    if plan.rule is not None:
        figures[Figure.RULE_SHIFT] = _shift(plan.rule, plan.former_rule, recent)
    return [told(figure, value, day) for figure, value in figures.items()]


def _shift(formula: Formula, former: float, recent: Rows) -> float:
    if not recent.size:
        return former
    return settled(former, shift(formula.shifted(0.0).score(recent.variables).logit, recent.happened))


def _changes(plan: _Plan, before: Rows, now: Rows) -> list[DriftRow]:
    """Return how far each factor lies from where it was at training, on rows of those days."""
    first = plan.formula.training.first_day
    taught = before if first is None else before.take(before.as_of >= first)
    if not (taught.size and now.size):
        return []
    scored = [plan.formula.score(each.variables) for each in (taught, now)]
    return changes(scored[0], scored[1], (taught.person, now.person), plan.day)


def _live(formula: Formula, rows: Rows) -> Live:
    rows = rows.in_canonical_order()
    logit = formula.score(rows.variables).logit if rows.size else np.zeros(0)
    return Live(logit, rows.happened, rows.person)
