"""At 200 % and on small screens nothing is cut, covered or reached sideways, and the keyboard does the main job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.conftest import MakeContext
from tests.ui.import_files import recall
from tests.ui.queue_tab import press, settled
from tests.ui.records import history
from tests.ui.small_screen import complaints, rail_foot_is_seen
from ui import names
from ui.context import Context
from ui.patients.import_wizard.page import ImportWizard
from ui.patients.import_wizard.step import Stage
from ui.patients.tab import PatientsTab
from ui.priority_queue.tab import QueueTab
from ui.workspace import Workspace

# Full HD at 200 %, and a small office screen at 200 %.
SIZES = (QSize(960, 540), QSize(683, 384))


@pytest.fixture(params=SIZES, ids=lambda size: f"{size.width()}x{size.height()}")
def room(request: pytest.FixtureRequest, ctx: Context, queue: QueueMaker, qtbot: QtBot) -> Iterator[Workspace]:
    """A workspace of that size on a clinic with a few patients."""
    history(queue)
    for place in range(12):
        queue.waiting(("RED", "YELLOW", "GREEN")[place % 3], f"0.{90 - place}", last_name=f"Vargas-Hernández {place}")
    made = _open(ctx, qtbot, request.param)
    yield made
    settled(qtbot, ctx)


def _open(ctx: Context, qtbot: QtBot, size: QSize) -> Workspace:
    owner = ctx.notices.parent()
    assert isinstance(owner, QWidget)
    window = QWidget(owner, Qt.WindowType.Window)
    made = Workspace(ctx)
    made.setParent(window)
    made.resize(size)
    window.resize(size)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def _lay_out() -> None:
    # Layouts settle with the events that they post.
    for _ in range(3):
        QApplication.processEvents()


def _fits(room: Workspace, qtbot: QtBot) -> None:
    settled(qtbot, room.ctx)
    _lay_out()
    assert "\n".join(complaints(room)) == ""


def _queue(room: Workspace) -> QueueTab:
    room.open_tab("queue")
    page = room.page("queue")
    assert isinstance(page, QueueTab)
    return page


def _patients(room: Workspace, qtbot: QtBot) -> PatientsTab:
    room.open_tab("patients")
    page = room.page("patients")
    assert isinstance(page, PatientsTab)
    finder = page.list.parts.listing.finder
    qtbot.waitUntil(lambda: not finder.pending() and room.ctx.tasks.busy == 0, timeout=15_000)
    return page


def test_the_queue_fits_with_nobody_and_with_somebody_open(room: Workspace, qtbot: QtBot) -> None:
    page = _queue(room)
    _fits(room, qtbot)
    press(qtbot, page, Qt.Key.Key_Return)
    settled(qtbot, room.ctx)
    assert page.pane.row is not None
    assert page.pane.isVisible()
    _fits(room, qtbot)
    for id in ("why", "book"):
        room.ctx.commands.do_id(id)
        _fits(room, qtbot)
        page.pane.card.close_panel()
    for outcome in ("outcome-4", "outcome-6", "outcome-8"):
        room.ctx.commands.do_id(outcome)
        _fits(room, qtbot)
        page.pane.card.dock.close_ask()


def test_the_main_job_is_done_by_keyboard_alone(room: Workspace, qtbot: QtBot) -> None:
    page = _queue(room)
    settled(qtbot, room.ctx)
    press(qtbot, page, Qt.Key.Key_Return)
    settled(qtbot, room.ctx)
    first = page.pane.row
    assert first is not None
    press(qtbot, page, Qt.Key.Key_3)
    settled(qtbot, room.ctx)
    # The outcome is logged and the next patient is open, with the keyboard where the keys work.
    assert page.pane.row is not None
    assert page.pane.row.id != first.id
    press(qtbot, page, Qt.Key.Key_N)
    assert QApplication.focusWidget() is page.pane.card.dock.note
    press(qtbot, page, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is page.pane


def test_list_and_patient_take_turns_where_there_is_room_for_one(ctx: Context, queue: QueueMaker, qtbot: QtBot) -> None:
    queue.waiting("RED", "0.900")
    room = _open(ctx, qtbot, SIZES[1])
    page = _queue(room)
    settled(qtbot, ctx)
    assert page.list.isVisible()
    assert not page.pane.isVisible()
    assert not page.other.isVisible()
    press(qtbot, page, Qt.Key.Key_Return)
    settled(qtbot, ctx)
    assert page.pane.isVisible()
    assert not page.list.isVisible()
    assert (page.other.text(), page.other.isVisible()) == ("List", True)
    for key, shown in ((Qt.Key.Key_L, page.list), (Qt.Key.Key_L, page.pane), (Qt.Key.Key_Escape, page.list)):
        press(qtbot, page, key)
        assert shown.isVisible()
        assert page.isAncestorOf(QApplication.focusWidget() or room)
    # In the list Escape lets the patient go, as it does beside the pane.
    assert page.conductor.flow.held is not None
    press(qtbot, page, Qt.Key.Key_Escape)
    settled(qtbot, ctx)
    assert page.conductor.state.held is None
    page.window().resize(1440, 900)
    room.resize(1440, 900)
    assert page.list.isVisible()
    assert page.pane.isVisible()
    assert not page.other.isVisible()
    assert page.pane.width() == 368


def test_the_lists_screens_of_patients_fit(room: Workspace, qtbot: QtBot) -> None:
    page = _patients(room, qtbot)
    _fits(room, qtbot)
    room.ctx.commands.do_id("select-all")
    _fits(room, qtbot)
    page.list.focus_list()
    _fits(room, qtbot)
    room.ctx.commands.do_id("open-record")
    _fits(room, qtbot)
    room.ctx.commands.do_id("record-edit")
    _fits(room, qtbot)


def test_adding_importing_and_duplicates_fit(room: Workspace, qtbot: QtBot, tmp_path: Path) -> None:
    page = _patients(room, qtbot)
    for id in ("add-patient", "duplicates", "import"):
        page.show_list()
        room.ctx.commands.do_id(id)
        _fits(room, qtbot)
    wizard = room.findChild(ImportWizard, names.IMPORT_WIZARD)
    assert isinstance(wizard, ImportWizard)
    wizard.open([recall(tmp_path / "recall.csv", 12)])
    settled(qtbot, room.ctx)
    _fits(room, qtbot)
    for stage in (Stage.COLUMNS, Stage.DUPLICATES, Stage.REVIEW):
        room.ctx.commands.do_id("import-on")
        _fits(room, qtbot)
        assert wizard.stage == stage


@pytest.mark.parametrize("wide", [640, 683, 960, 1366, 1600])
def test_the_rail_shows_where_and_who_at_every_height(
    wide: int, make_context: MakeContext, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    room = _open(make_context(front_desk.viewer), qtbot, QSize(wide, 900))
    for high in (340, 384, 480, 540, 600, 768, 900):
        room.resize(wide, high)
        _lay_out()
        assert rail_foot_is_seen(room.rail), high
