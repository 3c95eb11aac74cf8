"""The last step in motion: starts and stops the import, shows its end, saves the rows that were left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.imports import ImportReport
from ui.context import Context
from ui.patients.import_wizard import files
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.import_step import ImportStep
from ui.patients.import_wizard.run import ImportRun
from ui.text import tr, trn


class Ending(QObject):
    """`imported`: rows were written; `ended`: the import is over, or stopped; `failed(sentence)`."""

    imported = Signal()
    ended = Signal()
    failed = Signal(str)

    def __init__(self, ctx: Context, draft: Draft, step: ImportStep, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._draft = draft
        self._step = step
        self._window = parent
        self._reports: list[ImportReport] = []
        self.run = ImportRun(ctx, self)
        self.run.moved.connect(step.show_step)
        self.run.done.connect(self._done)
        self.run.stopped.connect(self._stopped)
        self.run.failed.connect(self._failed)
        step.stop_asked.connect(self.stop)
        step.save_asked.connect(self._save_rejects)

    def start(self, name: str) -> None:
        """Import the draft; its columns are remembered under `name`, where one is given."""
        self._step.show_running()
        self._draft.trial.give_up()
        self.run.start(self._draft, name)

    def stop(self) -> None:
        """Stop after the rows in hand."""
        self.run.stop()
        self._step.show_stopping()

    def save(self, reports: Sequence[ImportReport]) -> None:
        """Ask for a file and write the rows that were (or would be) left out to it; a second one gets a number."""
        wanted = [report for report in reports if report.counts.rejected]
        stem = Path(wanted[0].file_name).stem if wanted else "rows"
        path = files.ask_save(self._window, f"{stem} {tr('left out')}.csv") if wanted else None
        if path is None:
            return
        target = path if path.suffix else path.with_suffix(".csv")

        def work() -> int:
            imports = self._ctx.desk.imports
            places = [target if n == 0 else target.with_stem(f"{target.stem}-{n + 1}") for n in range(len(wanted))]
            return sum(imports.write_rejects(r, to, overwrite=True) for r, to in zip(wanted, places, strict=True))

        self._ctx.tasks.run(work, self, lambda count: self._saved(count, target), failed=self._not_saved)

    def _save_rejects(self) -> None:
        self.save([report for report in self._reports if report.run_id is not None])

    def _saved(self, count: int, path: Path) -> None:
        self._ctx.notices.say(trn("{n} row saved to {file}", "{n} rows saved to {file}", count, file=path.name))

    def _not_saved(self, error: ExpectedError) -> None:
        self.failed.emit(str(error))

    def _done(self, reports: list[ImportReport]) -> None:
        self._reports = reports
        kept = any(report.run_id is not None and report.counts.rejected for report in reports)
        self._step.show_done(reports, may_save=kept)
        self._tell()
        self.ended.emit()

    def _stopped(self, sentence: str) -> None:
        self._step.show_stopped(tr("The import was stopped"), sentence)
        self._tell()
        self.ended.emit()

    def _failed(self, sentence: str) -> None:
        self._step.show_stopped(tr("The import did not come to its end"), sentence)
        self._tell()
        self.ended.emit()

    def _tell(self) -> None:
        """Let the open screens read again: rows were written, also where it was stopped."""
        self._ctx.board.tell_kinds(Change.PATIENTS, Change.VISITS, Change.APPOINTMENTS, Change.QUEUE)
        self.imported.emit()
