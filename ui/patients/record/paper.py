"""Puts a record on paper: reads the whole time line in the background, then asks for a printer or a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.context import Context
from ui.latest import Latest
from ui.patients.record.chart import MOST, ask_and_print, chart_text, write_pdf
from ui.text import tr


class Paper(QObject):
    """What is printed is read anew, so that it is what is stored."""

    def __init__(self, ctx: Context, room: QWidget) -> None:
        super().__init__(room)
        self._ctx = ctx
        self._room = room
        self._latest = Latest(ctx.tasks, self)

    def print_chart(self, patient_id: UUID) -> None:
        """Ask for a printer and print."""
        self._read(patient_id, lambda text: self._print(text))

    def ask_pdf(self, patient_id: UUID) -> None:
        """Ask where to, then write a PDF."""
        name, _ = QFileDialog.getSaveFileName(self._room, tr("Save the chart"), "chart.pdf", tr("PDF files (*.pdf)"))
        if name:
            self.save_pdf(patient_id, Path(name))

    def save_pdf(self, patient_id: UUID, file: Path) -> None:
        """Write a PDF into a file."""
        self._read(patient_id, lambda text: self._write(text, file))

    def _read(self, patient_id: UUID, then: Callable[[str], None]) -> None:
        ctx = self._ctx

        def work() -> str:
            records = ctx.desk.records
            entries = records.time_line(patient_id, limit=MOST)
            return chart_text(records.head(patient_id), entries, by=ctx.person.name, clinic=ctx.clinic.name)

        self._latest.ask("chart", work, then)

    def _print(self, text: str) -> None:
        ask_and_print(text, tr("Chart"), self._room)

    def _write(self, text: str, file: Path) -> None:
        if write_pdf(text, tr("Chart"), file):
            self._ctx.notices.say(tr("The chart is saved as {file}.", file=str(file)))
        else:
            self._ctx.notices.say(tr("The file {file} cannot be written. Please choose another place.", file=str(file)))
