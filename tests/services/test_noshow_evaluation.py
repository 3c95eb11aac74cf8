"""Anyone can try the no-show score on a file: what it may learn from, what it says of odd files, how good it is."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.services.evaluation.noshow import Dates, Window, evaluate_noshow, learn_product, windows
from reactivate_desktop.services.evaluation.noshow_file import read_noshow

HEAD = "PatientId,AppointmentID,ScheduledDay,AppointmentDay,Age,Neighbourhood,No-show"
MONDAY = date(2026, 3, 2)


def made(size: int = 3_000, seed: int = 1, days: int = 60, outcome: Callable[[float], str] | None = None) -> list[str]:
    """Rows of a clinic in which long lead times are missed more often."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(size):
        lead = int(draw.choice([0, 0, 1, 3, 7, 20, 40]))
        day = MONDAY + timedelta(days=int(draw.integers(0, days)))
        risk = 0.05 + 0.01 * lead
        said = outcome(risk) if outcome else ("Yes" if draw.random() < risk else "No")
        booked = day - timedelta(days=lead)
        age = draw.integers(1, 90)
        rows.append(
            f"{seed}{draw.integers(0, size // 3 + 1)},{seed}{number},{booked}T09:30:00Z,{day},{age},here,{said}"
        )
    return rows


def written(path: Path, rows: list[str], head: str = HEAD) -> Path:
    text = "\n".join([head, *rows]) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def rows_of(path: Path) -> dict[str, Any]:
    return evaluate_noshow(path).as_json()


def test_the_product_is_ahead_of_the_rules(tmp_path: Path) -> None:
    report = evaluate_noshow(written(tmp_path / "a.csv.gz", made()))
    found = json.loads(json.dumps(report.as_json()))
    assert (found["dataset"], found["stage"]) == ("noshow", "learned")
    assert set(found["models"]) == {"product", "lead_time", "prior_no_show_rate"}
    product = found["models"]["product"]
    assert set(product) >= {"auc", "ap", "brier", "ece", "slope", "lift10", "advance", "interval"}
    assert product["auc"] > 0.6 > found["models"]["prior_no_show_rate"]["auc"]
    assert product["interval"]["auc"][0] < product["auc"] < product["interval"]["auc"][1]
    text = report.as_text()
    assert "booked ahead" in text
    assert f"{report.rows:,} rows tested" in text


def test_rows_in_another_order_and_odd_cells_change_nothing(tmp_path: Path) -> None:
    rows = made(1_200)
    plain = rows_of(written(tmp_path / "a.csv", rows))
    draw = np.random.default_rng(2)
    mixed = [rows[place] for place in draw.permutation(len(rows))]
    assert rows_of(written(tmp_path / "b.csv", mixed)) == plain
    cells = [row.split(",") for row in rows]
    # Ids as decimals, days without a T, another order of columns with one more, semicolons.
    other = [
        f"{no};x;{pid}.0;{aid};{at.replace('T', ' ')};{day} 00:00:00;{age}.0;{place}"
        for pid, aid, at, day, age, place, no in cells
    ]
    head = "no_show;more;patient id;appointment id;scheduled day;APPOINTMENTDAY;age;neighborhood"
    assert rows_of(written(tmp_path / "c.csv", other, head)) == plain


def test_a_second_file_is_never_learned_from(tmp_path: Path) -> None:
    train, rows = written(tmp_path / "a.csv", made(seed=1)), made(1_500, seed=2)
    dates = Dates("2026-04-10", "2026-04-10", "2026-04-25")

    def learned(test_rows: list[str]) -> Window:
        return windows(read_noshow(train, written(tmp_path / "b.csv", test_rows)), dates)[0]

    window = learned(rows)
    turned = [row.replace(",No", ",X").replace(",Yes", ",No").replace(",X", ",Yes") for row in rows]
    assert learn_product(learned(turned)) == learn_product(window)
    assert learned(turned).test.happened.sum() != window.test.happened.sum()
    assert window.test.size == sum("2026-04-10" <= row.split(",")[3] < "2026-04-25" for row in rows)


def test_outcomes_after_a_day_do_not_change_what_is_said_of_it(tmp_path: Path) -> None:
    """The refresh of the intercept looks back only: another end of the week leaves its beginning alone."""
    rows = made(2_000)
    last = max(row.split(",")[3] for row in rows)
    dates = Dates("2026-04-20", "2026-04-20", last)
    turned = [row.replace(",No", ",Yes") if row.split(",")[3] > "2026-04-25" else row for row in rows]
    early = Dates("2026-04-20", "2026-04-20", "2026-04-26")
    assert evaluate_noshow(written(tmp_path / "a.csv", rows), dates=early) == evaluate_noshow(
        written(tmp_path / "b.csv", turned), dates=early
    )
    assert evaluate_noshow(tmp_path / "a.csv", dates=dates) != evaluate_noshow(tmp_path / "b.csv", dates=dates)


