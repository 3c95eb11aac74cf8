"""The no-show score on the public file: ahead of the rules and not behind boosted trees on the same columns."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from reactivate_desktop.scoring.resampling import Said, resampled
from reactivate_desktop.scoring.scorer import probability
from reactivate_desktop.services.evaluation.noshow import Dates, evaluate_noshow, learn_product, windows
from reactivate_desktop.services.evaluation.noshow_file import read_noshow

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "scoring" / "noshow_kaggle_v2_may2016.csv.gz"


def real() -> Path:
    if not REAL.exists():
        pytest.skip("the public file is not beside this checkout")
    return REAL


def _first_days(path: Path, before: str, to: Path) -> Path:
    with gzip.open(path, "rt") as text:
        rows = list(csv.reader(text))
    day = rows[0].index("AppointmentDay")
    kept = [",".join(row) for row in rows[1:] if row[day] < before]
    to.write_text("\n".join([",".join(rows[0]), *kept]) + "\n", "utf-8")
    return to


def test_on_the_public_file_shortened(tmp_path: Path) -> None:
    """Its first two weeks; nothing here was chosen by looking at the days after them."""
    path = _first_days(real(), "2016-05-14", tmp_path / "a.csv")
    report = evaluate_noshow(path, dates=Dates("2016-05-09", "2016-05-09"))
    product, rule = report.models["product"], report.models["lead_time"]
    assert product.all_rows.auc is not None
    assert 0.69 < product.all_rows.auc < 0.76
    for name in ("auc", "ap"):
        ahead = rule.product_less_this[name]
        assert ahead is not None
        assert ahead[0] > 0
    assert report.notes == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_protocol_on_the_public_file() -> None:
    report = evaluate_noshow(real())
    product, advance = report.models["product"].all_rows, report.models["product"].advance
    assert report.rows == 40_955
    assert advance is not None
    found = (product.auc, product.ap, product.brier, product.ece, product.slope, advance.auc)
    auc, ap, brier, ece, slope, ahead = (figure or 0.0 for figure in found)
    assert auc > 0.725
    assert ap > 0.35
    assert brier < 0.1396
    assert ece < 0.023
    assert 0.90 < slope < 1.10
    assert ahead > 0.60
    assert report.notes == []
    for name in ("lead_time", "prior_no_show_rate"):
        interval = report.models[name].product_less_this["auc"]
        assert interval is not None
        assert interval[0] > 0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_boosted_trees_are_not_better() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    product, trees, happened, person = [], [], [], []
    for window in windows(read_noshow(real(), None), Dates()):
        train, test = (np.stack(list(rows.variables.values()), axis=1) for rows in (window.train, window.test))
        settings = {"n_estimators": 200, "learning_rate": 0.05, "min_child_samples": 50, "verbose": -1}
        model = lightgbm.LGBMClassifier(**settings).fit(train, window.train.happened)
        trees.append(model.predict_proba(test)[:, 1])
        product.append(probability(learn_product(window).formula.score(window.test.variables).logit))
        happened.append(window.test.happened)
        person.append(window.test.person)
    said = {"product": Said(np.concatenate(product)), "trees": Said(np.concatenate(trees))}
    draws = resampled(said, np.concatenate(happened), np.concatenate(person))
    apart = draws["product"].difference(draws["trees"])
    for name in ("auc", "ap"):
        interval = apart[name]
        assert interval is not None
        assert interval[1] > 0
    assert apart["brier"] is not None
    assert apart["brier"][0] < 0
