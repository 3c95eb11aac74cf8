"""How good a scorer is on the clinic's own outcomes that it had not seen, overall and for each group of patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.model_cards import GroupFigures, OwnFigures
from reactivate_desktop.domain.proportions import quantile
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.metrics import measured
from reactivate_desktop.scoring.resampling import Interval, Said, resampled
from reactivate_desktop.scoring.rules import lead_table
from reactivate_desktop.scoring.scorer import probability
from reactivate_desktop.scoring.succession import Tried
from reactivate_desktop.scoring.training_rows import Rows
from reactivate_desktop.scoring.window_figures import (
    as_it_turned_out,
    calibration_bins,
    error_by_chance,
    lift_by_tenth,
)
from reactivate_desktop.services.evaluation.own_groups import Grouping
from reactivate_desktop.services.evaluation.report import PRODUCT, Tested
from reactivate_desktop.services.learning_rows import History

# A group with fewer patients of either outcome says nothing of a scorer: rows of one patient are not independent.
LEAST_OF_BOTH = 10
# scoring.md section 8, validation protocol: no group worse than this.
WORSE_AUC, WORSE_ECE = 0.05, 0.03
# A card has a dozen groups: to call one worse takes 99 %, where the interval that is shown holds 95 %.
_SURER = quantile(0.995) / quantile(0.975)


@dataclass(frozen=True)
class Window:
    """The rows that a candidate had not seen: what it and the rules said of them, when, and in which groups they are.

    as_of: the day number of each row.
    """

    tested: Tested
    as_of: Ints
    groups: tuple[Grouping, ...]


def window_of(kind: ScorerKind, history: History, groups: Sequence[Grouping], tried: Tried | None) -> Window:
    """Return what was tried; without that an empty window."""
    nothing = np.zeros(0, dtype=np.int64)
    early, late = (nothing, nothing) if tried is None else (tried.early, tried.late)
    share = np.zeros(0) if tried is None else tried.share
    before, unseen = history.rows.take(early), history.rows.take(late)
    rules = _no_show_rules(before, unseen, history.constants) if kind is ScorerKind.NO_SHOW else _return_rules(unseen)
    ahead = unseen.variables["lead"] > 0 if kind is ScorerKind.NO_SHOW else None
    tested = Tested({PRODUCT: Said(share), **rules}, unseen.happened, unseen.person, ahead)
    return Window(tested, unseen.as_of, tuple(each.take(late) for each in groups))


def own_figures(window: Window) -> OwnFigures | None:
    """Return the figures of a window, the same for its rows in any order; None for an empty one."""
    window = _in_canonical_order(window)
    tested, share = window.tested, window.tested.said[PRODUCT].score
    if not len(share):
        return None
    found = asdict(measured(share, tested.happened, is_probability=True))
    within = _interval(share, tested.happened, tested.person)
    everybody = _Everybody(found["auc"], found["ece"], as_it_turned_out(share, tested.happened))
    return OwnFigures(
        first_day=day_of(int(window.as_of.min())),
        last_day=day_of(int(window.as_of.max())),
        rows=len(share),
        positives=int(tested.happened.sum()),
        auc_low=within[0] if within else None,
        auc_high=within[1] if within else None,
        **found,
        bins=calibration_bins(share, tested.happened),
        lift=lift_by_tenth(share, tested.happened),
        groups=tuple(
            _group(tested, grouping.by, name, grouping.of == place, everybody)
            for grouping in window.groups
            for place, name in enumerate(grouping.names)
            if (grouping.of == place).any()
        ),
        rules={name: _rule(said, tested.happened) for name, said in tested.said.items() if name != PRODUCT},
    )


@dataclass(frozen=True)
class _Everybody:
    """All rows, that each group is held against; `chance`: of each row, as its tenth turned out."""

    auc: float | None
    ece: float | None
    chance: Floats


def _group(tested: Tested, by: str, name: str, inside: Flags, everybody: _Everybody) -> GroupFigures:
    share, happened, person = tested.said[PRODUCT].score[inside], tested.happened[inside], tested.person[inside]
    rows, positives = len(happened), int(happened.sum())
    if min(len(np.unique(person[happened == kind])) for kind in (0.0, 1.0)) < LEAST_OF_BOTH:
        return GroupFigures(by, name, rows, positives, None, None, None, None, worse=False)
    found = measured(share, happened, is_probability=True)
    low, high = _interval(share, happened, person) or (None, None)
    at_most = None if found.auc is None or high is None else found.auc + _SURER * (high - found.auc)
    ranks_worse = _above(everybody.auc, found.auc, WORSE_AUC) and _above(everybody.auc, at_most, 0.0)
    says_worse = _above(found.ece, everybody.ece, WORSE_ECE) and _above(
        found.ece, error_by_chance(share, everybody.chance[inside], person), 0.0
    )
    return GroupFigures(by, name, rows, positives, found.auc, low, high, found.ece, worse=ranks_worse or says_worse)


def _above(figure: float | None, other: float | None, by: float) -> bool:
    return figure is not None and other is not None and figure - other > by


def _interval(share: Floats, happened: Floats, person: Ints) -> Interval | None:
    if not 0 < happened.sum() < len(happened):
        return None
    return resampled({PRODUCT: Said(share)}, happened, person)[PRODUCT].interval()["auc"]


def _rule(said: Said, happened: Floats) -> Mapping[str, float | None]:
    found = measured(said.score, happened, is_probability=False)
    return {"auc": found.auc, "lift10": found.lift10}


def _return_rules(rows: Rows) -> dict[str, Said]:
    """Return the order in which plain rules would call patients: the higher the sooner."""
    of = rows.variables
    ranks = {"most_recent": -of["doublings"], "most_visits": of["visits"], "least_overdue": -of["overdue"]}
    return {name: Said(rank, is_probability=False) for name, rank in ranks.items()}


def _no_show_rules(before: Rows, rows: Rows, constants: Mapping[str, float]) -> dict[str, Said]:
    """Return what a table of lead times and the patient's own rate say, with what was known before the window."""
    rate = constants[noshow.RATE]
    by_lead = lead_table(_lead(before), before.happened, rate, _lead(rows))
    own = probability(rows.variables["own_rate"] + float(np.log(rate / (1.0 - rate))))
    return {"lead_time": Said(by_lead), "prior_no_show_rate": Said(own)}


def _lead(rows: Rows) -> Ints:
    days: Ints = np.rint(np.expm1(rows.variables["lead"])).astype(np.int64)
    return days


def _in_canonical_order(window: Window) -> Window:
    """Return the same rows in an order of their content: sums and draws then do not depend on the order given."""
    tested = window.tested
    scores = [said.score for said in tested.said.values()]
    order = np.lexsort((*(each.of for each in window.groups), window.as_of, tested.happened, *scores, tested.person))
    return Window(
        Tested(
            {name: Said(said.score[order], said.is_probability) for name, said in tested.said.items()},
            tested.happened[order],
            tested.person[order],
            None if tested.advance is None else tested.advance[order],
        ),
        window.as_of[order],
        tuple(each.take(order) for each in window.groups),
    )
