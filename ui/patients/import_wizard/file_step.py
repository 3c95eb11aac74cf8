"""Step 1: a file by dialog, by drag and drop, or by its path; what it is, and an import of it that was cut off."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QFrame, QVBoxLayout, QWidget

from reactivate_desktop.domain.enums import RunState
from reactivate_desktop.domain.imports import ImportRunRow, ImportSubject
from ui import formats, names
from ui.context import Context
from ui.patients.import_wizard import files, words
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.step import Step
from ui.text import number, tr, trn
from ui.theme.theme import tokens
from ui.theme.tokens import GAP, GAP_LARGE, GAP_SMALL
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.fields import Labelled, LineField
from ui.widgets.panels import Card, Picture, clear, column, row
from ui.widgets.text import BODY, FIRST, NAME, SMALL, SMALL_STRONG, Label

_WIDE_FROM = 860
_UNFINISHED = (RunState.RUNNING, RunState.PAUSED)


class DropZone(QWidget):
    """`dropped(paths)`: files were let go over it."""

    dropped = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setMinimumHeight(190)
        self._over = False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._over = False
        self.update()
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        found = tokens()
        painter.setBrush(QColor(found.selection if self._over else found.sub_surface))
        painter.setPen(QPen(QColor(found.accent if self._over else found.field_border), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)


class FileStep(Step):
    """`resumed`: the import of this file that was cut off goes on."""

    resumed = Signal()

    def __init__(self, ctx: Context, draft: Draft) -> None:
        super().__init__(draft)
        self._ctx = ctx
        self._runs: list[ImportRunRow] = []
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(GAP_LARGE)
        self._both.addWidget(self._choosing(), 1, Qt.AlignmentFlag.AlignTop)
        self._both.addWidget(self._found(), 1, Qt.AlignmentFlag.AlignTop)
        self.start()

    def start(self) -> None:
        """Begin anew: no path, and the imports that were cut off as they are now."""
        self.path.clear()
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.imports.runs(), self, self._show_runs)

    def enter(self) -> None:
        """Put the cursor into the path."""
        self.path.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= _WIDE_FROM
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._both.setDirection(direction)

    # --- choosing a file --------------------------------------------------------------------------

    def _choosing(self) -> QWidget:
        card = Card(GAP_LARGE, GAP)
        zone = DropZone()
        inner = column(zone, GAP_SMALL, 20)
        inner.addStretch(1)
        inner.addWidget(Picture("file-csv", 36, "accent"), 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(Label(tr("Drop a file here"), NAME), 0, Qt.AlignmentFlag.AlignHCenter)
        said = Label(tr("A table (CSV) of patients, visits or appointments, or FHIR files"), BODY, "muted", wrap=True)
        said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(said)
        inner.addSpacing(4)
        self.choose = Button(tr("Choose a file"), Kind.TONAL, "folder-open")
        inner.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        self.path = LineField(tr("C:\\Exports\\recall.csv"), tr("Path of the file"))
        self.path.setObjectName(names.IMPORT_PATH)
        self._open = Button(tr("Open"), Kind.PLAIN)
        line = QWidget()
        beside = row(line, GAP_SMALL)
        beside.addWidget(self.path, 1)
        beside.addWidget(self._open)
        label = Labelled(tr("Or type its path"), line)
        self.path.setAccessibleName(tr("Path of the file"))
        card.body.addWidget(zone)
        card.body.addWidget(label)
        self._waiting: QVBoxLayout = column(None, 6)
        card.body.addLayout(self._waiting)
        zone.dropped.connect(self.draft.open)
        self.choose.clicked.connect(self._ask)
        self._open.clicked.connect(self._type)
        self.path.returnPressed.connect(self._type)
        return card

    def _ask(self) -> None:
        paths = files.ask_open(self)
        if paths:
            self.path.setText(str(paths[0]))
            self.draft.open(paths)

    def _type(self) -> None:
        text = self.path.text().strip().strip('"')
        if text:
            self.draft.open([Path(text).expanduser()])

    def _show_runs(self, runs: list[ImportRunRow]) -> None:
        self._runs = [run for run in runs if run.run_state in _UNFINISHED]
        clear(self._waiting)
        if self._runs:
            self._waiting.addWidget(Label(tr("Cut off before their end"), SMALL_STRONG))
        for run in self._runs[:3]:
            said = tr(
                "{file} · {day} · stopped after row {n}. Choose the same file and it goes on from there.",
                file=run.file_name,
                day=formats.moment(run.created_at),
                n=number(run.next_row),
            )
            self._waiting.addWidget(Label(said, SMALL, "muted", wrap=True))

    # --- what it is -------------------------------------------------------------------------------

    def _found(self) -> QWidget:
        self._card = Card(GAP_LARGE, GAP_SMALL)
        self._name = Label("", NAME, wrap=True)
        self._facts = Label("", BODY, "muted", wrap=True)
        self._card.body.addWidget(self._name)
        self._card.body.addWidget(self._facts)
        self._card.body.addSpacing(4)
        self._asks = Label(tr("What is one row of it?"), SMALL_STRONG)
        self._card.body.addWidget(self._asks)
        self._card.body.addLayout(self._subjects())
        self._note = Label("", SMALL, "muted", wrap=True)
        self._card.body.addWidget(self._note)
        self._source = LineField("", tr("Where the file comes from"))
        hint = tr("Files of one program keep one name here: its patients are known again by their ids.")
        self._card.body.addWidget(Labelled(tr("Where the file comes from"), self._source, hint))
        self._card.body.addWidget(self._earlier())
        self._source.editingFinished.connect(lambda: self.draft.choose_source(self._source.text().strip()))
        return self._card

    def _subjects(self) -> QVBoxLayout:
        chips = row(None, GAP_SMALL)
        self._group = QButtonGroup(self)
        for place, subject in enumerate(ImportSubject):
            chip = Chip(words.subject(subject))
            self._group.addButton(chip, place)
            chips.addWidget(chip)
        chips.addStretch(1)
        self._group.idClicked.connect(lambda place: self.draft.choose_subject(tuple(ImportSubject)[place]))
        both = column(None, 0)
        both.addLayout(chips)
        return both

    def _earlier(self) -> QWidget:
        self._banner = QFrame()
        self._banner.setProperty("ground", "box")
        inner = column(self._banner, GAP_SMALL, GAP)
        self._before = Label("", FIRST, wrap=True)
        self.resume = Button("", Kind.TONAL, "arrow-right")
        inner.addWidget(self._before)
        inner.addWidget(self.resume, 0, Qt.AlignmentFlag.AlignLeft)
        self.resume.clicked.connect(self._resume)
        return self._banner

    def _resume(self) -> None:
        self.draft.use_earlier()
        self.resumed.emit()

    def refresh(self) -> None:
        """Show the file that was opened."""
        look = self.draft.look
        self._open.forbid(tr("The file is being read.") if self.draft.opening else "")
        self._card.setVisible(look is not None)
        if look is None:
            return
        self._name.setText(look.name)
        self._facts.setText(facts(self.draft))
        table = not self.draft.is_fhir
        for place, subject in enumerate(ImportSubject):
            chip = self._group.button(place)
            chip.setVisible(table)
            chip.setChecked(subject == self.draft.subject)
        self._asks.setVisible(table)
        self._note.setText(self._said())
        if not self._source.hasFocus():
            self._source.setText(self.draft.source)
        self._show_earlier()

    def _said(self) -> str:
        look = self.draft.look
        assert look is not None
        if self.draft.is_fhir:
            return " ".join((tr("FHIR says itself what is what: no columns are to be named."), *look.refused))
        if self.draft.profile:
            return tr("Its columns are read as last time: {name}", name=self.draft.profile)
        return tr("Guessed from the names of its columns.")

    def _show_earlier(self) -> None:
        look = self.draft.look
        earlier = look.earlier if look else None
        self._banner.setVisible(earlier is not None)
        if earlier is None:
            return
        when = formats.moment(earlier.created_at)
        cut = earlier.finished_at is None
        self.resume.setVisible(cut)
        if not cut:
            said = tr("This very file was imported on {day}. Importing it again changes nothing.", day=when)
            self._before.setText(said)
            return
        n = number(earlier.next_row)
        self._before.setText(
            tr("The import of {day} was cut off after row {n}. All rows up to it are kept.", day=when, n=n)
        )
        word = tr("Go on from row {n}", n=number(earlier.next_row + 1))
        self.resume.setText(word)
        self.resume.setAccessibleName(word)


def facts(draft: Draft) -> str:
    """Return what a file is in one line: rows, columns, how it is written."""
    look = draft.look
    if look is None:
        return ""
    rows = trn("{n} row", "{n} rows", look.rows)
    if draft.is_fhir:
        return f"{trn('{n} file', '{n} files', len(look.paths))} · {rows} · FHIR"
    columns = trn("{n} column", "{n} columns", len(look.columns))
    return f"{rows} · {columns} · {words.delimiter(look.delimiter)}, {words.encoding(look.encoding)}"
