"""The schedule, credit, duplicates and merges at the console, as a receptionist and a script use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.console.times import read_time, show_time
from reactivate_desktop.domain.errors import Invalid
from tests.console.conftest import Run

ZONE = ZoneInfo("America/New_York")


def day(ahead: int) -> str:
    return (datetime.now(ZONE).date() + timedelta(days=ahead)).isoformat()


def added(run: Run, first: str, last: str = "Stone") -> str:
    return run("patients", "add", "--first-name", first, "--last-name", last, "--born", "1980-05-17").out.strip()


def test_an_appointment_from_booking_to_a_move_and_a_cancel(seeded: Run) -> None:
    patient = added(seeded, "Ada")
    booked = seeded(
        "appointments", "book", patient, "--at", f"{day(3)} 09:30", "--type", "Checkup", "--provider", "Dr. Lee",
        "--minutes", "45", "--revenue", "120.00", "--source", "PRIORITY_QUEUE",
    ).out.strip()  # fmt: skip
    listed = seeded("appointments", "list", "--day", day(3))
    assert f"{day(3)} 09:30  45       Ada Stone" in listed.out
    (row,) = seeded("appointments", "list", "--day", day(3), "--json").json
    assert (row["id"], row["reactivated"], row["reactivation_source"]) == (booked, True, "PRIORITY_QUEUE")
    confirmed = seeded("appointments", "confirm", booked, "--seen-version", "1")
    assert confirmed.out == "The appointment is confirmed.\n"
    stale = seeded("appointments", "cancel", booked, "--seen-version", "1")
    assert (stale.code, stale.out) == (1, "")
    assert stale.err.startswith("Somebody changed this appointment while you looked at it.")
    moved = seeded("appointments", "move", booked, "--seen-version", "2", "--at", f"{day(4)} 10:00").out.strip()
    assert [r["id"] for r in seeded("appointments", "list", "--day", day(3), "--to", day(4), "--json").json] == [moved]
    early = seeded("appointments", "no-show", moved, "--seen-version", "1")
    assert early.err == f"This appointment is on {day(4)}: it can be marked as missed from that day on.\n"
    cancelled = seeded("appointments", "cancel", moved, "--seen-version", "1", "--reason", "Ill")
    assert cancelled.out == "The appointment was cancelled.\n"
    counted = seeded("appointments", "counts", patient, "--json").json
    assert (counted["booked"], counted["moved"], counted["cancelled"]) == (1, 1, 1)
    assert len(seeded("appointments", "list", "--patient", patient, "--json").json) == 2


def test_what_became_of_an_appointment_of_today(seeded: Run) -> None:
    # The last minutes of a day would book into the next one.
    at = datetime.now(UTC) + timedelta(minutes=2)
    patient = added(seeded, "Ada")
    booked = seeded("appointments", "book", patient, "--at", at.isoformat()).out.strip()
    today = at.astimezone(ZONE).date()
    if today != datetime.now(ZONE).date():
        pytest.skip("a minute before midnight")
    visit = seeded("appointments", "complete", booked, "--seen-version", "1").out.strip()
    record = seeded("patients", "show", patient, "--json").json
    assert [(v["id"], v["visit_date"]) for v in record["visits"]] == [(visit, today.isoformat())]
    assert seeded("appointments", "reopen", booked, "--seen-version", "2").out == "The appointment is open again.\n"
    assert seeded("appointments", "no-show", booked, "--seen-version", "3").code == 0
    assert [r["status"] for r in seeded("appointments", "list", "--json").json] == ["NO_SHOW"]


def test_credit_is_printed_for_people_and_scripts(seeded: Run) -> None:
    answer = seeded("credit", "--from", day(-30), "--to", day(0), "--json")
    assert answer.json == {"contacted": 0, "reached": 0, "booked": 0, "attended": 0, "revenue": "0"}
    assert "attended" in seeded("credit", "--from", day(-30), "--to", day(0)).out
    wrong = seeded("credit", "--from", day(0), "--to", day(-1))
    assert (wrong.code, wrong.err.startswith("The report goes from an earlier to a later day")) == (1, True)


def test_what_contact_added_is_said_in_a_sentence_and_in_figures(seeded: Run) -> None:
    asked = ("credit", "--from", day(-30), "--to", day(0), "--effect")
    said = seeded(*asked).out.splitlines()
    assert said[0].startswith("What contact added cannot be told yet")
    assert said[1].startswith("The queue ranks by chance of return.")
    found = seeded(*asked, "--json").json
    assert (found["effect"]["sentence"], found["stage"]["sentence"]) == (said[0], said[1])
    assert (found["effect"]["held_out"]["patients"], found["effect"]["lift"], found["stage"]["needed"]) == (
        0,
        None,
        2000,
    )
    wrong = seeded("credit", "--from", day(0), "--to", day(-1), "--effect")
    assert (wrong.code, "Please check both days" in wrong.err) == (1, True)


def test_duplicates_are_found_compared_merged_and_taken_back(seeded: Run) -> None:
    one, other = added(seeded, "Elizabeth"), added(seeded, "Elizabeth")
    seeded("visits", "add", other, "--on", day(-10))
    (pair,) = seeded("duplicates", "list", "--look-for", one, "--json").json
    assert {pair["one"]["id"], pair["other"]["id"]} == {one, other}
    listed = seeded("duplicates", "list").out
    assert "The same name and date of birth" in listed
    assert one in listed
    preview = seeded("merge", one, other, "--preview").out
    assert "Moves: 1 visit\n" in preview
    assert seeded("merge", one, other, "--preview", "--json").json["moves"] == {"visit": 1}
    refused = seeded("merge", one, other, stdin="n\n")
    assert (refused.code, seeded("patients", "show", one, "--json").json["visits"]) == (1, [])
    merged = seeded("merge", one, other, "--yes").out.strip()
    assert len(seeded("patients", "show", one, "--json").json["visits"]) == 1
    assert seeded("duplicates", "list").out == "Nothing found.\n"
    assert merged in seeded("duplicates", "merges", one).out
    back = seeded("unmerge", merged, "--json").json
    assert (back["moved"], back["left"], back["fields_kept"]) == ({"visit": 1}, 0, [])
    assert seeded("unmerge", merged).err == "Somebody took this merge back already. Please look at both records.\n"
    dismissed = seeded("duplicates", "dismiss", pair["id"])
    assert dismissed.out == "The pair left the list: these are two people.\n"
    assert seeded("duplicates", "list", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["appointments", "book", "{patient}", "--at", "tomorrow"], 1, '"tomorrow" is not a time.'),
        (["appointments", "book", "{patient}", "--at", "2026-12-01"], 1, '"2026-12-01" is not a time.'),
        (["appointments", "book", "{patient}", "--at", "2001-01-01 10:00"], 1, "This time is over."),
        (["appointments", "book", "{patient}", "--at", "2027-03-14 02:30"], 1, "2027-03-14 02:30 does not exist"),
        (["appointments", "book", "{patient}", "--at", "2027-11-07 01:30"], 1, "2027-11-07 01:30 comes twice"),
        (
            ["appointments", "book", "{patient}", "--at", "2027-01-01 10:00", "--revenue", "much"],
            1,
            '"much" is not an amount.',
        ),
        (["appointments", "list", "--to", "2026-01-01"], 2, "Usage:"),
        (["merge", "{patient}", "{patient}"], 1, "This is one and the same record."),
        (["unmerge", "00000000-0000-0000-0000-000000000000"], 1, "This merge is not in the clinic"),
    ],
)
def test_what_cannot_be_is_one_sentence(seeded: Run, arguments: list[str], code: int, sentence: str) -> None:
    patient = added(seeded, "Ada")
    answer = seeded(*(a.format(patient=patient) for a in arguments))
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith(sentence)


def test_a_time_that_comes_twice_is_said_with_its_offset() -> None:
    with pytest.raises(Invalid, match=r'Please say which, such as "2027-11-07 01:30-04:00"'):
        read_time("2027-11-07 01:30", ZONE)
    for text, hour in (("2027-11-07 01:30-04:00", 5), ("2027-11-07T01:30:00-05:00", 6)):
        instant = read_time(text, ZONE)
        assert (instant, show_time(instant, ZONE)) == (datetime(2027, 11, 7, hour, 30, tzinfo=UTC), "2027-11-07 01:30")
    assert read_time(" 2027-07-01 09:30 ", ZONE) == datetime(2027, 7, 1, 13, 30, tzinfo=UTC)
