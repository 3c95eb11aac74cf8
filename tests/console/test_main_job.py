"""The main job on real input, as typed at a terminal: files in, scores, the queue with its reasons, a call, undo."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.console.conftest import Run

_SYNTHEA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "emr" / "synthea"
_FILES = [str(_SYNTHEA / f"{kind}.ndjson.gz") for kind in ("Patient", "Encounter")]


@pytest.mark.timeout(300)
def test_from_fhir_files_to_a_logged_call(seeded: Run, tmp_path: Path) -> None:
    if not _SYNTHEA.is_dir():
        pytest.skip("the Synthea records are not beside the project")
    patients, visits = (report["counts"] for report in seeded("import", "fhir", *_FILES, "--json").json)
    assert (patients["read"], patients["new"]) == (587, 587)
    assert (visits["read"], visits["new"] + visits["rejected"]) == (17_333, 17_333)
    again = seeded("import", "fhir", *_FILES, "--json").json
    assert [(report["counts"]["unchanged"], report["counts"]["read"]) for report in again] == [
        (587, 587),
        (17_333, 17_333),
    ]

    scored = seeded("score", "--as-of", "2021-03-31", "--json").json
    assert scored["excluded"]["DECEASED"] == 119
    queue = seeded("queue", "--limit", "1000", "--json").json
    assert queue[0]["priority"] == "RED"
    assert all(row["reason"] for row in queue)
    first = seeded("why", queue[0]["id"], "--as-of", "2021-03-31")
    assert queue[0]["reason"] in first.out
    assert "starting estimate" in first.out

    claimed = seeded("desk", "next", "--json").json
    assert claimed["patient"]["id"] == queue[0]["id"]
    assert seeded("desk", "log", queue[0]["id"], "NO_ANSWER", "--note", "voicemail full").code == 0
    assert queue[0]["id"] not in {row["id"] for row in seeded("queue", "--limit", "1000", "--json").json}
    assert seeded("desk", "undo").code == 0
    assert seeded("queue", "--limit", "1", "--json").json[0]["id"] == queue[0]["id"]

    target = tmp_path / "queue.csv"
    assert seeded("export", "queue", "--format", "csv", "--out", str(target)).code == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(queue)
