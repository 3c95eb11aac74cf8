"""Merges that were made, each with a way back; exactly what a merge moved goes back."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from reactivate_desktop.domain.merges import MergeLine, Unmerged
from ui import formats, names
from ui.context import Context
from ui.patients import person_words
from ui.tasks import Ticket
from ui.text import tr, trn
from ui.theme.tokens import GAP, GAP_SMALL
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import clear, column, row
from ui.widgets.text import FIRST, SMALL, Elided, Label


class MergeHistory(QWidget):
    """The merges of one record, or the newest of the clinic. `undone`: one was taken back."""

    undone = Signal()

    def __init__(self, ctx: Context, patient_id: UUID | None = None) -> None:
        super().__init__()
        self.setObjectName(names.MERGE_HISTORY)
        self._ctx = ctx
        self._patient = patient_id
        self._lines_shown: list[MergeLine] = []
        self._ticket: Ticket[list[MergeLine]] = Ticket(self, lambda _: None, None, None)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        self._lines = column(inside, GAP)
        self._lines.setContentsMargins(0, 0, 8, 0)
        scroll.setWidget(inside)
        column(self, 0).addWidget(scroll)
        ctx.privacy.changed.connect(self._paint)

    def set_patient(self, patient_id: UUID | None) -> None:
        """Show the merges of another record from the next reading on."""
        self._patient = patient_id

    def reload(self) -> None:
        """Read the merges again."""
        patient, desk = self._patient, self._ctx.desk
        self._ticket.cancel()
        self._ticket = self._ctx.tasks.run(lambda: desk.merges.lines(patient), self, self._show)

    def _show(self, lines: list[MergeLine]) -> None:
        self._lines_shown = lines
        self._paint()

    def _paint(self) -> None:
        clear(self._lines)
        for line in self._lines_shown:
            self._lines.addWidget(self._line(line))
        if not self._lines_shown:
            self._lines.addWidget(Label(tr("Nothing was merged yet."), SMALL, "muted"))
        self._lines.addStretch(1)

    def _line(self, line: MergeLine) -> QWidget:
        made = QWidget()
        merged = tr(
            "{merged} into {survivor}", merged=person_words.name(line.merged), survivor=person_words.name(line.survivor)
        )
        when = " · ".join(part for part in (formats.moment(line.created_at), line.by) if part)
        both = column(None, 2)
        both.addWidget(Elided(merged, FIRST))
        both.addWidget(Elided(when, SMALL, "muted"))
        inner = row(made, GAP_SMALL)
        inner.addLayout(both, 1)
        if line.undone_at is not None:
            inner.addWidget(Label(tr("Taken back"), SMALL, "muted"))
        elif self._ctx.person.writes:
            back = Button(tr("Take back"), Kind.PLAIN, "arrow-counter-clockwise")
            back.setAccessibleName(tr("Take back: {merge}", merge=merged))
            back.clicked.connect(lambda: self._take_back(line))
            inner.addWidget(back)
        return made

    def _take_back(self, line: MergeLine) -> None:
        merge_id = line.id
        self._ctx.tasks.run(lambda: self._ctx.desk.merges.unmerge(merge_id), self, self._taken_back)

    def _taken_back(self, done: Unmerged) -> None:
        self._ctx.notices.say(sentence_of(done))
        self.undone.emit()
        self.reload()


def sentence_of(done: Unmerged) -> str:
    """Return what taking a merge back did."""
    moved = sum(done.moved.values())
    said = trn(
        "Taken back: {n} row went back to its own record", "Taken back: {n} rows went back to their own record", moved
    )
    kept = trn("{n} field was changed since and stays", "{n} fields were changed since and stay", len(done.fields_kept))
    return f"{said} · {kept}" if done.fields_kept else said
