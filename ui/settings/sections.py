"""The sections of the settings that there are, and in one line those that are still to come."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy

from ui import names
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.theme.tokens import RADIUS
from ui.widgets import paint
from ui.widgets.checkable import Checkable
from ui.widgets.panels import Card
from ui.widgets.text import SMALL, Label, hairline

WIDTH = 200


class _Section(Checkable):
    """One section, chosen or not."""

    def __init__(self, icon: str, word: str) -> None:
        super().__init__()
        self._icon = icon
        self.setCheckable(True)
        self.setText(word)
        self.setAccessibleName(word)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 14, 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        box = QRectF(self.rect())
        fill = found.selection if on else found.sub_surface if self.underMouse() else None
        if fill or self.hasFocus():
            paint.rounded(painter, box, RADIUS, fill, found.accent if self.hasFocus() else None, 2)
        color = found.accent if on else found.text
        icons.paint(painter, self._icon, 11, box.center().y() - 8, 16, found.accent if on else found.muted)
        face = font(13, SEMI_BOLD if on else MEDIUM)
        paint.text(painter, box.adjusted(38, 0, -6, 0), self.text(), face, color)


class Sections(Card):
    """`chosen`: the only section there is was asked for."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__(7, 4)
        self.setObjectName(names.SETTINGS_SECTIONS)
        self.setFixedWidth(WIDTH)
        self.scoring = _Section("sliders-horizontal", tr("Scoring"))
        self.scoring.setChecked(True)
        # One of them is always open, as among the tabs of a record.
        self._group = QButtonGroup(self)
        self._group.addButton(self.scoring)
        self.body.addWidget(self.scoring)
        self.body.addStretch(1)
        coming = tr(
            "Still to come: clinic, locations and hours, staff, senders, connections, consent, billing, audit log."
        )
        log = tr("Changes are written to the audit log at once.")
        for part in (hairline(), Label(coming, SMALL, "muted", wrap=True), Label(log, SMALL, "muted", wrap=True)):
            if isinstance(part, Label):
                part.setContentsMargins(11, 4, 6, 4)
            self.body.addWidget(part)
        self.scoring.clicked.connect(self.chosen)
