"""The sheet of all keys, made from the declared actions: by place, and only what the role may do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import names
from ui.actions import ACTIONS, Scope
from ui.commands import Commands, shown_keys
from ui.frame.overlay import Overlay, ScrollingCard
from ui.text import tr
from ui.theme.fonts import font
from ui.theme.theme import tokens
from ui.theme.tokens import GAP_SMALL, MARGIN
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import column, row
from ui.widgets.text import NAME, SMALL, SMALL_STRONG, Label

_WIDTH, _COLUMN = 1040, 280
# Which places share a column, so that the columns are about equally long.
_COLUMNS: tuple[tuple[Scope, ...], ...] = (
    (Scope.WINDOW, Scope.FORM, Scope.IMPORT),
    (Scope.QUEUE, Scope.SETTINGS),
    (Scope.PATIENTS, Scope.RECORD, Scope.DUPLICATES, Scope.MERGE),
)


class _Line(QWidget):
    """One action with its key at the right."""

    def __init__(self, title: str, keys: str) -> None:
        super().__init__()
        self._title, self._keys = title, keys
        self.setAccessibleName(f"{title}: {keys}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_COLUMN, 26)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = paint.key_cap(painter, self.width(), self.height() / 2, self._keys)
        words = QRectF(0, 0, left - 8, self.height())
        paint.text(painter, words, self._title, font(13), tokens().text)


class ShortcutSheet(Overlay):
    """`?` shows it, Escape closes it."""

    def __init__(self, commands: Commands, room: QWidget) -> None:
        super().__init__(room, names.SHORTCUT_SHEET, tr("All keys"), _WIDTH)
        self._commands = commands
        self.body.setContentsMargins(MARGIN, 20, 20, 20)
        self.body.setSpacing(GAP_SMALL)
        head = row(None, GAP_SMALL)
        head.addWidget(Label(tr("All keys"), NAME))
        head.addStretch(1)
        self._close = Button("", Kind.QUIET, "x")
        self._close.setAccessibleName(tr("Close"))
        self._close.clicked.connect(self.leave)
        head.addWidget(self._close)
        self._area = ScrollingCard()
        self._area.setAccessibleName(tr("All keys"))
        self.body.addLayout(head)
        self.body.addWidget(Label(tr("Letters and digits are keys only while nothing is being typed."), SMALL, "muted"))
        self.body.addWidget(self._area, 1)

    def ask(self) -> None:
        """Show it, in as many columns as there is room for."""
        count = max(1, min(len(_COLUMNS), (self.room.width() - 3 * MARGIN) // (_COLUMN + MARGIN)))
        self._area.setWidget(self._columns(count))
        self.open(self._area)

    def _columns(self, count: int) -> QWidget:
        whole = QWidget()
        inner = row(whole, MARGIN)
        inner.setContentsMargins(0, 0, 12, 0)
        made = [column(None, 2) for _ in range(count)]
        for place, scopes in enumerate(_COLUMNS):
            target = made[min(place, count - 1)]
            for scope in scopes:
                actions = [a for a in ACTIONS if a.scope == scope and a.keys and self._commands.allowed(a.id)]
                if actions:
                    target.addWidget(Label(_title(scope), SMALL_STRONG, "accent"))
                    for action in actions:
                        target.addWidget(_Line(tr(action.title), shown_keys(action)))
                    target.addSpacing(16)
        for each in made:
            each.addStretch(1)
            inner.addLayout(each, 1)
        return whole


def _title(scope: Scope) -> str:
    return {
        Scope.WINDOW: tr("Everywhere"),
        Scope.QUEUE: tr("Priority queue"),
        Scope.PATIENTS: tr("Patients"),
        Scope.RECORD: tr("Patient record"),
        Scope.IMPORT: tr("Import"),
        Scope.FORM: tr("Add or edit a patient"),
        Scope.DUPLICATES: tr("Possible duplicates"),
        Scope.MERGE: tr("Merge"),
        Scope.SETTINGS: tr("Settings"),
    }[scope]
