"""What the tests of the queue's tab share: an open tab on a real clinic, and words for what a person does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.context import Context
from ui.live import Live
from ui.notices import Toast
from ui.priority_queue.lines import Line
from ui.priority_queue.tab import QueueTab
from ui.widgets.panels import column


def settled(qtbot: QtBot, *contexts: Context) -> None:
    """Wait until nothing is being read or written, and the gathered notices were told."""
    qtbot.waitUntil(lambda: all(ctx.tasks.busy == 0 for ctx in contexts), timeout=10_000)


def open_tab(ctx: Context, qtbot: QtBot, wide: int = 1224, high: int = 870) -> QueueTab:
    """Open the tab in a window of its own, with everything read."""
    # A window of its own, as in the program: cards over it are no part of the tab.
    window = QWidget(_owner(ctx), Qt.WindowType.Window)
    page = QueueTab(ctx)
    column(window, 0).addWidget(page)
    window.resize(wide, high)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    page.list.view.setFocus()
    settled(qtbot, ctx)
    qtbot.waitUntil(page.list.view.hasFocus)
    return page


@contextmanager
def live(ctx: Context, qtbot: QtBot) -> Iterator[Live]:
    """Hear other desks while the block runs."""
    heard = Live(ctx.desk, ctx.tasks, ctx.board, ctx.board)
    with qtbot.waitSignal(heard.changed, timeout=10_000):
        heard.start()
    try:
        yield heard
    finally:
        heard.stop()


def press(qtbot: QtBot, page: QueueTab, key: Qt.Key) -> None:
    """Press a key where the focus is."""
    # Qt's types do not say that nothing may have the focus.
    qtbot.keyClick(page.window().focusWidget() or page.list.view, key)  # type: ignore[truthy-bool]


def ids(page: QueueTab) -> list[UUID | None]:
    """Return the patients of the list in its order."""
    return [page.list.model.id_at(place) for place in range(page.list.model.rowCount())]


def line(page: QueueTab, patient: UUID) -> Line | None:
    """Return a patient's line as the list has it."""
    place = page.list.model.place_of(patient)
    return None if place is None else page.list.model.row_at(place)


def toasts(page: QueueTab) -> list[str]:
    """Return what the toasts say."""
    return [toast.accessibleName() for toast in _owner(page.ctx).findChildren(Toast) if not toast.isHidden()]


def toast(page: QueueTab, part: str) -> Toast:
    """Return the toast that says something."""
    return next(each for each in _owner(page.ctx).findChildren(Toast) if part in each.accessibleName())


def _owner(ctx: Context) -> QWidget:
    """Return the widget that the test's context lives in."""
    window = ctx.notices.parent()
    assert isinstance(window, QWidget)
    return window
