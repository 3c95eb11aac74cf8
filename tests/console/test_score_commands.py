"""`reactivate score` and `reactivate why` as a person and a script read them."""

from __future__ import annotations

import re

import pytest

from tests.console.conftest import Run


def _id(run: Run, first_name: str) -> str:
    rows = run("patients", "list", "--json").json
    return str(next(row["id"] for row in rows if row["first_name"] == first_name))


def test_a_run_says_who_is_in_the_queue_and_who_is_not(seeded: Run) -> None:
    told = seeded("score")
    assert told.code == 0
    assert told.err == ""
    first, *lines = told.out.splitlines()
    assert re.fullmatch(r"Scored 3 patients as of \d{4}-\d\d-\d\d \(starting estimate\)\.", first)
    table = [line.split() for line in lines]
    assert ["RED", "1"] in table
    assert ["DORMANT", "1"] in table
    assert "1         An appointment is booked already." in lines
    assert lines[-1].startswith("2 patients may be contacted. Rewrote 3 standings and ")
    again = seeded("score", "--json").json
    assert (again["standings_moved"], again["predictions"], again["touched"]) == (0, 0, 0)
    assert again["excluded"]["FUTURE_APPOINTMENT"] == 1
    assert again["tiers"] == {"RED": 1, "YELLOW": 0, "GREEN": 1}


def test_a_patient_in_the_queue_is_explained_to_the_last_point(seeded: Run) -> None:
    seeded("score")
    told = seeded("why", _id(seeded, "Carol"))
    assert told.code == 0
    lines = told.out.splitlines()
    assert re.fullmatch(r"Carol \w+, DORMANT, as of \d{4}-\d\d-\d\d", lines[0])
    assert re.fullmatch(
        r"In the queue, priority \w+\. About \d+ in 100 patients like this return within 3 months\.", lines[1]
    )
    assert len([line for line in lines if line.startswith("✓ ")]) == 13
    assert not [line for line in lines if line.startswith("✗ ")]
    start = next(number for number, line in enumerate(lines) if line.startswith("Score 0."))
    *parts, total = [float(line.split()[0]) for line in lines[start + 1 :]]
    assert sum(parts) == pytest.approx(total, abs=0.004)
    assert lines[start + 1].endswith("where everybody starts")


def test_a_patient_who_is_kept_out_is_told_by_the_rule(seeded: Run) -> None:
    alice = _id(seeded, "Alice")
    lines = seeded("why", alice).out.splitlines()
    assert lines[1] == "An appointment is booked already."
    assert next(line for line in lines if line.startswith("✗ ")).split()[1] == "FUTURE_APPOINTMENT"
    row = seeded("why", alice, "--json").json
    assert (row["in_queue"], row["reason"], row["priority"]) == (False, "FUTURE_APPOINTMENT", None)
    assert len(row["rules"]) == 13
    assert row["base"] + sum(factor["points"] for factor in row["factors"]) < 10
    audited = [each["action"] for each in seeded("audit", "list", "--resource-id", alice, "--json").json]
    assert audited == ["SCORE_EXPLAINED"] * 2


def test_somebody_without_a_visit_has_no_score(seeded: Run) -> None:
    added = seeded("patients", "add", "--last-name", "Newcomer", "--phone", "212 555 0199").out.strip()
    told = seeded("why", added).out
    assert "✗ NEVER_VISITED       Visits: 0" in told
    assert told.endswith("\nNo score: there is no visit to come back from.\n")


def test_a_day_that_is_past_to_come_or_no_day(seeded: Run) -> None:
    assert "as of 2026-01-05" in seeded("score", "--as-of", "2026-01-05").out
    later = seeded("score", "--as-of", "2999-01-01")
    assert later.code == 1
    assert "lies in the future" in later.err
    assert seeded("score", "--as-of", "soon").code == 2
    assert seeded("why", "nobody").code == 2
    unknown = seeded("why", "00000000-0000-0000-0000-000000000000")
    assert unknown.code == 1
    assert unknown.err == "This patient is not in the clinic (any more). Please search again.\n"
