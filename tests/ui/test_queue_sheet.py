"""The call sheet: made, painted, kept, and its outcomes entered, with the database and without."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.call_sheets import CallSheet
from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.errors import ConnectionLost
from reactivate_desktop.domain.outreach import LogOutcome
from tests.factories.queue import QueueMaker
from tests.ui.queue_tab import open_tab, settled, toasts
from ui import names
from ui.context import Context
from ui.priority_queue.call_sheet import CallSheetCard
from ui.priority_queue.export import export
from ui.priority_queue.sheet_entry import SheetEntry
from ui.priority_queue.sheet_lines import Became
from ui.priority_queue.sheet_paper import pdf
from ui.priority_queue.tab import QueueTab


@pytest.fixture
def reds(queue: QueueMaker) -> list[UUID]:
    return [queue.waiting("RED", score, last_name=f"Nr{score[-1]}") for score in ("0.9", "0.8", "0.7")]


def _sheet(page: QueueTab) -> CallSheetCard:
    page.ctx.commands.do_id("call-sheet")
    card = page.window().findChild(CallSheetCard, names.CALL_SHEET)
    assert isinstance(card, CallSheetCard)
    return card


def _entry(page: QueueTab, qtbot: QtBot) -> SheetEntry:
    page.ctx.commands.do_id("enter-sheet")
    settled(qtbot, page.ctx)
    card = page.window().findChild(SheetEntry, names.SHEET_ENTRY)
    assert isinstance(card, SheetEntry)
    return card


def _outcomes(queue: QueueMaker, patient: UUID) -> list[str]:
    rows = queue.run("SELECT outcome FROM contact_attempt WHERE patient_id = %s", patient)
    return sorted(row["outcome"] for row in rows)


def test_a_sheet_is_a_pdf_of_as_many_pages_as_it_needs(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_tab(ctx, qtbot)
    card = _sheet(page)
    assert "call_sheet" not in _audited(queue)
    file = tmp_path / "sheet.pdf"
    card.make(lambda sheet: card.write(file, sheet))
    settled(qtbot, ctx)
    assert file.read_bytes().startswith(b"%PDF")
    assert _audited(queue)[-1:] == ["call_sheet"]
    assert toasts(page)[-1] == f"Call sheet of 3 patients: {file}"
    sheet = ctx.desk.call_sheets.kept()
    assert sheet is not None
    assert [row.id for row in sheet.rows] == reds
    assert pdf(sheet).count(b"/Type /Page\n") == 1
    long = type(sheet)(**{**vars(sheet), "rows": sheet.rows * 10})
    assert pdf(long).count(b"/Type /Page\n") > 1


def _audited(queue: QueueMaker) -> list[str]:
    rows = queue.run(
        "SELECT resource_type FROM audit_log WHERE action = 'CALL_SHEET_MADE' AND clinic_id = %s ORDER BY created_at",
        queue.clinic,
    )
    return [row["resource_type"] for row in rows]


def test_a_folder_that_cannot_be_written_to_is_told_in_the_card(
    ctx: Context, reds: list[UUID], qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_tab(ctx, qtbot)
    card = _sheet(page)
    card.make(lambda sheet: card.write(tmp_path / "missing" / "sheet.pdf", sheet))
    settled(qtbot, ctx)
    qtbot.waitUntil(card.errors.isVisible)
    assert "choose another folder" in card.errors.accessibleName()


def test_the_number_and_the_filter_are_those_of_the_card(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    queue.waiting("YELLOW", "0.95")
    page = open_tab(ctx, qtbot)
    card = _sheet(page)
    card.count.setText("2")
    card.whom.choose("RED")
    found: list[CallSheet] = []
    card.make(found.append)
    settled(qtbot, ctx)
    assert [row.id for row in found[0].rows] == reds[:2]


def test_outcomes_of_a_sheet_are_entered_by_keys(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    ctx.desk.call_sheets.keep(ctx.desk.call_sheets.make(10))
    page = open_tab(ctx, qtbot)
    card = _entry(page, qtbot)
    card.table.setFocus()
    qtbot.keyClick(card.table, Qt.Key.Key_3)
    qtbot.keyClick(card.table, Qt.Key.Key_4)
    assert card.table.place() == 1
    qtbot.waitUntil(card.when.isVisible)
    assert card.done.text() == "Log 1 outcome"
    card.when.field.setText("in 2 weeks")
    assert card.done.text() == "Log 2 outcomes"
    qtbot.keyClick(card.when.field, Qt.Key.Key_Return)
    assert card.table.place() == 2
    card.done.click()
    settled(qtbot, ctx)
    assert [_outcomes(queue, patient) for patient in reds] == [["NO_ANSWER"], ["CALL_BACK"], []]
    assert "2 outcomes logged" in toasts(page)
    assert [line.became for line in card.table.rows.rows] == [Became.LOGGED, Became.LOGGED, Became.OPEN]


def test_a_line_that_conflicts_is_logged_once_it_is_chosen_again(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot
) -> None:
    ctx.desk.call_sheets.keep(ctx.desk.call_sheets.make(10))
    queue.desk.admin.outreach.log_outcome(LogOutcome(reds[0], ContactOutcome.DECLINED, queue.version(reds[0])))
    page = open_tab(ctx, qtbot)
    card = _entry(page, qtbot)
    card.choose(ContactOutcome.NO_ANSWER)
    card.log()
    settled(qtbot, ctx)
    line = card.table.rows.row_at(0)
    assert line is not None
    assert line.became is Became.REFUSED
    assert 'logged "Declined"' in line.said
    assert not line.ready
    card.table.go_to(0)
    card.choose(ContactOutcome.NO_ANSWER)
    card.log()
    settled(qtbot, ctx)
    assert _outcomes(queue, reds[0]) == ["DECLINED", "NO_ANSWER"]


def test_a_sheet_is_entered_without_the_database(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx.desk.call_sheets.keep(ctx.desk.call_sheets.make(10))
    page = open_tab(ctx, qtbot)

    def lost(self: object) -> object:
        raise ConnectionLost("The clinic's server cannot be reached. Nothing was saved.")

    with monkeypatch.context() as patched:
        patched.setattr("reactivate_desktop.bootstrap.Desk.begin", lost)
        card = _entry(page, qtbot)
        card.choose(ContactOutcome.NO_ANSWER)
        card.log()
        settled(qtbot, ctx)
        line = card.table.rows.row_at(0)
        assert line is not None
        assert line.became is Became.KEPT
    assert len(ctx.desk.offline.waiting()) == 1
    page.conductor.offline.send()
    settled(qtbot, ctx)
    assert _outcomes(queue, reds[0]) == ["NO_ANSWER"]


def test_without_a_kept_sheet_the_card_says_so(ctx: Context, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    card = _entry(page, qtbot)
    assert card.sentence.text().startswith("No call sheet is kept on this PC.")
    assert not card.done.isEnabled()


def test_printing_asks_for_the_printer_first(ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    before = len(_audited(queue))
    card = _sheet(page)
    card.print.click()
    dialog = card.findChild(QPrintDialog)
    assert isinstance(dialog, QPrintDialog)
    dialog.reject()
    settled(qtbot, ctx)
    assert len(_audited(queue)) == before


def test_the_queue_is_exported_as_it_stands(
    ctx: Context, queue: QueueMaker, reds: list[UUID], qtbot: QtBot, tmp_path: Path
) -> None:
    page = open_tab(ctx, qtbot)
    file = tmp_path / "queue.csv"
    export(ctx, page, file)
    settled(qtbot, ctx)
    assert [row.split(",")[0] for row in file.read_text("utf-8-sig").splitlines()[1:]] == ["RED"] * 3
    assert toasts(page)[-1] == f"3 patients written to {file}"


def test_the_export_button_asks_for_a_file(ctx: Context, reds: list[UUID], qtbot: QtBot) -> None:
    page = open_tab(ctx, qtbot)
    page.export.click()
    dialog = page.window().findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert dialog.selectedFiles()[0].endswith(".csv")
    dialog.reject()
