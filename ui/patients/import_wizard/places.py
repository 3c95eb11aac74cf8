"""Where the parts of a column stand in the mapping: name, first values, meaning, check; narrow without the values."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets.panels import row

SIDE = 15
_NAME, _FIELD, _CHECK = 108, 180, 246
# With less room the first values are left out; the check has what is left.
_ROOM_FOR_VALUES = 660
_NAME_NARROW, _FIELD_NARROW, _CHECK_LEAST = 96, 160, 150
_MOST = 16_777_215


class Places(QWidget):
    """A line of the mapping; `put` gives it its parts once."""

    def put(self, name: QWidget, values: QWidget, arrow: QWidget, goes: QWidget, check: QWidget) -> None:
        """Put the parts in their places."""
        self._parts = (name, values, arrow, goes, check)
        self._narrow: bool | None = None
        values.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        arrow.setFixedWidth(20)
        inner = self._inner = row(self, 4)
        inner.setContentsMargins(SIDE, 0, SIDE, 0)
        inner.addWidget(name)
        inner.addWidget(values, 1)
        inner.addWidget(arrow, 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addWidget(goes)
        inner.addSpacing(10)
        inner.addWidget(check)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _ROOM_FOR_VALUES
        if narrow == self._narrow:
            return
        self._narrow = narrow
        name, values, arrow, goes, check = self._parts
        values.setVisible(not narrow)
        arrow.setVisible(not narrow)
        name.setFixedWidth(_NAME_NARROW if narrow else _NAME)
        goes.setFixedWidth(_FIELD_NARROW if narrow else _FIELD)
        check.setMinimumWidth(_CHECK_LEAST if narrow else _CHECK)
        check.setMaximumWidth(_MOST if narrow else _CHECK)
        self._inner.setStretchFactor(check, 1 if narrow else 0)
