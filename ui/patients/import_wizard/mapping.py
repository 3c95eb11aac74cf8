"""The columns of the file, each with its first values, the field that it goes to, and the check of all rows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from reactivate_desktop.domain.import_checks import ColumnCheck, ColumnLook
from ui import names
from ui.patients.import_wizard import words
from ui.patients.import_wizard.draft import Draft, left_out
from ui.patients.import_wizard.parts import link
from ui.patients.import_wizard.places import SIDE, Places
from ui.text import tr, trn
from ui.theme.theme import tokens
from ui.theme.tokens import GAP_LARGE
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import SMALL, SMALL_STRONG, Elided, Label, hairline

ROW_HEIGHT, LOW_HEIGHT = 40, 36


class FieldCombo(QComboBox):
    """Chooses a field; the wheel scrolls the list around it and changes nothing by accident."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def mark(self, *, wrong: bool) -> None:
        """Mark it as one whose values cannot be stored."""
        said = "true" if wrong else "false"
        if self.property("wrong") != said:
            self.setProperty("wrong", said)
            self.style().unpolish(self)
            self.style().polish(self)


class MappingRow(Places):
    """`chosen(field)`: the column means something else now; `asked`: show me its problems; `entered`: it is in hand."""

    chosen = Signal(str)
    asked = Signal()
    entered = Signal()

    def __init__(self, look: ColumnLook, draft: Draft) -> None:
        super().__init__()
        self.column = look.name
        self.in_hand = False
        self._draft = draft
        self.setFixedHeight(ROW_HEIGHT)
        name = Elided(look.name, SMALL_STRONG)
        name.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        values = Elided(", ".join(look.values) or tr("(blank)"), SMALL, "muted")
        self.combo = FieldCombo()
        self.combo.setFixedHeight(32)
        self.combo.setAccessibleName(tr("What {column} means", column=look.name))
        self._fill()
        self.put(name, values, Picture("arrow-right", 14), self.combo, self._verdict())
        self.combo.activated.connect(self._choose)
        self.combo.installEventFilter(self)

    def _fill(self) -> None:
        look = self._draft.look
        fields = look.fields[self._draft.subject] if look and look.fields else ()
        self.combo.clear()
        self.combo.addItem(tr("Not imported"), "")
        for field in fields:
            self.combo.addItem(words.field(field, self._draft.subject), field)

    def _verdict(self) -> QWidget:
        part = QWidget()
        self._icon = Picture("minus-circle", 16)
        self._words = Elided("", SMALL_STRONG)
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._more = Label("", SMALL, "muted")
        self.see = link(tr("See them"), self.asked.emit)
        inner = row(part, 7)
        inner.addWidget(self._icon)
        inner.addWidget(self._words)
        inner.addWidget(self._more)
        inner.addStretch(1)
        inner.addWidget(self.see)
        return part

    def show_check(self, check: ColumnCheck | None) -> None:
        """Show what the column means now, and what the trial found of it (None: not yet)."""
        place = self.combo.findData(self._draft.columns.get(self.column, ""))
        self.combo.setCurrentIndex(max(0, place))
        icon, tone, said, more = ("", "", "", "") if check is None else words.verdict(check)
        self._icon.setVisible(bool(icon))
        if icon:
            self._icon.show_icon(icon, tone or "accent")
        self._words.setText(said)
        self._words.set_tone(tone)
        # One line has room for the blanks or for the way to the problems.
        problems = check is not None and bool(check.wrong or check.either)
        self._more.setText("" if problems else more)
        self.see.setVisible(problems)
        self.see.setAccessibleName(tr("See the problems in {column}", column=self.column))
        self.combo.mark(wrong=check is not None and check.wrong > 0)
        self.combo.setAccessibleDescription(f"{said} {more}".strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self.entered.emit()
        return super().eventFilter(watched, event)

    def set_in_hand(self, in_hand: bool) -> None:
        """Show it as the one in hand."""
        if in_hand != self.in_hand:
            self.in_hand = in_hand
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        if self.in_hand:
            painter.fillRect(self.rect(), QColor(found.selection))
            painter.fillRect(QRectF(0, 0, 3, self.height()), QColor(found.accent))
            return
        line = QRectF(SIDE, self.height() - 1, self.width() - 2 * SIDE, 1)
        painter.fillRect(line, QColor(found.hairline))

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.combo.itemData(place))


