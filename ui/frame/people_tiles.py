"""Who used this desk lately, as tiles: arrows choose, Enter goes on to the password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import BOLD, MEDIUM, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.panels import row

MOST = 3
_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
}


@dataclass(frozen=True)
class Known:
    """Somebody who used this desk."""

    id: UUID
    name: str
    email: str
    role: str
    letters: str


class _Tile(Checkable):
    """A person, or "Someone else" (without letters). `stepped(-1 | 1)`: an arrow key."""

    stepped = Signal(int)

    def __init__(self, first: str, second: str, letters: str = "") -> None:
        super().__init__()
        self._second, self._letters = second, letters
        self.setText(first)
        self.setAccessibleName(f"{first} {second}")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(96, 100)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 100)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        box = QRectF(self.rect())
        line = found.accent if on or self.hasFocus() else found.muted if self.underMouse() else found.border
        paint.rounded(painter, box, 10, found.selection if on else found.surface, line, 2 if on else 1)
        if self.hasFocus():
            paint.rounded(painter, box.adjusted(4, 4, -4, -4), 7, None, found.accent)
        disc = QRectF(box.center().x() - 18, 15, 36, 36)
        empty = found.surface if on else found.background
        paint.rounded(painter, disc, 18, empty if not self._letters else found.accent if on else found.track)
        if self._letters:
            color = found.on_accent if on else found.text
            paint.text(painter, disc, self._letters, font(13, BOLD), color, paint.CENTER)
        else:
            icons.paint(painter, "user-plus", disc.center().x() - 9, disc.center().y() - 9, 18, found.muted)
        color = found.accent if on else found.text
        paint.text(painter, QRectF(4, 57, box.width() - 8, 18), self.text(), font(13, MEDIUM), color, paint.CENTER)
        paint.text(painter, QRectF(4, 75, box.width() - 8, 18), self._second, font(12), found.muted, paint.CENTER)


class PeopleTiles(QWidget):
    """`chosen(Known | None)`: another tile (None: somebody else); `taken`: by click or Enter, the password is next."""

    chosen = Signal(object)
    taken = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Who is at this desk?"))
        self._inner = row(self, 10)
        self._people: list[Known] = []
        self._tiles: list[_Tile] = []
        self._place = 0

    def show_people(self, people: Sequence[Known]) -> None:
        """Show up to three people and "Someone else"; nobody: no tiles."""
        self._people = list(people[:MOST])
        for old in self._tiles:
            self._inner.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._tiles = [_Tile(person.name.split(" ")[0], person.role, person.letters) for person in self._people]
        if self._tiles:
            self._tiles.append(_Tile(tr("Someone"), tr("else")))
        for tile in self._tiles:
            self._inner.addWidget(tile)
            tile.stepped.connect(self._step)
            tile.clicked.connect(self._take)
            # Before the layout gets to it: the focus may go there at once.
            tile.show()
        self.setVisible(bool(self._tiles))
        self._choose(0)

    @property
    def person(self) -> Known | None:
        """Who is chosen; None: somebody else."""
        return self._people[self._place] if self._place < len(self._people) else None

    def choose_other(self) -> None:
        """Choose "Someone else"."""
        self._choose(len(self._people))

    def focus_tile(self) -> None:
        """Put the focus on the chosen tile."""
        if self._tiles:
            self._tiles[self._place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self) -> None:
        tile = self.sender()
        if isinstance(tile, _Tile):
            self._choose(self._tiles.index(tile))
        self.taken.emit()

    def _step(self, step: int) -> None:
        self._choose((self._place + step) % len(self._tiles))
        self.focus_tile()

    def _choose(self, place: int) -> None:
        self._place = place
        for at, tile in enumerate(self._tiles):
            tile.setChecked(at == place)
            # One stop for Tab, as in a group of radio buttons.
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at == place else Qt.FocusPolicy.ClickFocus)
        self.chosen.emit(self.person)