def test_the_same_file_twice_is_split_by_time(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", made())
    dates = Dates("2026-04-15", "2026-04-15")
    assert evaluate_noshow(path, path, dates) == evaluate_noshow(path, None, dates)


def test_a_later_second_file_is_measured_whole(tmp_path: Path) -> None:
    rows = sorted(made(), key=lambda row: row.split(",")[3])
    cut = next(n for n, row in enumerate(rows) if row.split(",")[3] >= "2026-04-15")
    train, test = written(tmp_path / "a.csv", rows[:cut]), written(tmp_path / "b.csv", rows[cut:])
    assert evaluate_noshow(train, test).rows == len(rows) - cut


@pytest.mark.parametrize("size", [1, 30, 300])
def test_small_files(tmp_path: Path, size: int) -> None:
    report = evaluate_noshow(written(tmp_path / "a.csv", made(size, days=5)))
    assert report.rows >= 1
    assert report.as_text()
    assert report.models["product"].all_rows.brier is not None


@pytest.mark.parametrize("said", ["Yes", "No"])
def test_all_of_one_kind_is_told(tmp_path: Path, said: str) -> None:
    report = evaluate_noshow(written(tmp_path / "a.csv", made(400, outcome=lambda _: said)))
    product = report.models["product"].all_rows
    assert (product.auc, product.ap, product.slope) == (None, None, None)
    assert report.notes == [
        f"All outcomes are {said.lower()}: AUC, AP and slope need both kinds, so they are left empty."
    ]


def test_what_is_too_good_to_be_true_is_said(tmp_path: Path) -> None:
    report = evaluate_noshow(written(tmp_path / "a.csv", made(outcome=lambda risk: "Yes" if risk > 0.11 else "No")))
    assert report.notes[-1].startswith("SUSPICIOUS: an AUC of ")


def test_odd_rows_are_counted_and_left_out(tmp_path: Path) -> None:
    odd = ["7,1,never,2026-03-09,30,here,No", "8,2,2026-03-02,2026-13-45,30,here,Yes"]
    fine = [
        "9,3,2026-03-20,2026-03-12,-1,here,No",
        "9,4,2026-03-01,2026-03-13,115,,",
        "9,5,2026-03-01,2026-03-13,,here,No",
    ]
    report = evaluate_noshow(written(tmp_path / "a.csv", [*made(300), *odd, *fine]))
    assert report.notes[0].startswith(
        "2 of 305 rows of a.csv were left out: the day of the appointment or of the booking"
    )
    assert report.notes[0].endswith("(the first one is row 302).")


@pytest.mark.parametrize(
    ("rows", "head", "words"),
    [
        ([], HEAD, "holds no rows"),
        (["1"], "a", "has no column PatientId"),
        (["1,1,2026-03-01,2026-03-02,3,here,Perhaps"], HEAD, 'Row 2 of a.csv says "Perhaps" as its outcome'),
        (["1,1,x,2026-03-02,3,here,No"], HEAD, "Most rows of a.csv cannot be used"),
        (["1,1,2/3/2026,4/5/2026,3,here,No"], HEAD, "may be read in two ways"),
        (["1,1,2026-03-01,2026-03-02,3,here,"], HEAD, "No appointment with a known outcome"),
    ],
)
def test_bad_files_are_told_in_words(tmp_path: Path, rows: list[str], head: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        evaluate_noshow(written(tmp_path / "a.csv", rows, head))


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00PatientId")
    (tmp_path / "b.csv.gz").write_bytes(b"\x1f\x8bbroken")
    for name in ("a.csv", "b.csv.gz", "c.csv"):
        with pytest.raises(Invalid, match=r"is not a CSV file|cannot be read"):
            evaluate_noshow(tmp_path / name)


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        (Dates("soon"), '"soon" is not a day'),
        (Dates("2026-04-10", "2026-04-01"), "Please give days in this order"),
        (Dates("2026-04-10", "2026-04-10", "2026-04-10"), "Please give days in this order"),
        (Dates("2027-04-10"), "Please give days in this order"),
        (Dates("2020-01-01", "2020-01-01", "2020-02-01"), "No appointment with a known outcome"),
    ],
)
def test_days_that_do_not_fit(tmp_path: Path, dates: Dates, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        evaluate_noshow(written(tmp_path / "a.csv", made(200)), dates=dates)
