"""What the tests of the model card share: the panel in a page that scrolls, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.model_cards import ModelCard
from tests.ui.queue_tab import settled
from ui.context import Context
from ui.settings.figure_table import FigureTable
from ui.settings.model_card import ModelCardPanel
from ui.text import speak
from ui.widgets.panels import column, scrolled

Open = Callable[..., ModelCardPanel]


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Open]:
    """Return what opens the panel in a page that scrolls, with what is read."""
    contexts: list[Context] = []

    def made(ctx: Context, card: ModelCard | None = None, wide: int = 1000, high: int = 800) -> ModelCardPanel:
        contexts.append(ctx)
        owner = ctx.notices.parent()
        assert isinstance(owner, QWidget)
        window = QWidget(owner, Qt.WindowType.Window)
        inside = QWidget()
        panel = ModelCardPanel(ctx, inside)
        column(inside, 0).addWidget(panel)
        column(window, 0).addWidget(scrolled(inside, "Scoring"))
        window.resize(wide, high)
        with qtbot.waitExposed(window):
            window.show()
        settled(qtbot, ctx)
        if card is not None:
            panel.show_card(card)
        return panel

    yield made
    speak("en")


def words_of(widget: QWidget) -> str:
    """Return all words that are shown."""
    # What was just put into a layout is shown with the next events.
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def cells_of(panel: ModelCardPanel, name: str) -> list[list[str]]:
    """Return the cells of a table by its name."""
    found = panel.findChild(FigureTable, name)
    assert isinstance(found, FigureTable)
    model = found.model()
    return [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]
