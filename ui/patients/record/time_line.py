"""The time line of a record: kinds to choose from, the note field, and entries that load as they are scrolled to."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QWidget

from reactivate_desktop.domain.notes import NoteRow
from reactivate_desktop.domain.time_line import TimeLineCursor, TimeLineEntry, TimeLineKind
from ui import formats, names
from ui.context import Context
from ui.latest import Latest
from ui.patients.record.entry_box import EntryBox
from ui.patients.record.line_delegate import ROW_HEIGHT, LineDelegate
from ui.patients.record.line_rows import LineRow, Rhythm, line_rows
from ui.patients.record.line_view import PlacedView
from ui.patients.record.note_field import RecordNote
from ui.text import tr, trn
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.columns_model import Column
from ui.widgets.panels import Card, column, row
from ui.widgets.rows_model import RowsModel
from ui.widgets.text import BODY, SMALL, Label, hairline

PAGE = 50
# So many rows before the end more are read.
_AHEAD = 12
_NOTE_WIDE = 236
# QWIDGETSIZE_MAX, which PySide does not name.
_NO_LIMIT = 16_777_215
_LINE_KINDS: tuple[tuple[str, tuple[TimeLineKind, ...]], ...] = (
    ("all", tuple(TimeLineKind)),
    ("visits", (TimeLineKind.VISIT,)),
    ("appointments", (TimeLineKind.APPOINTMENT,)),
    ("calls", (TimeLineKind.ATTEMPT,)),
    ("messages", (TimeLineKind.MESSAGE,)),
    ("notes", (TimeLineKind.NOTE,)),
)


class TimeLine(Card):
    """`changed`: a note was written, changed or removed; `print_asked`: all of it on paper."""

    changed = Signal()
    print_asked = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__(0, 0)
        self.ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._patient: UUID | None = None
        self._rhythm = Rhythm(None, 0)
        self._kinds = _LINE_KINDS[0][1]
        self._entries: list[TimeLineEntry] = []
        self._complete = False
        self.note = RecordNote(ctx)
        self.view = PlacedView(names.PATIENT_TIME_LINE, tr("Time line"), ROW_HEIGHT)
        self.view.horizontalHeader().hide()
        self.model = RowsModel[LineRow]([Column(tr("Time line"), lambda r: r.words)], self.view)
        self.view.setModel(self.model)
        self.view.setItemDelegate(LineDelegate(self.view))
        self.box = EntryBox(ctx)
        self._empty = Label("", BODY, "muted", wrap=True)
        self._head = self._build_head()
        self._build()
        self.note.setVisible(ctx.commands.allowed("record-note"))
        self.note.wished.connect(self._save_note)
        self.note.left.connect(self.view.setFocus)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.box.changed.connect(self.changed)
        self.view.moved.connect(self._show_box)
        self.view.clicked.connect(lambda index: self._show_box(index.row()))

    def show_patient(self, patient_id: UUID) -> None:
        """Show another patient's line from its newest entry on; her half-typed note is there again."""
        self._patient = patient_id
        self._entries, self._complete = [], False
        self.model.show_rows([])
        self.box.show_patient(patient_id)
        self._foot.setText("")
        self._empty.hide()
        self.note.show_patient(patient_id)
        self._read()

    def show_rhythm(self, rhythm: Rhythm) -> None:
        """Take over how often the patient comes: it decides which silence is a long one."""
        if rhythm != self._rhythm:
            self._rhythm = rhythm
            self._show_rows()

    def reload(self) -> None:
        """Read again what is shown; scroll place, selection and typed text stay."""
        if self._patient is not None:
            self._read()

    def show_kinds(self, id: str) -> None:
        """Show one kind only, or "all"."""
        self._kinds = dict(_LINE_KINDS)[id]
        self._complete = False
        self._entries = []
        self._read()

    def _save_note(self, text: str) -> None:
        patient, ctx = self._patient, self.ctx
        if patient is None:
            return

        def take_back(note: NoteRow) -> None:
            ctx.tasks.run(lambda: ctx.desk.notes.remove(note.id), self, lambda _: self.changed.emit())

        def done(note: NoteRow) -> None:
            self.note.saved(patient)
            ctx.notices.say(tr("The note is saved."), lambda: take_back(note))
            self.changed.emit()

        ctx.tasks.run(lambda: ctx.desk.notes.add(patient, text), self, done)

    # --- reading ----------------------------------------------------------------------------------

    def _read(self) -> None:
        patient, kinds, limit = self._patient, self._kinds, max(PAGE, len(self._entries))
        if patient is None:
            return
        self._latest.forget("more")
        ctx = self.ctx
        self._latest.ask(
            "page",
            lambda: ctx.desk.records.time_line(patient, kinds, limit=limit),
            lambda found: self._take(found, complete=len(found) < limit),
        )

    def _read_more(self, before: TimeLineCursor) -> None:
        patient, kinds = self._patient, self._kinds
        if patient is None:
            return
        ctx = self.ctx
        self._latest.ask(
            "more",
            lambda: ctx.desk.records.time_line(patient, kinds, before, PAGE),
            lambda found: self._take([*self._entries, *found], complete=len(found) < PAGE),
        )
        self._complete = True

    def _take(self, entries: Sequence[TimeLineEntry], *, complete: bool) -> None:
        self._entries, self._complete = list(entries), complete
        self._show_rows()

    def _show_rows(self) -> None:
        rows = line_rows(self._entries, self._rhythm, formats.today_here())
        self.view.keep_place(lambda: self.model.show_rows(rows))
        self._show_box(self.view.place())
        self._empty.setVisible(not rows)
        self._empty.setText(tr("Nothing of this kind yet."))
        count = len(self._entries)
        if self._complete:
            self._foot.setText(trn("{n} entry, that is all", "All {n} entries · newest first", count))
        else:
            self._foot.setText(
                trn(
                    "The newest entry · older ones as you scroll",
                    "The newest {n} entries · older ones as you scroll",
                    count,
                )
            )

    def _scrolled(self, value: int) -> None:
        left = self.view.verticalScrollBar().maximum() - value
        if not self._complete and self._entries and left < _AHEAD * ROW_HEIGHT:
            self._read_more(self._entries[-1].cursor)

    def _show_box(self, place: int) -> None:
        found = self.model.row_at(place)
        self.box.show_entry(found.entry if found else None)

    # --- building ---------------------------------------------------------------------------------

    def _build_head(self) -> QBoxLayout:
        chips = row(None, 6)
        group = QButtonGroup(self)
        for id, word in zip(dict(_LINE_KINDS), _kind_words(), strict=True):
            chip = Chip(word)
            chip.setChecked(id == "all")
            group.addButton(chip)
            chip.clicked.connect(lambda _=False, id=id: self.show_kinds(id))
            chips.addWidget(chip)
        chips.addStretch(1)
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setContentsMargins(14, 8, 14, 8)
        head.setSpacing(8)
        head.addLayout(chips, 1)
        head.addWidget(self.note)
        self.note.setFixedWidth(_NOTE_WIDE)
        return head

    def _build(self) -> None:
        self._foot = Label("", SMALL, "muted")
        link = Button(tr("Print for the chart"), Kind.LINK)
        link.clicked.connect(self.print_asked)
        foot = row(None)
        foot.setContentsMargins(16, 8, 14, 8)
        foot.addWidget(self._foot, 1)
        foot.addWidget(link)
        middle = QWidget()
        inner = column(middle, 0)
        self._empty.setContentsMargins(16, 16, 16, 0)
        self._empty.hide()
        inner.addWidget(self._empty)
        inner.addWidget(self.view, 1)
        self.body.setContentsMargins(1, 1, 1, 1)
        self.body.addLayout(self._head)
        self.body.addWidget(hairline())
        self.body.addWidget(middle, 1)
        self.body.addWidget(self.box)
        self.body.addWidget(hairline())
        self.body.addLayout(foot)

    def set_narrow(self, narrow: bool) -> None:
        """Put the note field below the kinds where there is no room beside them."""
        ways = QBoxLayout.Direction
        self._head.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self.note.setMinimumWidth(0 if narrow else _NOTE_WIDE)
        self.note.setMaximumWidth(_NO_LIMIT if narrow else _NOTE_WIDE)


def _kind_words() -> tuple[str, ...]:
    return tr("All"), tr("Visits"), tr("Appointments"), tr("Calls"), tr("Messages"), tr("Notes")
