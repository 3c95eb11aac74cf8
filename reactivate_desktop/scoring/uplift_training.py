"""Learning what contacting adds from patients who were contacted or held out at random."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.uplift import Additive, UpliftModel, UpliftStage, Values, Variable, size_of

# scoring.md section 8: with fewer the lift is taken as the same for all (stage 0).
STAGE_PATIENTS = 2_000
STAGE_RETURNS = 100
# Ridge on log-odds per column: a prior with standard deviation 1 / sqrt(ridge).
RIDGE = 10.0
PULLS = (10.0, 30.0, 100.0, 300.0)
_FOLDS = 4
_SEED = 20_261_122
# The average lift is not drawn anywhere: a prior a hundred wide.
_FREE = 100.0
_KNOTS = (0.25, 0.5, 0.75)
_EDGES = (0.01, 0.99)
# A kind that fewer rows have says nothing of its own.
_LEAST_ROWS = 50


@dataclass(frozen=True)
class Randomised:
    """Patients of a randomised contact: variables as of the assignment, who was contacted, who returned."""

    values: Values
    contacted: Flags
    returned: Flags

    def take(self, rows: Ints | Flags) -> Randomised:
        """Return some of them."""
        values = {name: of[rows] for name, of in self.values.items()}
        return Randomised(values, self.contacted[rows], self.returned[rows])


def learn_uplift(trial: Randomised, kinds: Collection[str] = ()) -> UpliftModel:
    """Return the model of what contacting adds; `kinds`: variables whose values are names, not amounts.

    Stage 1 from 2,000 patients and 100 returns per arm on, else stage 0. Two ridge logistic models are fitted
    together; a second ridge, chosen by cross-fitting within these rows, draws one to the other. The order of the rows
    changes nothing.
    """
    trial = trial.take(_canonical(trial))
    counts = [(int(arm.sum()), int((arm & trial.returned).sum())) for arm in (trial.contacted, ~trial.contacted)]
    (sent, sent_back), (held, held_back) = counts
    # scoring.md counts returns per arm; where nearly all return those who stay away are as few.
    stays = min(sent - sent_back, held - held_back)
    if sent + held < STAGE_PATIENTS or min(sent_back, held_back, stays) < STAGE_RETURNS:
        return _constant(counts)
    average = sent_back / sent - held_back / held
    pull, weight = _choose(trial, kinds, average)
    variables = variables_of(trial.values, kinds)
    stage = UpliftStage.LEARNED if weight else UpliftStage.CONSTANT
    models = _fit_pair(trial, variables, pull)
    return UpliftModel(stage, *models, average, weight, pull, (sent, held), (sent_back, held_back))


def learn_response(values: Values, returned: Flags, kinds: Collection[str] = ()) -> Additive:
    """Return a ridge logistic model of returning; without returns, or with nothing else, the shrunk share for all."""
    rows = _by_rows(values, returned)
    values, returned = {name: of[rows] for name, of in values.items()}, returned[rows]
    if not 0 < int(returned.sum()) < len(returned):
        return Additive((), _shrunk_logit(len(returned), int(returned.sum())), ())
    variables = variables_of(values, kinds)
    design = _design(variables, values)
    base, weights = _fitted(design / math.sqrt(RIDGE), returned)
    return Additive(variables, base, tuple((weights / math.sqrt(RIDGE)).tolist()))


def variables_of(values: Values, kinds: Collection[str]) -> tuple[Variable, ...]:
    """Return the variables with their columns fixed on these rows; what never varies has none."""
    return tuple(_kind(name, of) if name in kinds else _number(name, of) for name, of in values.items())


def _number(name: str, of: Floats) -> Variable:
    known = of[np.isfinite(of)]
    if not len(known):
        return Variable(name, 0.0)
    typical, low, high, *inner = np.quantile(known, (0.5, *_EDGES, *_KNOTS), method="inverted_cdf").tolist()
    knots = tuple(sorted({knot for knot in inner if low < knot < high}))
    return Variable(name, typical, low, high, knots)


def _kind(name: str, of: Floats) -> Variable:
    found, counts = np.unique(of[np.isfinite(of)], return_counts=True)
    if not len(found):
        return Variable(name, 0.0)
    # The most frequent one is the yardstick for the others and needs no column.
    most = float(found[counts.argmax()])
    enough = zip(found.tolist(), counts.tolist(), strict=True)
    steps = tuple(value for value, count in enough if value != most and count >= _LEAST_ROWS)
    return Variable(name, most, steps=steps)


def _design(variables: tuple[Variable, ...], values: Values) -> Floats:
    columns = [column for variable in variables for column in variable.columns(values)]
    return np.column_stack(columns) if columns else np.zeros((size_of(values), 0))


def _fit_pair(trial: Randomised, variables: tuple[Variable, ...], pull: float) -> tuple[Additive, Additive]:
    """Return the models of those contacted and held out: common weights, and half-differences that `pull` shrinks."""
    design = _design(variables, trial.values)
    share = float(trial.contacted.mean())
    side = np.where(trial.contacted, 1.0 - share, -share)[:, np.newaxis]
    centred = design - design.mean(axis=0)
    common, own = 1.0 / math.sqrt(RIDGE), 1.0 / math.sqrt(pull)
    base, found = _fitted(np.hstack([side * _FREE, design * common, side * centred * own]), trial.returned)
    shift, weights = found[0] * _FREE, found[1 : 1 + design.shape[1]] * common
    apart = found[1 + design.shape[1] :] * own
    shift -= float((apart * design.mean(axis=0)).sum())

    def model(part: float) -> Additive:
        return Additive(variables, float(base + part * shift), tuple((weights + part * apart).tolist()))

    return model(1.0 - share), model(-share)


def _fitted(design: Floats, returned: Flags) -> tuple[float, Floats]:
    """Return intercept and weights of the logistic regression with a ridge of 1 on every column."""
    if not design.shape[1]:
        return _shrunk_logit(len(returned), int(returned.sum())), np.zeros(0)
    # Heavy, and needed in the background only.
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    learner = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8, max_iter=100)
    # These are small: several threads wait for each other ten times as long, and add in another order.
    with threadpool_limits(1):
        learner.fit(design, returned)
    return float(learner.intercept_[0]), learner.coef_[0]


def _choose(trial: Randomised, kinds: Collection[str], average: float) -> tuple[float, float]:
    """Return the pull, and the weight of the patients' own lifts, that predict best what is not learned from.

    By the R-loss (Nie and Wager 2021, Biometrika 108:299-319): what remains of the outcome beside the probability of
    returning, against what remains of the contact. Of equal pulls the stronger one.
    """
    fold = np.random.default_rng(_SEED).permutation(len(trial.returned)) % _FOLDS
    share = float(trial.contacted.mean())
    side = np.where(trial.contacted, 1.0 - share, -share)
    best, found = 0.0, (PULLS[-1], 0.0)
    for pull in reversed(PULLS):
        with_it, without = _out_of_fold(trial, kinds, fold, pull)
        rest = trial.returned - (share * with_it + (1.0 - share) * without) - side * average
        own = side * (with_it - without - average)
        together, alone = float((own * rest).sum()), float((own * own).sum())
        weight = min(1.0, max(0.0, together / alone)) if alone else 0.0
        gain = weight * (2.0 * together - weight * alone)
        if gain > best:
            best, found = gain, (pull, weight)
    return found


def _out_of_fold(trial: Randomised, kinds: Collection[str], fold: Ints, pull: float) -> tuple[Floats, Floats]:
    with_it, without = np.empty(len(fold)), np.empty(len(fold))
    for place in range(_FOLDS):
        out = fold == place
        learned = trial.take(~out)
        pair = _fit_pair(learned, variables_of(learned.values, kinds), pull)
        for model, shares in zip(pair, (with_it, without), strict=True):
            shares[out] = model.share(trial.take(out).values)
    return with_it, without


def _constant(counts: list[tuple[int, int]]) -> UpliftModel:
    (sent, sent_back), (held, held_back) = counts
    average = sent_back / sent - held_back / held if sent and held else 0.0
    models = Additive((), _shrunk_logit(sent, sent_back), ()), Additive((), _shrunk_logit(held, held_back), ())
    return UpliftModel(UpliftStage.CONSTANT, *models, average, 0.0, None, (sent, held), (sent_back, held_back))


def _shrunk_logit(patients: int, returned: int) -> float:
    # Half a return and half a non-return more (Jeffreys): finite where nobody or everybody returned.
    return math.log((returned + 0.5) / (patients - returned + 0.5))


def _canonical(trial: Randomised) -> Ints:
    return _by_rows(trial.values, trial.returned, trial.contacted)


def _by_rows(values: Values, *flags: Flags) -> Ints:
    """Return an order of the rows that does not depend on the one they came in; equal rows are alike."""
    return np.lexsort((*flags, *(values[name] for name in sorted(values))))
