"""Possible duplicates and merging: looked through, dismissed, merged and taken back, by keyboard, by role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.patients import EditPatient, NewPatient, NewVisit
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.import_files import words
from ui.context import Context
from ui.notices import Toast
from ui.patients.duplicates import DuplicatesPage
from ui.patients.merge import MergePanel
from ui.privacy import Privacy

_CTRL = Qt.KeyboardModifier.ControlModifier
_numbers = count(1)


@dataclass
class Desk:
    """One clinic of a test's own with pairs to decide."""

    qtbot: QtBot
    ctx: Context

    def person(self, first: str, last: str, born: date, phone: str = "", visits: int = 0) -> UUID:
        """Add a patient who came so often."""
        added = self.ctx.desk.patients.add(NewPatient(first, last, phone, None, born))
        for place in range(visits):
            self.ctx.desk.visits.add(NewVisit(added, date(2024, 5, 1 + place)))
        return added

    def pair(self, last: str, *, visits: tuple[int, int] = (1, 0), days: int = 0) -> tuple[UUID, UUID]:
        """Add two records that may be one person."""
        born = date(1970, 1, 1 + next(_numbers) % 28)
        one = self.person("Elizabeth", last, born, "212 555 0111", visits[0])
        other = self.person("Elizabeth" if not days else "Liz", last, born, "212 555 0122", visits[1])
        self.ctx.desk.duplicates.look_for(one)
        return one, other

    def merged_into(self, patient: UUID) -> UUID | None:
        """Return the record into which one is merged now."""
        rows = self.ctx.desk.merges.of_patient(patient)
        return next((row.survivor_id for row in rows if row.merged_id == patient and row.undone_at is None), None)

    def show(self, widget: QWidget) -> None:
        """Show a page and wait until it has read."""
        self.qtbot.addWidget(widget)
        widget.resize(1280, 800)
        with self.qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.ctx.tasks.busy == 0, timeout=20_000)

    def undo(self) -> None:
        """Press Undo in the newest toast."""
        toasts = self.ctx.notices.parent()
        assert isinstance(toasts, QWidget)
        toasts.findChildren(Toast)[-1].take_back()
        self.settle()


@pytest.fixture
def desk(qtbot: QtBot, make_context: MakeContext, front_desk: FrontDesk) -> Desk:
    clinic = front_desk.maker.clinic()
    return Desk(qtbot, make_context(front_desk.maker.person(clinic, UserRole.STAFF)))


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused: QWidget | None = widget.focusWidget()
    QTest.keyClick(widget if focused is None else focused, key, modifier)


