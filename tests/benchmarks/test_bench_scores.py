"""The bench of learned scorers runs on a small clinic and reports in its shape; no time is judged."""

from __future__ import annotations

import pytest

from tests.benchmarks import scores
from tests.benchmarks.load import fill
from tests.benchmarks.place import Scale, signed_in
from tests.benchmarks.rows import Row
from tests.conftest import ClinicDatabase

_PATIENTS = 1_500
# Importing scikit-learn takes seconds on a busy machine, and two processes do it.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def rows(clinic_db: ClinicDatabase) -> dict[str, Row]:
    clinic, _ = fill(clinic_db, Scale(_PATIENTS, 1))
    with signed_in(clinic_db, clinic) as place:
        return {row.name: row for row in scores.run(place, rounds=1, sized=2_000)}


def test_every_bar_has_its_row(rows: dict[str, Row]) -> None:
    bars = {name: row.bar for name, row in rows.items() if row.bar is not None}
    assert bars == {
        "read, features, scores, tiers": 4,
        "write-back, a tenth moved": 15,
        "memory of the scoring process": 1,
        "2,000 patients, learned: features, score, sentences": 1,
        "2,000 appointments, learned: features, score, sentences": 1,
    }
    assert all(rows[name].ratio for name in bars)


def test_what_is_measured_is_what_it_says(rows: dict[str, Row]) -> None:
    """Learned scorers score; the first run writes everybody, the next nobody, and then a tenth."""
    assert "REACTIVATION: " in rows["learn both scorers"].note
    assert "starting estimate" not in rows["learn both scorers"].note
    first, still, tenth = (
        rows[name].note
        for name in ("whole run, all rows to write", "whole run, nothing to write", "write-back, a tenth moved")
    )
    assert first.startswith("1,500 patients, ")
    assert "; learn" in first
    assert still == "0 rewritten"
    moved = int(tenth.split(" rows")[0].replace(",", ""))
    assert 0.06 * _PATIENTS < moved < 0.14 * _PATIENTS
    assert "12,000 visits" in rows["fill up"].note or int(rows["fill up"].note.split(" ")[0].replace(",", "")) > 12_000
    # A process that holds numpy and a driver takes some memory; one that reads a small clinic not much more.
    assert 30 / 1536 < (rows["memory of the scoring process"].ratio or 0) < 0.5
