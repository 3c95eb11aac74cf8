"""Rows of a file that are shorter than its heading are left out, and the report says how many and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.services.evaluation.noshow import evaluate_noshow
from reactivate_desktop.services.evaluation.returns import evaluate_returns
from reactivate_desktop.services.evaluation.trial import evaluate_trial
from tests.services.test_noshow_evaluation import HEAD as NOSHOW_HEAD
from tests.services.test_noshow_evaluation import made as appointments
from tests.services.test_returns_evaluation import DAYS, plain
from tests.services.test_returns_evaluation import HEAD as RETURNS_HEAD
from tests.services.test_returns_evaluation import made as visits
from tests.services.test_trial_evaluation import HEAD as TRIAL_HEAD
from tests.services.test_trial_evaluation import made as customers

Evaluate = Callable[[Path], Any]
LAYOUTS: Sequence[tuple[Evaluate, str, Callable[[], list[str]]]] = (
    (evaluate_noshow, NOSHOW_HEAD, lambda: appointments(400)),
    (lambda path: evaluate_returns(path, protocol=DAYS), RETURNS_HEAD, lambda: plain(visits(200))),
    (lambda path: evaluate_trial(path, halves=1), TRIAL_HEAD, lambda: customers(600)),
)


def written(path: Path, head: str, rows: Sequence[str]) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def without_notes(report: Any) -> dict[str, Any]:
    return {name: value for name, value in report.as_json().items() if name != "notes"}


@pytest.mark.parametrize(("evaluate", "head", "make"), LAYOUTS, ids=("noshow", "cdnow", "hillstrom"))
def test_they_are_counted_in_each_layout(
    tmp_path: Path, evaluate: Evaluate, head: str, make: Callable[[], list[str]]
) -> None:
    rows = make()
    whole = evaluate(written(tmp_path / "a.csv", head, rows))
    short = [*rows[:118], "1,2", *rows[118:130], "", *rows[130:], *["3"] * 13]
    found = evaluate(written(tmp_path / "b.csv", head, short))
    said = "14 rows of b.csv were left out: they are shorter than the heading; the first is line 120."
    assert found.as_json()["notes"] == [said, *whole.as_json()["notes"]]
    assert said in found.as_text()
    assert without_notes(found) == without_notes(whole)
    one = evaluate(written(tmp_path / "c.csv", head, [*rows, "3"]))
    assert one.as_json()["notes"][0] == (
        f"1 row of c.csv was left out: it is shorter than the heading; it is line {len(rows) + 2}."
    )


@pytest.mark.parametrize(("evaluate", "head", "make"), LAYOUTS, ids=("noshow", "cdnow", "hillstrom"))
def test_a_file_of_mostly_short_rows_is_refused(
    tmp_path: Path, evaluate: Evaluate, head: str, make: Callable[[], list[str]]
) -> None:
    rows = make()
    for path in (
        written(tmp_path / "a.csv", head, ["1,2"]),
        written(tmp_path / "b.csv", head, [*rows[:10], *["1,2"] * 11]),
    ):
        with pytest.raises(Invalid, match="shorter than the heading"):
            evaluate(path)


def test_the_place_of_another_fault_is_right_behind_a_short_row(tmp_path: Path) -> None:
    rows = appointments(300)
    path = written(tmp_path / "a.csv", NOSHOW_HEAD, ["1,2", *rows, "7,1,never,2026-03-09,30,here,No"])
    assert evaluate_noshow(path).notes[1].endswith("(the first one is row 303).")
    path = written(tmp_path / "b.csv", NOSHOW_HEAD, ["1,2", "", "1,1,2026-03-01,2026-03-02,3,here,Perhaps", *rows])
    with pytest.raises(Invalid, match=r"Row 4 of b\.csv"):
        evaluate_noshow(path)
