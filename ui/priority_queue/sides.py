"""List and pane beside each other; where there is room for one of them only, one in the place of the other."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.priority_queue.list import QueueList
from ui.priority_queue.pane import DetailPane
from ui.priority_queue.tiles import Tiles
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL, PANE_WIDTH
from ui.widgets.key_page import plain_key
from ui.widgets.panels import column

# Below this the list beside the pane has no room for its reasons.
ROOM_FOR_BOTH = 810
_LEAST_HIGH = 240
_MOST = 16_777_215


class _Row(QHBoxLayout):
    """Its wrapped words must not make it higher than the window: list and pane scroll by themselves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)

    def hasHeightForWidth(self) -> bool:
        return False


class Sides(QWidget):
    """`changed`: list or pane is shown now. The pane comes by itself with whoever is taken or asked about."""

    changed = Signal()

    def __init__(self, tiles: Tiles, listing: QueueList, pane: DetailPane) -> None:
        super().__init__()
        self._list, self._pane = listing, pane
        self._beside, self._pane_wanted = True, False
        self._left = QWidget()
        self._column: QVBoxLayout = column(self._left, GAP)
        self._column.addWidget(tiles)
        self._column.addWidget(listing, 1)
        self._inner = _Row(self)
        self._inner.addWidget(self._left, 1)
        self._inner.addWidget(pane)
        self.setMinimumHeight(_LEAST_HIGH)
        # What is too wide for it must not make the page scroll sideways.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        pane.wanted.connect(self.show_pane)

    @property
    def one_only(self) -> bool:
        """Whether there is room for one of the two only."""
        return not self._beside

    def pane_shown(self) -> bool:
        """Return whether the pane can be seen."""
        return self._beside or self._pane_wanted

    def home(self) -> QWidget:
        """Return who has the focus when nothing is typed."""
        return self._list.view if self._beside or not self._pane_wanted else self._pane

    def fit(self, room: int) -> None:
        """Take the form for a width."""
        beside = room >= ROOM_FOR_BOTH
        if beside != self._beside:
            self._beside = beside
            self._pane.setMinimumWidth(PANE_WIDTH if beside else 0)
            self._pane.setMaximumWidth(PANE_WIDTH if beside else _MOST)
            self._show()

    def set_low(self, low: bool) -> None:
        """Use less room between the parts."""
        self._inner.setSpacing(GAP if low else GAP_LARGE)
        self._column.setSpacing(GAP_SMALL if low else GAP)

    def show_pane(self) -> None:
        """Show the patient, where both have no room."""
        self._want(True)

    def show_list(self) -> None:
        """Show the list, where both have no room."""
        self._want(False)

    def turn(self) -> None:
        """Show the other one."""
        self._want(not self._pane_wanted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # With the list these are its own; here they say the same of the patient who is shown.
        key = plain_key(event)
        if self.home() is self._pane and key == Qt.Key.Key_Escape:
            self.show_list()
        elif self.home() is self._pane and key == Qt.Key.Key_Space:
            self._pane.claim_asked.emit()
        else:
            super().keyPressEvent(event)

    def _want(self, pane: bool) -> None:
        if pane != self._pane_wanted:
            self._pane_wanted = pane
            self._show()

    def _show(self) -> None:
        leaving = self._left if self._pane_wanted else self._pane
        focused = QApplication.focusWidget()
        lost = not self._beside and focused is not None and (focused is leaving or leaving.isAncestorOf(focused))
        self._pane.setVisible(self.pane_shown())
        self._left.setVisible(self._beside or not self._pane_wanted)
        if lost:
            self.home().setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()
