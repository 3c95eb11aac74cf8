"""What the tests of Settings, Scoring share: a scored clinic, the open tab, and words for what a person does."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.score_settings import ScoreSetup
from reactivate_desktop.services.score_settings import ScoreSettings
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk
from tests.ui.conftest import MakeContext
from tests.ui.queue_tab import settled
from ui.context import Context
from ui.main_window import USUAL
from ui.settings.tab import SettingsTab
from ui.workspace import Workspace

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(scope="module")
def desk(front_desk: FrontDesk) -> ScoringDesk:
    """A clinic of twenty patients who were scored: 4 RED, 6 YELLOW, 10 GREEN."""
    made = ScoringDesk(front_desk.admin)
    for place in range(20):
        made.patient(f"Vargas-Hernandez {place}", [100 + 17 * place, 400 + 19 * place])
    made.scoring.run()
    return made


@pytest.fixture
def fresh(desk: ScoringDesk) -> None:
    """Nobody has saved anything, and the queue is as the defaults make it."""
    with desk.person.begin() as tx:
        tx.connection.execute(sa.text("DELETE FROM clinic_setting WHERE clinic_id = :c"), {"c": tx.clinic_id})
    desk.scoring.run()


@pytest.fixture
def admin(make_context: MakeContext, front_desk: FrontDesk, fresh: None) -> Context:
    return make_context(front_desk.admin)


def opened(ctx: Context, qtbot: QtBot, size: QSize = USUAL) -> tuple[Workspace, SettingsTab]:
    """Open the tab in a workspace, with everything read."""
    owner = ctx.notices.parent()
    assert isinstance(owner, QWidget)
    window = QWidget(owner, Qt.WindowType.Window)
    room = Workspace(ctx)
    room.setParent(window)
    for each in (room, window):
        each.resize(size)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    room.open_tab("settings")
    page = room.page("settings")
    assert isinstance(page, SettingsTab)
    rest(qtbot, ctx)
    return room, page


def rest(qtbot: QtBot, ctx: Context) -> None:
    settled(qtbot, ctx)
    for _ in range(3):
        QApplication.processEvents()


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifiers)


def numbers(page: SettingsTab) -> dict[ContactPriority, str]:
    return {word: tile.accessibleName() for word, tile in page.page.after.tiles.items()}


def movers(page: SettingsTab) -> list[str]:
    model = page.page.movers.model
    return [str(model.index(place, 0).data()) for place in range(model.rowCount())]


def kept(desk: ScoringDesk) -> ScoreSetup:
    return ScoreSettings(desk.person.begin).read()
