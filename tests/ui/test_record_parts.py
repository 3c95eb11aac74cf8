"""Pieces of the record by themselves: words of entries, gaps, figures that add up, ages of sources, the audit."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.audit import AuditRow
from reactivate_desktop.domain.enums import (
    AppointmentStatus,
    CommunicationChannel,
    ConnectionKind,
    ContactOutcome,
    VisitSource,
)
from reactivate_desktop.domain.records import SourceAge
from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.domain.time_line import AppointmentEntry, AppointmentEvent, AttemptEntry, VisitEntry
from ui.patients.record.entry_words import said
from ui.patients.record.freshness import age_of
from ui.patients.record.line_rows import Rhythm, is_long, line_rows
from ui.patients.record.list_rows import audit_rows
from ui.score_points import in_points, score_of, signed
from ui.theme.theme import Theme
from ui.widgets.columns_model import Column
from ui.widgets.rows_model import RowsModel
from ui.widgets.under_tabs import UnderTabs

TODAY = date(2026, 11, 28)
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def visit(on: date, *, counted: bool = True) -> VisitEntry:
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    reason = None if counted else "phone only"
    return VisitEntry(uuid4(), at, None, on, False, "Cleaning", "Dr. Kim", VisitSource.EMR, "Athena", reason, "Main")


def slot(event: AppointmentEvent, status: AppointmentStatus) -> AppointmentEntry:
    return AppointmentEntry(
        uuid4(), NOON, "Dana", event, NOON, status, "Crown", "Dr. Kim", 45, True, "PRIORITY_QUEUE", "ill", None, None
    )


@pytest.mark.parametrize(
    ("days", "usual", "long"),
    [(180, None, False), (181, None, True), (60, 40, False), (61, 40, True), (190, 300, True)],
)
def test_which_silence_is_long(days: int, usual: int | None, long: bool) -> None:
    assert is_long(days, usual) is long


def test_a_gap_stands_where_the_silence_began(look: Theme) -> None:
    newest, older = visit(TODAY - timedelta(days=400)), visit(TODAY - timedelta(days=500))
    by_phone = visit(TODAY - timedelta(days=200), counted=False)
    rows = line_rows([by_phone, newest, older], Rhythm(90, 11), TODAY)
    assert [row.entry for row in rows] == [by_phone, None, newest, older]
    assert (rows[1].title, rows[1].detail) == ("13 months without a visit", "the usual gap is 3 months, over 11 visits")
    assert len({row.id for row in rows}) == 4


@pytest.mark.parametrize(
    ("event", "status", "title", "tone"),
    [
        (AppointmentEvent.BOOKED, AppointmentStatus.SCHEDULED, "Booked: Crown", "accent"),
        (AppointmentEvent.MOVED, AppointmentStatus.SCHEDULED, "Moved: Crown", "accent"),
        (AppointmentEvent.ENDED, AppointmentStatus.NO_SHOW, "Appointment missed", "negative"),
        (AppointmentEvent.ENDED, AppointmentStatus.CANCELLED, "Appointment cancelled", ""),
        (AppointmentEvent.ENDED, AppointmentStatus.SCHEDULED, "Appointment, not said yet what became of it", ""),
    ],
)
def test_what_an_appointment_says(
    look: Theme, event: AppointmentEvent, status: AppointmentStatus, title: str, tone: str
) -> None:
    words = said(slot(event, status))
    assert words.title.startswith(title)
    assert words.tone == tone


def test_a_contact_that_was_taken_back_says_so(look: Theme) -> None:
    kept = AttemptEntry(
        uuid4(), NOON, "Dana", CommunicationChannel.VOICE, ContactOutcome.OPT_OUT, "Line one.\nTwo.", 240, None, None
    )
    back = AttemptEntry(
        uuid4(), NOON, "Dana", CommunicationChannel.VOICE, ContactOutcome.OPT_OUT, None, None, None, NOON
    )
    words = said(kept)
    assert (words.title, words.detail, words.tone) == ("Call, 4 min · Opt out", "Line one. Two.", "red")
    assert words.whole == "Line one.\nTwo."
    assert (said(back).tag, said(back).muted, said(back).tone) == ("Taken back", True, "")


@given(st.floats(-6, 3), st.lists(st.floats(-3, 3), max_size=9))
def test_a_score_is_the_sum_of_its_parts(base: float, points: list[float]) -> None:
    found = in_points(base, [Factor(str(n), f"Reason {n}", value) for n, value in enumerate(points)])
    assert found.start + sum(part.points for part in found.parts) + found.rest == found.score
    assert found.score == round(100 / (1 + math.exp(-(base + sum(points)))))
    assert all(-1 <= part.share <= 1 for part in found.parts)
    assert len(found.parts) <= 5


@given(st.floats(-6, 3), st.lists(st.floats(-3, 3), max_size=9))
def test_the_parts_add_up_to_the_score_that_is_kept_in_thousandths(base: float, points: list[float]) -> None:
    kept = Decimal(str(round(1 / (1 + math.exp(-(base + sum(points)))), 3)))
    found = in_points(base, [Factor(str(n), "Reason", value) for n, value in enumerate(points)], shown=kept)
    assert found.score == score_of(kept)
    assert found.start + sum(part.points for part in found.parts) + found.rest == found.score


def test_a_score_that_is_not_the_sum_of_these_reasons_is_not_forced_on_them() -> None:
    assert in_points(-2.5, [Factor("A", "Reason", 0.4)], shown=Decimal("0.5")).score == 11


def test_points_in_words() -> None:
    assert [signed(38), signed(-8), signed(0)] == ["+38", "−8", "0"]
    assert score_of(0.245) == 24


def test_only_a_source_over_its_limit_is_old(look: Theme) -> None:
    athena = SourceAge("Athena", ConnectionKind.ATHENA, NOON - timedelta(minutes=4), False, None)
    late = SourceAge("Athena", ConnectionKind.ATHENA, NOON - timedelta(days=2), False, None)
    files = SourceAge("Old files", ConnectionKind.CSV, NOON - timedelta(days=2), False, None)
    fresh, old, brought = age_of([athena], NOON), age_of([athena, late], NOON), age_of([files], NOON)
    assert age_of([], NOON) is None
    assert fresh is not None
    assert (fresh.words, fresh.old) == ("Athena, read 4 min ago", False)
    assert old is not None
    assert (old.words, old.old) == ("Athena, read 2 days ago", True)
    assert brought is not None
    assert not brought.old


def audited(action: str, seconds: int, user: UUID) -> AuditRow:
    return AuditRow(uuid4(), NOON - timedelta(seconds=seconds), user, action, "patient", "x", "desk-1", None)


def test_one_look_at_a_record_is_one_row_of_the_audit(look: Theme) -> None:
    dana, sam = uuid4(), uuid4()
    rows = audit_rows(
        [
            audited("TIME_LINE_READ", 0, dana),
            audited("PATIENT_READ", 1, dana),
            audited("PATIENT_CHANGED", 2, dana),
            audited("PATIENT_READ", 3, dana),
            audited("PATIENT_READ", 4, sam),
            audited("PATIENT_READ", 900, sam),
            audited("SOMETHING_NEW", 901, sam),
        ],
        {dana: "Dana"},
    )
    assert [(row.cells[1].first, row.cells[2].first) for row in rows] == [
        ("Dana", "Looked at the record"),
        ("Dana", "Changed the record"),
        ("Dana", "Opened the record"),
        ("Somebody who left", "Opened the record"),
        ("Somebody who left", "Opened the record"),
        ("Somebody who left", "Something new"),
    ]


class Line:
    def __init__(self, number: int) -> None:
        self.id = UUID(int=number)


def test_rows_that_come_on_top_are_inserted(qtbot: QtBot, qtmodeltester: object) -> None:
    tabs = UnderTabs("tabs", [("a", "One")])
    qtbot.addWidget(tabs)
    model = RowsModel[Line]([Column("Id", lambda row: str(row.id))], tabs)
    model.show_rows([Line(2), Line(1)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted):
        model.show_rows([Line(3), Line(2), Line(1)])
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.show_rows([Line(3), Line(2), Line(1)])
    with qtbot.waitSignal(model.modelReset):
        model.show_rows([Line(1)])
    model.add_rows([Line(0)])
    assert [row.id.int for row in model.rows] == [1, 0]
    qtmodeltester.check(model)  # type: ignore[attr-defined] # the plugin has no types
