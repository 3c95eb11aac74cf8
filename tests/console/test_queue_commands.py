"""The main job at the console: the list, next, outcomes, undo; on the seed's clinic (Bob YELLOW, Carol RED)."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.storage.dsn import read_dsn
from reactivate_desktop.storage.migrate import owner_connection
from tests.console.conftest import Run

_ZONE = ZoneInfo("America/New_York")


def _rows(run: Run, *arguments: str) -> dict[str, Any]:
    return {row["first_name"]: row for row in run("queue", "--json", *arguments).json}


def _local(days: int) -> str:
    return f"{datetime.now(_ZONE) + timedelta(days=days):%Y-%m-%d} 10:30"


def test_the_list_and_its_counts(seeded: Run) -> None:
    out = seeded("queue").out.splitlines()
    assert out[0].split()[:5] == ["priority", "score", "name", "age", "reason"]
    assert out[1].startswith("RED       0.820  Carol Williams")
    assert "Usually comes every 6 months; last seen 8 months ago" in out[1]
    assert out[2].startswith("YELLOW    0.550  Bob Smith")
    assert out[3] == "1 RED, 1 YELLOW, 0 GREEN; 0 calls due, 0 later; 0 held. You: 0 done, 0 booked; 2 left today."
    assert list(_rows(seeded)) == ["Carol", "Bob"]
    assert list(_rows(seeded, "--priority", "yellow")) == ["Bob"]
    assert list(_rows(seeded, "--limit", "1")) == ["Carol"]


def test_next_log_and_undo(seeded: Run) -> None:
    carol = _rows(seeded)["Carol"]["id"]
    shown = seeded("desk", "next").out
    assert "Carol Williams" in shown
    assert carol in shown
    assert "Admin User until" in seeded("queue").out
    said = seeded("desk", "log", carol, "NO_ANSWER", "--note", "rang").out
    assert said.startswith("Logged: No answer (")
    assert "09:00." in said
    assert list(_rows(seeded)) == ["Bob"]
    history = seeded("desk", "history", carol, "--json").json
    assert [(row["outcome"], row["note"]) for row in history] == [("NO_ANSWER", "rang")]
    assert seeded("desk", "undo").out == f"Undone: No answer for patient {carol}.\n"
    assert list(_rows(seeded)) == ["Carol", "Bob"]
    nothing = seeded("desk", "undo")
    assert (nothing.code, nothing.err) == (1, "You have logged nothing today that could be undone.\n")


def test_a_promised_call_and_a_booking_on_the_clinics_clock(seeded: Run) -> None:
    rows = _rows(seeded)
    carol, bob = rows["Carol"], rows["Bob"]
    call = seeded("desk", "log", carol["id"], "call_back", "--at", _local(3), "--seen-version", str(carol["version"]))
    assert f"Due again {_local(3)}." in call.out
    assert _local(3) in seeded("desk", "callbacks").out
    assert [row["first_name"] for row in seeded("desk", "callbacks", "--json").json] == ["Carol"]
    booked = seeded(
        "desk", "log", bob["id"], "BOOKED", "--book", _local(4), "--minutes", "45", "--provider", "Dr. Lee",
        "--seen-version", str(bob["version"]), "--json").json  # fmt: skip
    slots = [
        row for row in seeded("db", "browse", "appointment", "--json").json if row["id"] == booked["appointment_id"]
    ]
    starts = datetime.fromisoformat(slots[0]["appointment_datetime"])
    assert f"{starts.astimezone(_ZONE):%Y-%m-%d %H:%M}" == _local(4)
    assert (slots[0]["duration_minutes"], slots[0]["reactivation_source"]) == (45, "PRIORITY_QUEUE")
    assert seeded("queue").out.startswith("Nothing found.\n")
    assert seeded("desk", "next").out == "Nobody is waiting who is free.\n"
    assert seeded("desk", "next", "--json").json is None


def test_take_and_release(seeded: Run) -> None:
    bob = _rows(seeded)["Bob"]["id"]
    assert seeded("desk", "take", bob, "--json").json["patient"]["first_name"] == "Bob"
    assert seeded("desk", "release").out == "The patient is free again.\n"
    assert seeded("desk", "release").out == "This desk holds nobody.\n"
    assert seeded("desk", "log", bob, "DECLINED").code == 2
    with owner_connection(read_dsn(os.environ["DATABASE_URL"])) as conn:
        conn.execute("UPDATE patient SET phone = (SELECT phone FROM patient WHERE first_name = 'Carol')")
    assert {row["first_name"] for row in seeded("desk", "household", bob, "--json").json} == {"Alice", "Carol"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["CALL_BACK"], "When shall we call back? Please give a date and a time."),
        (["BOOKED"], "Which appointment was booked? Please give its day and time."),
        (["WRONG_NUMBER", "--number", "+12125559999"], "This is no number of the patient."),
    ],
)
def test_an_expected_error_is_one_sentence(seeded: Run, arguments: list[str], sentence: str) -> None:
    row = _rows(seeded)["Bob"]
    answer = seeded("desk", "log", row["id"], *arguments, "--seen-version", str(row["version"]))
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(sentence)


def test_a_batch_is_undone(seeded: Run) -> None:
    unknown = seeded("desk", "undo", "--batch", "00000000-0000-0000-0000-000000000001")
    assert (unknown.code, unknown.err) == (1, "Nothing of this batch is left to undo.\n")
