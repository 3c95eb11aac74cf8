"""Where the data lives, as two radio tiles: the clinic's server or this PC only, each with its state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.panels import row


class DataPlace(StrEnum):
    """Where the data may live."""

    SERVER = "server"
    THIS_PC = "this-pc"


@dataclass(frozen=True)
class PlaceState:
    """How a place stands. fine: True connected, False not reachable, None neither; reason: why it cannot be chosen."""

    words: str
    fine: bool | None = None
    reason: str = ""


class _Tile(Checkable):
    """One place: icon, name, state, radio ring."""

    def __init__(self, place: DataPlace) -> None:
        super().__init__()
        self.place = place
        self._state = PlaceState("")
        server = place == DataPlace.SERVER
        self._icon = "hard-drives" if server else "monitor"
        self.setText(tr("Clinic server") if server else tr("This PC only"))
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, state: PlaceState, *, chosen: bool) -> None:
        """Show how it stands."""
        self._state = state
        self.setChecked(chosen)
        self.setEnabled(chosen or not state.reason)
        self.setToolTip(state.reason)
        self.setAccessibleName(f"{self.text()}: {state.words}")
        self.setAccessibleDescription(state.reason)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(180, 56)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 56)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        box = QRectF(self.rect())
        line = found.accent if on or self.hasFocus() else found.muted if self.underMouse() else found.border
        paint.rounded(painter, box, 8, found.surface if self.isEnabled() else found.background, line, 2 if on else 1)
        if self.hasFocus():
            paint.rounded(painter, box.adjusted(4, 4, -4, -4), 5, None, found.accent)
        icons.paint(painter, self._icon, 15, box.center().y() - 9, 18, found.accent if on else found.muted)
        name = QRectF(46, 10, box.width() - 80, 18)
        paint.text(painter, name, self.text(), font(13, MEDIUM), found.text if self.isEnabled() else found.muted)
        self._paint_state(painter, QRectF(46, 28, box.width() - 50, 18))
        ring = QRectF(box.right() - 28, 12, 15, 15)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(found.accent if on else found.field_border), 2 if on else 1))
        painter.drawEllipse(ring)
        if on:
            paint.rounded(painter, ring.adjusted(3.5, 3.5, -3.5, -3.5), 4, found.accent)

    def _paint_state(self, painter: QPainter, box: QRectF) -> None:
        found = tokens()
        fine = self._state.fine
        color = found.muted if fine is None else found.green.text if fine else found.red.text
        if fine is not None:
            icons.paint(painter, "check-circle" if fine else "warning-circle", box.x(), box.y() + 2, 14, color)
            box = box.adjusted(17, 0, 0, 0)
        paint.text(painter, box, self._state.words, font(12), color)


class PlaceTiles(QWidget):
    """`asked(DataPlace)`: a tile was pressed; the one in use: look for it again."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Where the data lives"))
        inner = row(self, 10)
        self._tiles = {place: _Tile(place) for place in DataPlace}
        for tile in self._tiles.values():
            inner.addWidget(tile)
            tile.clicked.connect(self._press)

    def show_states(self, chosen: DataPlace, states: dict[DataPlace, PlaceState]) -> None:
        """Show the places that this PC may use; one that is missing is hidden."""
        for place, tile in self._tiles.items():
            tile.setVisible(place in states)
            if place in states:
                tile.show_state(states[place], chosen=place == chosen)

    def _press(self) -> None:
        tile = self.sender()
        if isinstance(tile, _Tile):
            # Which one is chosen shows once it was opened.
            tile.setChecked(not tile.isChecked())
            self.asked.emit(tile.place)
