"""Figures of a scorer agree with scikit-learn's, and equal scores are equal whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from reactivate_desktop.scoring.arrays import Floats
from reactivate_desktop.scoring.metrics import Metrics, Ties, auc, average_precision, measured
from reactivate_desktop.scoring.resampling import Said, resampled


def made(size: int = 3_000, seed: int = 1, digits: int = 2) -> tuple[Floats, Floats]:
    draw = np.random.default_rng(seed)
    share = np.round(draw.beta(2, 6, size), digits)
    return share, (draw.random(size) < share).astype(np.float64)


@pytest.mark.parametrize("digits", [1, 2, 9])
def test_they_agree_with_scikit_learn(digits: int) -> None:
    share, happened = made(digits=digits)
    found = measured(share, happened, is_probability=True)
    assert found.auc == pytest.approx(roc_auc_score(happened, share), abs=1e-12)
    assert found.ap == pytest.approx(average_precision_score(happened, share), abs=1e-12)
    assert found.brier == pytest.approx(brier_score_loss(happened, share), abs=1e-12)
    kept = np.clip(share, 1e-6, 1 - 1e-6)
    line = LogisticRegression(C=1e9, tol=1e-10).fit(np.log(kept / (1 - kept))[:, None], happened)
    assert found.slope == pytest.approx(line.coef_[0, 0], rel=1e-3)


def test_weights_count_rows_twice() -> None:
    share, happened = made(400)
    weight = np.random.default_rng(4).integers(0, 4, 400).astype(np.float64)
    rows = np.repeat(np.arange(400), weight.astype(np.int64))
    ties, repeated = Ties(share), Ties(share[rows])
    assert auc(ties, happened, weight) == pytest.approx(auc(repeated, happened[rows]), abs=1e-12)
    assert average_precision(ties, happened, weight) == pytest.approx(
        average_precision(repeated, happened[rows]), abs=1e-12
    )


def test_calibration_error_by_hand() -> None:
    share = np.repeat(np.array([0.1, 0.5]), 50)
    happened = np.concatenate([np.arange(50) % 5 == 0, np.arange(50) % 2 == 0]).astype(np.float64)
    assert measured(share, happened, is_probability=True).ece == pytest.approx(0.05, abs=1e-12)


def test_lift_shares_equals_at_the_edge() -> None:
    happened = np.array([1.0] * 5 + [0.0] * 15)
    # Two rows are the best tenth; eight rows share the first place, five of them a yes.
    score = np.array([1.0] * 8 + [0.0] * 12)
    assert measured(score, happened, is_probability=False).lift10 == pytest.approx((5 / 8) / (5 / 20))


def test_the_order_of_rows_changes_nothing() -> None:
    share, happened = made()
    order = np.random.default_rng(3).permutation(len(share))
    wanted, found = (
        measured(share, happened, is_probability=True),
        measured(share[order], happened[order], is_probability=True),
    )
    assert vars(found) == pytest.approx(vars(wanted), abs=1e-12)


def test_without_both_kinds_there_is_no_ranking() -> None:
    share = np.array([0.2, 0.4])
    found = measured(share, np.zeros(2), is_probability=True)
    assert (found.auc, found.ap, found.slope, found.lift10) == (None,) * 4
    assert (found.brier, found.ece) == pytest.approx((0.1, 0.3))
    assert measured(share[:0], np.zeros(0), is_probability=True) == Metrics(*[None] * 6)
    half = (np.arange(9) % 2).astype(np.float64)
    assert measured(np.full(9, 0.3), half, is_probability=True).slope is None
    # Outcomes that a line separates wholly.
    apart = (np.arange(9) > 4).astype(np.float64)
    assert measured(np.linspace(0.1, 0.9, 9), apart, is_probability=True).auc == 1.0


def test_intervals_draw_patients_not_rows() -> None:
    share, happened = made(2_000)
    said = {"product": Said(share), "rule": Said(np.round(share, 1), is_probability=False)}
    by_row = resampled(said, happened, np.arange(2_000), rounds=100)
    # Each patient ten times: as if there were a tenth of the rows.
    ten = np.repeat(np.arange(200), 10)
    by_patient = resampled({"product": Said(share[ten])}, happened[ten], ten, rounds=100)
    narrow, wide = by_row["product"].interval()["auc"], by_patient["product"].interval()["auc"]
    assert narrow is not None
    assert wide is not None
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])
    truth = measured(share, happened, is_probability=True).auc
    assert truth is not None
    assert narrow[0] < truth < narrow[1]
    apart = by_row["product"].difference(by_row["rule"])
    assert apart["brier"] is None
    assert apart["auc"] is not None
    assert apart["auc"][1] - apart["auc"][0] < narrow[1] - narrow[0]
    assert resampled(said, happened, np.arange(2_000), rounds=100)["product"].interval() == by_row["product"].interval()
