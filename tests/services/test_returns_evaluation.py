"""Anyone can try the return score on a file of visits: snapshots, horizons, odd files, and how good it is."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring.resampling import Said, resampled
from reactivate_desktop.scoring.returning import variables
from reactivate_desktop.scoring.scorer import probability
from reactivate_desktop.services.evaluation.returns import Protocol, evaluate_returns, learn_product, split_of
from reactivate_desktop.services.evaluation.returns_file import Columns, columns_named, read_returns

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "scoring" / "cdnow_master.csv.gz"
HEAD = "customer_id,date,cds,value"
START = date(2024, 1, 1)
DAYS = Protocol(("2025-03-01", "2025-04-01", "2025-05-01"), "2025-09-01", 120, 90)


def made(people: int = 900, seed: int = 1) -> list[tuple[int, date, float]]:
    """Visits of two years: some come every few weeks, others every few months, many once."""
    draw = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        day = START + timedelta(days=int(draw.integers(0, 400)))
        gap = float(draw.choice([40, 120, 200]))
        for _ in range(1 if draw.random() < 0.4 else int(draw.integers(2, 9))):
            if day > date(2025, 12, 31):
                break
            rows.append((1_000 * seed + person, day, round(float(draw.gamma(2, 20)), 2)))
            day += timedelta(days=1 + int(draw.exponential(gap)))
    return rows


def written(path: Path, rows: list[str], head: str = HEAD) -> Path:
    text = "\n".join([head, *rows]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def plain(rows: list[tuple[int, date, float]]) -> list[str]:
    return [f"{person:06d},{day:%Y%m%d},1,{value}" for person, day, value in rows]


def real() -> Path:
    if not REAL.exists():
        pytest.skip("the public file is not beside this checkout")
    return REAL


def test_figures_beside_the_rules(tmp_path: Path) -> None:
    report = evaluate_returns(written(tmp_path / "a.csv.gz", plain(made())), protocol=DAYS)
    found = report.as_json()
    assert (found["dataset"], found["stage"]) == ("cdnow", "learning")
    assert set(found["models"]) == {"product", "most_recent", "most_visits", "value_first", "least_overdue"}
    assert found["models"]["product"]["brier"] is not None
    # A rule says an order, no probability.
    assert [found["models"]["most_recent"][name] for name in ("brier", "ece", "slope")] == [None] * 3
    assert "advance" not in found["models"]["product"]
    assert "rows tested" in report.as_text()
    assert report.positives < report.rows


def test_any_file_with_these_columns_in_any_order(tmp_path: Path) -> None:
    rows = made()
    wanted = evaluate_returns(written(tmp_path / "a.csv", plain(rows)), protocol=DAYS)
    mixed = [rows[place] for place in np.random.default_rng(3).permutation(len(rows))]
    other = [f"x,{value},{day} 12:50:00,{person}.0" for person, day, value in mixed]
    path = written(tmp_path / "b.csv", other, "note,Amount,Invoice Date,Client")
    named = Columns("Client", "Invoice Date", "Amount")
    assert evaluate_returns(path, protocol=DAYS, columns=named) == wanted
    american = [f"{person},{day.month}/{day.day}/{day.year} 8:26,{value}" for person, day, value in rows]
    path = written(tmp_path / "c.csv", american, "customer,date,value")
    assert evaluate_returns(path, protocol=DAYS) == wanted


def test_how_columns_are_named() -> None:
    assert columns_named(None) == Columns()
    assert columns_named("a, b,c") == Columns("a", "b", "c")
    assert columns_named("date=b,customer=a") == Columns("a", "b")
    for wrong in ("a", "a,b,c,d", "a,,c", "customer=a,b", "customer=a,day=b", "customer=a"):
        with pytest.raises(Invalid, match="does not name the columns"):
            columns_named(wrong)


def test_a_file_without_values_does(tmp_path: Path) -> None:
    rows = [f"{person},{day}" for person, day, _ in made(300)]
    report = evaluate_returns(written(tmp_path / "a.csv", rows, "customer,date"), protocol=DAYS)
    assert report.models["value_first"].all_rows.auc == 0.5


def test_nothing_that_was_known_later_is_learned(tmp_path: Path) -> None:
    rows = made()
    path = written(tmp_path / "a.csv", plain(rows))
    late = Protocol((*DAYS.train_as_of, "2025-06-04", "2025-08-01"), DAYS.test_as_of, 120, 90)
    first, second = read_returns(path, Columns()), read_returns(path, Columns())
    split = split_of(first, second, late)
    # 2025-06-03 and 90 days are 2025-09-01; the day after is too late.
    assert split.notes[0].startswith("2 of 5 days to learn from were left out: on 2025-09-01 it was not known yet")
    assert len(set(split.train.as_of.tolist())) == 3
    gone = [row for row in rows if row[1] <= date(2025, 9, 1)]
    frozen = read_returns(written(tmp_path / "b.csv", plain(gone)), Columns())
    assert learn_product(split_of(frozen, frozen, DAYS).train) == learn_product(split.train)


def test_a_second_file_is_never_learned_from(tmp_path: Path) -> None:
    train = read_returns(written(tmp_path / "a.csv", plain(made(seed=1))), Columns())
    one = split_of(train, read_returns(written(tmp_path / "b.csv", plain(made(seed=2))), Columns()), DAYS)
    other = split_of(train, read_returns(written(tmp_path / "b.csv", plain(made(seed=3))), Columns()), DAYS)
    assert learn_product(one.train) == learn_product(other.train)
    assert len(one.test.returned) != len(other.test.returned)


@pytest.mark.parametrize(("dormant", "horizon"), [(30, 30), (90, 90), (180, 60), (365, 180)])
def test_other_horizons_without_days(tmp_path: Path, dormant: int, horizon: int) -> None:
    path = written(tmp_path / "a.csv", plain(made()))
    report = evaluate_returns(path, protocol=Protocol(dormant=dormant, horizon=horizon))
    product = report.models["product"].all_rows
    assert product.brier is not None
    assert report.notes == []
    if horizon < 180:
        assert product.auc is not None
        assert product.auc > 0.5


def test_before_anything_was_known_the_card_scores(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", plain(made()))
    report = evaluate_returns(path, protocol=Protocol((), "2024-05-20", 60, 90))
    assert report.stage == "starting estimate"
    assert report.models["product"].all_rows.brier is not None


def test_a_file_that_ends_too_early_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", plain(made()))
    report = evaluate_returns(path, protocol=Protocol(DAYS.train_as_of, "2025-12-01"))
    assert report.notes[0].startswith("The file ends on ")


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        ([], HEAD, "holds no rows"),
        (["1,20240101"], "a,b", "has no column customer_id and no column date"),
        (["1,someday,1,2.0"], HEAD, "Most rows of a.csv cannot be used"),
        (["1,20240101,1,2.0"], HEAD, "Nobody had been away 180 days"),
    ],
)
def test_bad_files_are_told_in_words(tmp_path: Path, rows: list[str], head: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        evaluate_returns(written(tmp_path / "a.csv", rows, head))


@pytest.mark.parametrize("protocol", [Protocol(dormant=0), Protocol(horizon=0), Protocol(("2025",)), Protocol((), "x")])
def test_days_that_are_none(tmp_path: Path, protocol: Protocol) -> None:
    with pytest.raises(Invalid):
        evaluate_returns(written(tmp_path / "a.csv", plain(made(50))), protocol=protocol)


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    odd = ["000001,,1,3.0", "000002,20240101,1,much", ",20240101,1,3.0"]
    report = evaluate_returns(written(tmp_path / "a.csv", [*plain(made()), *odd]), protocol=DAYS)
    assert report.notes[0].startswith("3 of ")


def test_on_the_public_file() -> None:
    report = evaluate_returns(real())
    product = report.models["product"].all_rows
    assert (report.rows, report.positives) == (8_732, 474)
    assert report.notes == []
    auc, ap, brier, ece, slope, lift = (figure or 0.0 for figure in vars(product).values())
    assert auc > 0.70
    assert ap > 0.138
    assert brier < 0.0493
    assert ece < 0.012
    assert 0.90 < slope < 1.10
    assert lift > 3.2
    for name, figures in report.models.items():
        if name != "product":
            assert (figures.all_rows.auc or 1.0) < auc
            assert (figures.all_rows.ap or 1.0) < ap


@pytest.mark.slow
def test_boosted_trees_are_not_better() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    file = read_returns(real(), Columns())
    split = split_of(file, file, Protocol())
    table = variables(split.test.features)
    train, test = (np.stack(list(of.values()), axis=1) for of in (split.train.variables, table))
    settings = {"n_estimators": 200, "learning_rate": 0.05, "min_child_samples": 50, "verbose": -1}
    trees = lightgbm.LGBMClassifier(**settings).fit(train, split.train.happened).predict_proba(test)[:, 1]
    product = probability(learn_product(split.train).formula.score(table).logit)
    draws = resampled({"product": Said(product), "trees": Said(trees)}, split.test.returned, split.test.person)
    apart = draws["product"].difference(draws["trees"])
    for name in ("auc", "ap"):
        interval = apart[name]
        assert interval is not None
        assert interval[1] > 0