class MappingCard(Card):
    """`see_asked(column)`: show me its problems; `in_hand(column)`: the cursor is on it."""

    see_asked = Signal(str)
    in_hand = Signal(str)

    def __init__(self, draft: Draft) -> None:
        super().__init__(0, 0)
        self.setObjectName(names.IMPORT_MAPPING)
        self._draft = draft
        self._all = False
        self._shown: list[str] = []
        self.rows: dict[str, MappingRow] = {}
        self._low = False
        self._lines: QVBoxLayout
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.addWidget(_head())
        self.body.addWidget(hairline())
        self.body.addWidget(self._list(), 1)
        self.body.addWidget(hairline())
        self.body.addLayout(self._foot())

    def set_low(self, low: bool) -> None:
        """Use lower rows."""
        self._low = low
        for line in self.rows.values():
            line.setFixedHeight(LOW_HEIGHT if low else ROW_HEIGHT)

    def start(self) -> None:
        """Show the columns of another file."""
        self._all = False
        self._shown = []
        self.refresh()

    def refresh(self) -> None:
        """Show the choice as it stands, and what the trial found by now."""
        look = self._draft.look
        if look is None:
            return
        mapped = [c.name for c in look.columns if self._draft.columns.get(c.name)]
        # A column that was just left out keeps its place: the list does not jump under the hand.
        wanted = [c.name for c in look.columns if self._all or c.name in mapped or c.name in self._shown]
        check = self._draft.check
        if not mapped or (check is not None and check.needs):
            wanted = [c.name for c in look.columns]
        if wanted != list(self.rows):
            self._build(wanted)
        self._shown = wanted
        shown = self._draft.trial.shown
        counted = shown.columns if shown is not None and not shown.partial else ()
        checks = {c.column: c for c in counted if c.field == self._draft.columns.get(c.column)}
        for name, line in self.rows.items():
            line.show_check(checks.get(name))
        self._show_foot()

    def focus_first(self) -> None:
        """Put the cursor on the first column with a problem, else on the first."""
        wrong = [line for line in self.rows.values() if line.see.isVisibleTo(self)]
        for line in (*wrong, *self.rows.values()):
            line.combo.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def _build(self, wanted: list[str]) -> None:
        look = self._draft.look
        assert look is not None
        held = next((name for name, line in self.rows.items() if line.combo.hasFocus()), None)
        clear(self._lines)
        self.rows = {}
        for each in look.columns:
            if each.name in wanted:
                self._add(MappingRow(each, self._draft))
        self._lines.addStretch(1)
        self.set_low(self._low)
        if held in self.rows:
            self.rows[held].combo.setFocus()

    def _add(self, line: MappingRow) -> None:
        self.rows[line.column] = line
        self._lines.addWidget(line)
        line.chosen.connect(lambda field: self._draft.choose_field(line.column, field))
        line.asked.connect(lambda: self.see_asked.emit(line.column))
        line.entered.connect(lambda: self._enter(line.column))

    def _enter(self, name: str) -> None:
        for other, line in self.rows.items():
            line.set_in_hand(other == name)
        self._scroll.ensureWidgetVisible(self.rows[name], 0, 8)
        self.in_hand.emit(name)

    def _list(self) -> QScrollArea:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._lines = column(inside, 0)
        self._scroll.setWidget(inside)
        return self._scroll

    def _foot(self) -> QHBoxLayout:
        self._left_out = Elided("", SMALL, "muted")
        self._more = link("", self._toggle)
        inner = row(None, GAP_LARGE)
        inner.setContentsMargins(SIDE, 9, SIDE, 9)
        inner.addWidget(self._left_out, 1)
        inner.addWidget(self._more)
        return inner

    def _show_foot(self) -> None:
        out = left_out(self._draft.columns)
        said = trn(
            "{n} column is not imported: {names}",
            "{n} columns are not imported: {names}",
            len(out),
            names=", ".join(out),
        )
        self._left_out.setText(said if out else tr("All columns are imported"))
        word = tr("Show fewer") if self._all else trn("Map it", "Map them", len(out))
        self._more.setText(word)
        self._more.setAccessibleName(word)
        self._more.setVisible(bool(out) and (self._all or not set(out) <= set(self.rows)))

    def _toggle(self) -> None:
        self._all = not self._all
        if not self._all:
            self._shown = []
        self.refresh()


def _head() -> QWidget:
    made = Places()
    words_ = (tr("In your file"), tr("First values"), tr("Goes to"), tr("Check of all rows"))
    name, values, goes, check = (Label(word, SMALL_STRONG, "muted") for word in words_)
    made.put(name, values, QWidget(), goes, check)
    made.setFixedHeight(34)
    return made
