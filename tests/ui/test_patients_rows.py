"""The words of a row: typed fragments marked whatever the accents, and the one thing to know in the note."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactPriority,
    PatientSegment,
    PatientState,
    PhoneQuality,
)
from reactivate_desktop.domain.patient_lists import PatientListRow
from ui.patients.fragments import Fragments
from ui.patients.rows import ShownRow, shown_rows
from ui.text import speak

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ME = uuid4()
ROW = PatientListRow(
    id=UUID(int=1),
    first_name="Inés",
    last_name="Márquez-Delgado",
    date_of_birth=date(1988, 3, 2),
    external_patient_id="P0020417",
    mrn="20417",
    phone="+15550104471",
    phone_quality=PhoneQuality.VALID,
    phone_second=None,
    preferred_channel=CommunicationChannel.VOICE,
    do_not_contact=False,
    patient_state=PatientState.PRESENT,
    segment=PatientSegment.DORMANT,
    priority=ContactPriority.GREEN,
    score=Decimal("0.301"),
    last_visit_on=date(2025, 10, 20),
    next_visit_at=datetime(2026, 12, 3, 10, 30, tzinfo=UTC),
    next_visit_type="Cleaning",
    callback_at=None,
    held_by=None,
    held_by_name=None,
    held_until=None,
    unread=0,
    possible_duplicate=False,
    shared_phone=False,
    booked_today=False,
    version=1,
    standing_version=1,
)


@pytest.fixture(autouse=True)
def english() -> None:
    speak("en")


def shown(text: str = "", **changes: Any) -> ShownRow:
    return shown_rows([replace(ROW, **changes)], Fragments.of(text, TODAY), ME, NOW)[0]


def marked(text: str, line: str = "name", **changes: Any) -> list[str]:
    found = getattr(shown(text, **changes), line)
    return [found.words[start:end] for start, end in found.marks]


@pytest.mark.parametrize(
    ("text", "fragments"),
    [
        ("mar", ["Már"]),
        ("MÁR", ["Már"]),
        ("delg", ["Delg"]),
        ("ines marq", ["Márq", "Inés"]),
        ("e", ["e", "e", "é"]),
        ("smith", []),
        ("", []),
    ],
)
def test_a_fragment_is_marked_in_the_name_without_regard_to_accents(text: str, fragments: list[str]) -> None:
    assert marked(text) == fragments


def test_words_across_a_hyphen_and_letters_that_fold_to_two_are_marked_where_they_stand() -> None:
    assert marked("marquez delgado") == ["Márquez", "Delgado"]
    assert marked("strass", last_name="Straßer") == ["Straß"]
    assert marked("oconn", last_name="O’Connor") == ["O’Conn"]


@pytest.mark.parametrize(
    ("text", "line", "fragments"),
    [
        ("0104471", "phone", ["010-4471"]),
        ("555 010", "phone", ["555) 010"]),
        ("3 2 1988", "born", ["2 Mar 1988"]),
        ("2 mar 1988", "born", ["2 Mar 1988"]),
        ("204", "born", ["204"]),
        ("2041", "born", ["2041"]),
        ("P0020", "born", ["P0020"]),
    ],
)
def test_hits_in_phone_birthday_and_ids_are_marked_there(text: str, line: str, fragments: list[str]) -> None:
    assert marked(text, line) == fragments


def test_the_id_by_which_she_was_found_is_the_one_that_is_shown() -> None:
    assert shown().born.words == "2 Mar 1988 · 38 · MRN 20417"
    assert shown("P0020").born.words == "2 Mar 1988 · 38 · ID P0020417"
    assert shown(mrn=None).born.words == "2 Mar 1988 · 38 · ID P0020417"
    assert shown(mrn=None, external_patient_id=None, date_of_birth=None).born.words == ""


def test_the_second_number_is_shown_where_it_was_found() -> None:
    assert shown(phone_second="+15550109999").phone.words == "(555) 010-4471"
    found = shown("0109999", phone_second="+15550109999")
    assert (found.phone.words, found.phone_state) == ("(555) 010-9999", "second number")
    assert shown(phone_quality=PhoneQuality.WRONG).phone_state == "wrong number"
    assert shown(phone="").phone.words == ""


def test_the_cells_say_how_long_ago_and_when() -> None:
    row = shown()
    assert (row.last, row.next) == (("13 months", "20 Oct 2025"), ("3 Dec, 10:30", "Cleaning"))
    assert (row.priority, row.score, row.segment) == (ContactPriority.GREEN, 30, "Dormant")
    assert shown(next_visit_at=NOW.replace(hour=16)).next == ("Today, 16:00", "Cleaning")
    assert shown(next_visit_at=datetime(2027, 1, 4, 8, 0, tzinfo=UTC)).next[0] == "4 Jan, 8:00"
    assert shown(next_visit_at=datetime(2027, 11, 4, 8, 0, tzinfo=UTC)).next[0] == "4 Nov 2027, 8:00"
    assert (shown(next_visit_at=None).next, shown(last_visit_on=None).last) == (("None booked", ""), ("Never", ""))
    assert shown(score=None, priority=None).score is None


@pytest.mark.parametrize(
    ("changes", "word", "tone"),
    [
        ({"do_not_contact": True, "unread": 2}, "Do not contact", "red"),
        ({"patient_state": PatientState.MOVED}, "Moved", "muted"),
        ({"held_by": uuid4(), "held_by_name": "Sam Okafor"}, "Sam is calling", "text"),
        ({"held_by": ME, "held_by_name": "Dana Whitfield"}, "Held by you", "text"),
        ({"callback_at": NOW.replace(hour=15)}, "Callback 15:00", "accent"),
        ({"callback_at": datetime(2026, 12, 3, 15, 0, tzinfo=UTC)}, "Callback 3 Dec", "accent"),
        ({"unread": 1, "shared_phone": True}, "1 unread", "accent"),
        ({"possible_duplicate": True}, "Possible duplicate", "muted"),
        ({"shared_phone": True}, "Shared phone", "muted"),
        ({"booked_today": True}, "Booked today", "accent"),
    ],
)
def test_the_note_says_the_most_pressing_thing(changes: dict[str, Any], word: str, tone: str) -> None:
    note = shown(**changes).note
    assert note is not None
    assert (note.word, note.tone) == (word, tone)


def test_the_best_way_to_reach_her_is_none_when_she_may_not_be_contacted() -> None:
    assert shown().best.word == "Call"
    assert shown(do_not_contact=True).best.word == "None"
    assert shown(patient_state=PatientState.DECEASED).best.word == "None"
    assert shown(phone="").best.word == "No number"
    assert shown(phone="", preferred_channel=CommunicationChannel.EMAIL).best.word == "Email"
    assert not shown(do_not_contact=True).may_contact
    assert shown().note is None
