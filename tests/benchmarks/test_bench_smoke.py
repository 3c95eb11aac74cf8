"""The reads run on a small database, find the same rows on both sides and report in their shape; no time is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks import queueing, read_cases, reads
from tests.benchmarks.load import fill
from tests.benchmarks.machine import facts
from tests.benchmarks.place import Place, Scale, signed_in
from tests.benchmarks.read_cases import Case, Sample
from tests.benchmarks.rows import Report, Row
from tests.benchmarks.run import main
from tests.conftest import ClinicDatabase

_PATIENTS = 3000


@pytest.fixture(scope="module")
def place(clinic_db: ClinicDatabase) -> Iterator[Place]:
    clinic, _ = fill(clinic_db, Scale(_PATIENTS, 3))
    with signed_in(clinic_db, clinic) as filled:
        yield filled


def test_all_patients_are_there_and_the_largest_clinic_has_most(place: Place) -> None:
    with place.owner() as conn:
        found = conn.execute("SELECT clinic_id, count(*) FROM patient GROUP BY 1 ORDER BY 2 DESC").fetchall()
        missing = conn.execute(
            "SELECT count(*) FROM patient p LEFT JOIN patient_standing s USING (clinic_id, id) "
            "LEFT JOIN work_claim c USING (clinic_id, id) WHERE s.id IS NULL OR c.id IS NULL"
        ).fetchone()
        dropped = conn.execute("SELECT to_regclass('ix_patient_name_key_trgm') IS NULL").fetchone()
    assert sum(int(str(size)) for _, size in found) == _PATIENTS
    assert found[0][0] == place.clinic
    assert missing == (0,)
    assert dropped == (False,)


def test_both_sides_find_the_same_rows_and_the_json_has_its_shape(place: Place, tmp_path: Path) -> None:
    report = Report(facts())
    # It raises SidesDiffer when a column of a row differs.
    report.add(*reads.run(place, rounds=2, warm_up=1))
    report.write(tmp_path / "bench.json")
    written = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert {"machine", "rows", "idle"} == set(written)
    names = [row["name"] for row in written["rows"]]
    assert len(names) == len(set(names))
    judged = {row["name"]: row["bar"] for row in written["rows"] if row["bar"] is not None}
    assert {"first page", "deep page", "prefix, 3 letters", "fuzzy, one word", "phone look-up"} <= set(judged)
    for row in written["rows"]:
        assert row["group"] == "reads"
        assert row["ratio"] is not None or row["median_ms"] > 0
        assert (row["ok"] is None) == (row["bar"] is None)
    assert all(name in report.table() for name in names)


def test_the_queue_is_the_same_to_the_owner_and_its_work_is_timed(place: Place) -> None:
    rows = queueing.run(place, rounds=1, warm_up=1, outcomes=12)
    assert {row.name for row in rows if row.bar is not None} == {"first page", "deep page", "counts"}


def test_a_program_that_finds_other_rows_stops_the_benchmark(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(on: Place, of: Sample) -> Iterator[Case]:
        first = next(read_cases.cases(on, of))
        yield replace(first, product=lambda tx, values: first.product(tx, values)[1:])

    monkeypatch.setattr(reads, "cases", wrong)
    with pytest.raises(reads.SidesDiffer, match="first page"):
        reads.run(place, rounds=1, warm_up=1)


@pytest.mark.parametrize(("ratio", "at_least", "ok"), [(3.1, False, False), (2.9, False, True), (3.1, True, True)])
def test_a_bar_is_a_most_for_times_and_a_least_for_rates(ratio: float, at_least: bool, ok: bool) -> None:
    report = Report({}, [Row("g", "n", ratio=ratio, bar=3, at_least=at_least)])
    assert report.rows[0].ok is ok
    assert bool(report.over()) is not ok
    assert ("OVER THE BAR" in report.table()) is not ok


@pytest.mark.parametrize("arguments", [["nothing"], ["reads", "other"]])
def test_an_unknown_group_is_refused(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    assert "no group is called" in capsys.readouterr().err
