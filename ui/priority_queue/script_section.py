"""What to say: the call script or the first text in the patient's language, and the next free times."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from reactivate_desktop.domain.call_scripts import CallScript, ScriptSource
from reactivate_desktop.domain.free_slots import Slot
from ui import words
from ui.booking.time_field import short
from ui.priority_queue.pane_parts import Section
from ui.privacy import veiled
from ui.text import tr
from ui.theme import icons
from ui.theme.fonts import MEDIUM, SEMI_BOLD, font
from ui.theme.theme import tokens
from ui.widgets import paint
from ui.widgets.buttons import Button, Kind
from ui.widgets.checkable import Checkable
from ui.widgets.key_page import by_tab_only
from ui.widgets.panels import clear, row
from ui.widgets.text import BODY, SMALL, Elided, Label

_SLOTS = 2


class WordTab(Checkable):
    """A word that is underlined while its part is shown; with a caret where it opens a closed line."""

    def __init__(self, word: str, *, caret: bool = False) -> None:
        super().__init__()
        self._caret = caret
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        by_tab_only(self)

    def sizeHint(self) -> QSize:
        return QSize(round(paint.width(self.text(), font(13, SEMI_BOLD))) + (18 if self._caret else 0), 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        on = self.isChecked()
        box = QRectF(self.rect())
        if self._caret:
            icons.paint(painter, "caret-down" if on else "caret-right", 0, box.center().y() - 7, 14, found.muted)
            box = box.adjusted(18, 0, 0, 0)
        color = found.text if on or self._caret or self.underMouse() else found.muted
        face = font(13, SEMI_BOLD if on or self._caret else MEDIUM)
        paint.text(painter, box, self.text(), face, found.accent if self.hasFocus() else color)
        if on and not self._caret:
            painter.fillRect(QRectF(box.x(), box.bottom() - 2, box.width(), 2), found.accent)


class ScriptSection(Section):
    """`slot_asked(Slot)`: a free time was clicked. One closed line where there is little height."""

    slot_asked = Signal(object)

    def __init__(self, *, may_book: bool) -> None:
        super().__init__()
        self._may_book = may_book
        self._source: ScriptSource | None = None
        self._slots: list[Slot] = []
        self._open = WordTab(tr("Call script"), caret=True)
        self._call, self._text = WordTab(tr("Call script")), WordTab(tr("Text"))
        self._begin = Elided("", SMALL, "muted")
        self._free = row(None, 8)
        self._words = Label("", BODY, wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = Label("", SMALL, "muted", wrap=True)
        self._copy = Button(tr("Copy the text"), Kind.LINK)
        by_tab_only(self._copy)
        self._foot = row(None, 8)
        self._build()
        self._call.setChecked(True)
        self._call.clicked.connect(self._choose_call)
        self._text.clicked.connect(self._choose_text)
        self._open.toggled.connect(self._arrange)
        self._copy.clicked.connect(self._copy_text)
        self._arrange()

    def _build(self) -> None:
        clear(self.head)
        for part in (self._open, self._call, self._text):
            self.head.addWidget(part)
        self.head.addWidget(self._begin, 1)
        self.head.addStretch(1)
        self.head.addLayout(self._free)
        self._foot.addWidget(self._note, 1)
        self._foot.addWidget(self._copy)
        self.body.addWidget(self._words)
        self.body.addLayout(self._foot)

    def show_script(self, source: ScriptSource) -> None:
        """Show the script of a patient."""
        self._source = source
        self._write()

    def show_slots(self, slots: list[Slot]) -> None:
        """Show the next free times; the script offers the first."""
        self._slots = slots
        clear(self._free)
        for slot in slots[:_SLOTS]:
            self._free.addWidget(self._link(slot))
        if slots:
            self._free.addWidget(Label(tr("free"), SMALL, "muted"))
        self._write()

    def set_low(self, low: bool) -> None:
        """One closed line; a click opens it."""
        changed = low != self._low
        super().set_low(low)
        if changed:
            self._open.setChecked(False)
            self._arrange()

    def words(self) -> str:
        """Return what is to be said or written."""
        return self._words.text()

    def _link(self, slot: Slot) -> Button | Label:
        said = short(slot.starts_at)
        if not self._may_book:
            return Label(said, SMALL, "muted")
        made = Button(said, Kind.LINK)
        made.setFont(font(12, MEDIUM))
        made.setAccessibleName(tr("Book {time}", time=said))
        by_tab_only(made)
        made.clicked.connect(partial(self.slot_asked.emit, slot))
        return made

    def _choose_call(self) -> None:
        self._call.setChecked(True)
        self._text.setChecked(False)
        self._arrange()

    def _choose_text(self) -> None:
        # Where the word "Call script" closes the line, a second click goes back to it.
        texting = self._text.isChecked() or not self._low
        self._text.setChecked(texting)
        self._call.setChecked(not texting)
        self._arrange()

    def _filled(self, *, veil: bool = True) -> CallScript | None:
        if self._source is None:
            return None
        facts = self._source.facts
        name = veiled(facts.first_name) if veil else facts.first_name
        shown = replace(self._source, facts=replace(facts, first_name=name))
        return shown.filled(self._slots[0].starts_at if self._slots else None)

    def _write(self) -> None:
        script = self._filled()
        if script is None:
            return
        texting = self._text.isChecked()
        said = script.text if texting else f"“{script.call}”"
        template = script.text_template if texting else script.call_template
        language = script.text_language if texting else script.call_language
        notes = [words.spoken(language)] if self._source and language != self._source.languages[0] else []
        notes += [tr("the clinic's own: {name}", name=template)] if template else []
        self._words.setText(said)
        self._begin.setText(said)
        self._note.setText(" · ".join(notes))
        self._note.setVisible(bool(notes) and not self._words.isHidden())

    def _arrange(self) -> None:
        shown = not self._low or self._open.isChecked()
        self._open.setVisible(self._low)
        self._begin.setVisible(not shown)
        self._call.setVisible(shown and not self._low)
        self._text.setVisible(shown)
        self._words.setVisible(shown)
        self._copy.setVisible(shown and self._text.isChecked())
        self._write()

    def _copy_text(self) -> None:
        script = self._filled(veil=False)
        if script is not None:
            QGuiApplication.clipboard().setText(script.text)