def test_pairs_are_looked_through_and_dismissed_by_key(desk: Desk) -> None:
    for last in ("Stone", "Brook"):
        desk.pair(last)
    page = DuplicatesPage(desk.ctx)
    desk.show(page)
    QAbstractItemModelTester(page.review.table.rows_model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    assert "2 pairs to decide" in words(page)
    assert "(212) 555-0111" in words(page.review.card)
    first = page.review.table.pair()
    press(page, Qt.Key.Key_J)
    second = page.review.table.pair()
    assert first is not None
    assert second is not None
    assert first.id != second.id
    press(page, Qt.Key.Key_K)
    press(page, Qt.Key.Key_N)
    desk.settle()
    assert [pair.id for pair in desk.ctx.desk.duplicates.open()] == [second.id]
    # The next pair is in hand at once.
    assert page.review.table.pair() == second
    desk.undo()
    desk.qtbot.waitUntil(lambda: len(page.review.table.rows_model.rows) == 2, timeout=10_000)


def test_a_pair_that_somebody_else_decided_says_so(desk: Desk) -> None:
    desk.pair("Stone")
    page = DuplicatesPage(desk.ctx)
    desk.show(page)
    pair = page.review.table.pair()
    assert pair is not None
    desk.ctx.desk.duplicates.dismiss(pair.id)
    press(page, Qt.Key.Key_N)
    desk.settle()
    assert "Somebody dismissed this pair already" in words(page.review.errors)
    assert "No pair is left to decide" in words(page)
    closed: list[bool] = []
    page.closed.connect(lambda: closed.append(True))
    press(page, Qt.Key.Key_Escape)
    assert closed == [True]


def test_two_records_are_merged_by_keyboard_and_taken_back(desk: Desk) -> None:
    one, other = desk.pair("Stone", visits=(0, 2))
    page = DuplicatesPage(desk.ctx)
    desk.show(page)
    press(page, Qt.Key.Key_Return)
    desk.settle()
    panel = page.panel
    assert panel is not None
    # Who came more often stays.
    assert panel.comparison.taken() == ()
    mine, theirs = panel.comparison.choices["phone"]
    assert (mine.text(), theirs.text()) == ("(212) 555-0122", "(212) 555-0111")
    assert "Nothing: the other record has no history." in words(panel)
    mine.setFocus()
    press(page, Qt.Key.Key_Right)
    assert panel.comparison.taken() == ("phone",)
    press(page, Qt.Key.Key_Return, _CTRL)
    desk.settle()
    assert page.panel is None
    record = desk.ctx.desk.patients.read(other).patient
    assert record.phone == "+12125550111"
    assert desk.merged_into(one) == other
    said = words(page.review.history)
    assert "Elizabeth Stone into Elizabeth Stone" in said
    assert "Staff Person" in said
    desk.undo()
    assert desk.merged_into(one) is None
    assert desk.ctx.desk.patients.read(other).patient.phone == "+12125550122"


def test_the_other_record_can_stay_and_what_moves_is_told(desk: Desk) -> None:
    one, other = desk.pair("Stone", visits=(3, 1))
    panel = MergePanel(desk.ctx, one, other)
    desk.show(panel)
    assert "1 visit" in words(panel).split("\n")
    press(panel, Qt.Key.Key_X)
    desk.settle()
    assert "3 visits" in words(panel).split("\n")
    merged: list[bool] = []
    panel.merged.connect(lambda: merged.append(True))
    QTest.mouseClick(panel.apply, Qt.MouseButton.LeftButton)
    desk.settle()
    assert merged == [True]
    assert desk.merged_into(one) == other
    again = MergePanel(desk.ctx, other, desk.person("Eliza", "Stone", date(1970, 1, 1)))
    desk.show(again)
    back = next(b for b in again.findChildren(QWidget) if b.accessibleName().startswith("Take back:"))
    back.setFocus()
    QTest.keyClick(back, Qt.Key.Key_Space)
    desk.settle()
    assert desk.merged_into(one) is None
    assert "Taken back" in words(again)


def test_records_born_on_different_days_need_a_tick(desk: Desk) -> None:
    one = desk.person("Ann", "Lee", date(1980, 1, 1))
    other = desk.person("Ann", "Lee", date(1980, 1, 2))
    panel = MergePanel(desk.ctx, one, other)
    desk.show(panel)
    assert not panel.apply.isEnabled()
    assert "They were born on different days: tick the box" in words(panel)
    press(panel, Qt.Key.Key_Return, _CTRL)
    desk.settle()
    assert desk.merged_into(other) is None
    box = next(
        box for box in panel.findChildren(QWidget) if getattr(box, "text", str)() == "They are one person all the same"
    )
    QTest.keyClick(box, Qt.Key.Key_Space)
    press(panel, Qt.Key.Key_Return, _CTRL)
    desk.settle()
    assert desk.merged_into(other) == one


def test_a_record_that_changed_meanwhile_is_compared_again(desk: Desk) -> None:
    one, other = desk.pair("Stone")
    panel = MergePanel(desk.ctx, one, other)
    desk.show(panel)
    version = desk.ctx.desk.patients.read(other).patient.version
    desk.ctx.desk.patients.edit(EditPatient(other, version, {"email": "new@x.example"}))
    press(panel, Qt.Key.Key_Return, _CTRL)
    desk.settle()
    assert "Nothing was merged: please compare again" in words(panel.errors)
    QTest.mouseClick(panel.errors._retry, Qt.MouseButton.LeftButton)
    desk.settle()
    assert panel.comparison.choices["email"][1].text() == "new@x.example"
    # Who has none takes what the other has.
    assert panel.comparison.taken() == ("email",)


def test_the_veil_covers_names_and_numbers(desk: Desk) -> None:
    desk.pair("Stone")
    page = DuplicatesPage(desk.ctx)
    desk.show(page)
    veil: Privacy = desk.ctx.privacy
    veil.toggle()
    try:
        press(page, Qt.Key.Key_Return)
        desk.settle()
        assert page.panel is not None
        said = "\n".join([words(page), *(mine.text() for mine, _ in page.panel.comparison.choices.values())])
        assert "Stone" not in said
        assert "0111" not in said
    finally:
        veil.toggle()
    assert page.panel.comparison.choices["phone"][0].text() == "(212) 555-0111"


def test_a_viewer_looks_and_changes_nothing(qtbot: QtBot, make_context: MakeContext, front_desk: FrontDesk) -> None:
    clinic = front_desk.maker.clinic()
    Desk(qtbot, make_context(front_desk.maker.person(clinic, UserRole.STAFF))).pair("Stone")
    desk = Desk(qtbot, make_context(front_desk.maker.person(clinic, UserRole.VIEWER)))
    page = DuplicatesPage(desk.ctx)
    desk.show(page)
    assert not page.review.card.merge.isVisible()
    assert not page.review.card.dismiss.isVisible()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_N):
        press(page, key)
    desk.settle()
    assert page.panel is None
    assert len(desk.ctx.desk.duplicates.open()) == 1


def test_more_pairs_than_a_page_come_by_asking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.patients.duplicates_review.PAGE", 2)
    for last in ("Stone", "Brook", "Field"):
        desk.pair(last)
    page = DuplicatesPage(desk.ctx)
    desk.show(page)
    assert "the 2 likest pairs" in words(page)
    page.review.more.setFocus()
    press(page, Qt.Key.Key_Space)
    desk.settle()
    assert len(page.review.table.rows_model.rows) == 3
    assert not page.review.more.isVisible()
