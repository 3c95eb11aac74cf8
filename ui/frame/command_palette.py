"""The command palette: one field that finds patients, commands and colleagues, all by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QWidget

from ui import names
from ui.context import Context
from ui.frame.overlay import Overlay
from ui.frame.palette_delegate import PaletteDelegate, height_of
from ui.frame.palette_entries import entries
from ui.frame.palette_find import MOST, PaletteFind
from ui.frame.palette_model import ENTRY_ROLE, DoEntry, Entry, PaletteModel, PatientEntry, StaffEntry
from ui.text import number, tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import KeyHint
from ui.widgets.panels import Picture, row
from ui.widgets.text import SMALL, Label, hairline

WIDTH, TOP = 680, 104
_INPUT_HEIGHT, _FOOT_HEIGHT = 58, 40
# The longest list leaves some of the screen visible below.
_LEAST_HEIGHT, _BELOW = 300, 140
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, *_ENTER, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape)


class _Input(QLineEdit):
    """Where one types. `pressed(key, with Ctrl)`: arrows, Enter, Tab and Escape belong to the palette."""

    pressed = Signal(int, bool)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in _KEYS:
            if event.type() == QEvent.Type.KeyPress:
                self.pressed.emit(event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
            event.accept()
            return True
        return super().event(event)


class CommandPalette(Overlay):
    """Ctrl+K. Typed text finds patients and commands; `>` only commands, `@` staff; Tab only patients."""

    def __init__(self, ctx: Context, room: QWidget) -> None:
        super().__init__(room, names.COMMAND_PALETTE, tr("Find a patient or a command"), WIDTH, TOP)
        self._ctx = ctx
        self._alone = False
        # Enter came before the answer: with Ctrl or without; None: it did not.
        self._waiting: bool | None = None
        self._find = PaletteFind(ctx, self)
        self._model = PaletteModel(self)
        self._input = _input()
        self._said = Label("", SMALL, "muted")
        self._list = _list(self._model)
        self._all = Button("", Kind.LINK)
        for part in (self._head(), hairline(), self._list, self._foot()):
            self.body.addWidget(part)
        self.body.setContentsMargins(1, 1, 1, 1)
        self._input.textEdited.connect(self._edited)
        self._input.pressed.connect(self._key)
        self._list.clicked.connect(self._clicked)
        self._all.clicked.connect(self.open_all)
        self._find.changed.connect(self._found)
        ctx.privacy.changed.connect(self._list.viewport().update)

    def ask(self) -> None:
        """Open it, empty."""
        self._alone, self._waiting = False, None
        self._input.clear()
        self._find.forget()
        self._show()
        self.open(self._input)

    @property
    def pending(self) -> bool:
        """Whether an answer to what was typed is still to come."""
        return self._find.pending

    @property
    def said(self) -> str:
        """What stands beside the field: how many were found, or why nobody was."""
        return self._said.text()

    def wished_height(self) -> int:
        rows = sum(height_of(self._model.index(at).data(ENTRY_ROLE)) for at in range(self._model.rowCount()))
        return min(_INPUT_HEIGHT + _FOOT_HEIGHT + rows + 14, max(_LEAST_HEIGHT, self.height() - TOP - _BELOW))

    # --- its parts --------------------------------------------------------------------------------

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(_INPUT_HEIGHT)
        inner = row(head, 12)
        inner.setContentsMargins(22, 0, 18, 0)
        for part in (Picture("magnifying-glass", 18), self._input, self._said, KeyHint("Esc", "")):
            inner.addWidget(part)
        inner.setStretch(1, 1)
        return head

    def _foot(self) -> QFrame:
        foot = QFrame()
        foot.setProperty("ground", "dock")
        foot.setFixedHeight(_FOOT_HEIGHT)
        inner = row(foot, 10)
        inner.setContentsMargins(20, 0, 16, 0)
        hints = [("↑ + ↓", tr("choose")), ("Tab", tr("patients only")), (">", tr("commands only")), ("@", tr("staff"))]
        if self._ctx.commands.allowed("claim"):
            hints.insert(1, (tr("Ctrl Enter"), tr("call at once")))
        for keys, word in hints:
            inner.addWidget(KeyHint(keys, word))
        inner.addStretch(1)
        self._all.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner.addWidget(self._all)
        return foot

    # --- showing ----------------------------------------------------------------------------------

    def _show(self) -> None:
        self._model.show(list(entries(self._ctx, self._find, self._typed(), alone=self._alone)))
        place = self._model.next_place(-1, 1)
        if place >= 0:
            self._list.setCurrentIndex(self._model.index(place))
        count = len(self._find.patients)
        many = f"{number(MOST - 1)}+" if count >= MOST else number(count)
        self._all.setText(tr("All {n}", n=many))
        self._all.setAccessibleName(tr("Show all in the patients list"))
        self._all.updateGeometry()
        self._all.setVisible(count > 0)
        self._said.setText(self._find.problem or self._counted(count, many))
        self.refit()

    def _counted(self, count: int, many: str) -> str:
        if not self._typed() or self._find.pending:
            return ""
        does = sum(isinstance(self._model.entry(at), DoEntry) for at in range(self._model.rowCount()))
        commands = trn("{n} command", "{n} commands", does)
        if self._typed().startswith((">", "@")):
            return commands if self._typed().startswith(">") else ""
        return f"{trn('{shown} patient', '{shown} patients', count, shown=many)}, {commands}"

    def _typed(self) -> str:
        return self._input.text().strip()

    # --- what the person does ---------------------------------------------------------------------

    def _edited(self, text: str) -> None:
        self._waiting = None
        self._find.ask(text)
        self._show()

    def _found(self) -> None:
        self._show()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._enter(ctrl=waiting)

    def _enter(self, *, ctrl: bool) -> None:
        if self._find.pending:
            # What is listed still answers another text: nobody wants to open that.
            self._waiting = ctrl
        else:
            self._choose(self._model.entry(self._list.currentIndex().row()), ctrl=ctrl)

    def _key(self, key: int, ctrl: bool) -> None:
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._alone = not self._alone
            self._show()
        elif key in _ENTER:
            self._enter(ctrl=ctrl)
        else:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._list.setCurrentIndex(self._model.index(self._model.next_place(self._list.currentIndex().row(), step)))

    def _clicked(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self._choose(self._model.entry(index.row()), ctrl=False)

    def _choose(self, entry: Entry | None, *, ctrl: bool) -> None:
        if isinstance(entry, PatientEntry):
            if not ctrl:
                self._leave_for(partial(self._ctx.navigation.open_record, entry.id))
            elif self._ctx.commands.allowed("claim"):
                self._leave_for(partial(self._ctx.navigation.claim, entry.id))
        elif isinstance(entry, DoEntry) and not entry.reason:
            best = self._model.first()
            wish = partial(self._ctx.navigation.claim, best.id) if ctrl and best else entry.call
            self._leave_for(wish)
        elif isinstance(entry, StaffEntry):
            QGuiApplication.clipboard().setText(entry.email)
            self._leave_for(partial(self._ctx.notices.say, tr("Copied {email}", email=entry.email)))

    def open_all(self) -> None:
        """Show what was typed as a search of the patients list."""
        self._leave_for(partial(self._ctx.navigation.search, self._typed()))

    def _leave_for(self, call: Callable[[], object]) -> None:
        # First back to where the person was: a command works there.
        self.leave()
        call()


def _input() -> _Input:
    made = _Input()
    made.setObjectName(names.COMMAND_PALETTE_INPUT)
    made.setProperty("ground", "bare")
    # The style sheet's general size must not win over this one's.
    made.setStyleSheet("font-size: 18px; font-weight: 500;")
    made.setPlaceholderText(tr("Find a patient or a command"))
    made.setAccessibleName(tr("Find a patient or a command"))
    return made


def _list(model: PaletteModel) -> QListView:
    made = QListView()
    made.setModel(model)
    made.setItemDelegate(PaletteDelegate(made))
    made.setAccessibleName(tr("What was found"))
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made
