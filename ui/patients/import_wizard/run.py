"""Runs the import as long work of the window; what is stopped goes on where it stood."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.import_checks import ImportChoice
from reactivate_desktop.domain.imports import ImportReport
from reactivate_desktop.domain.progress import Cancelled, Progress
from ui.context import Context
from ui.jobs import Job
from ui.patients.import_wizard.draft import Draft
from ui.text import number, tr


class ImportRun(QObject):
    """`moved(Step)`, `done(reports)`, `stopped(sentence)`, `failed(sentence)`."""

    moved = Signal(object)
    done = Signal(list)
    stopped = Signal(str)
    failed = Signal(str)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._job: Job[list[ImportReport]] | None = None
        self._sentence = ""
        ctx.jobs.stepped.connect(self._tell)
        app = QCoreApplication.instance()
        assert app is not None
        app.aboutToQuit.connect(self.stop)

    @property
    def running(self) -> bool:
        """Whether an import is under way."""
        return self._job is not None and self._job.open

    def start(self, draft: Draft, name: str) -> None:
        """Import what the draft holds, and remember its columns under `name` where one is given."""
        look, choice = draft.look, None if draft.is_fhir else draft.choice()
        assert look is not None, "a file was opened"
        paths, source = look.paths, draft.source

        def work(progress: Progress) -> list[ImportReport]:
            try:
                return self._work(choice, paths, source, name, progress)
            except Cancelled as stopped:
                # The job knows that it was stopped, not the sentence that says where.
                self._sentence = str(stopped)
                raise

        self._sentence = ""
        self._job = self._ctx.jobs.start(
            tr("Importing {file}", file=look.name),
            work,
            self,
            self.done.emit,
            failed=self._fail,
            stopped=lambda: self.stopped.emit(self._sentence),
            sentence=_ended,
        )

    def stop(self) -> None:
        """Ask it to stop after the rows in hand."""
        if self._job is not None:
            self._job.cancel()

    def _work(
        self, choice: ImportChoice | None, paths: tuple[Path, ...], source: str, name: str, progress: Progress
    ) -> list[ImportReport]:
        imports = self._ctx.desk.imports
        if choice is None:
            return imports.fhir(paths, source=source, progress=progress)
        report = imports.csv(
            choice.subject,
            choice.path,
            source=source,
            columns=choice.columns,
            dates=choice.dates,
            progress=progress,
        )
        if name:
            imports.save_choice(choice, name)
        return [report]

    def _tell(self, _title: str, step: object) -> None:
        if step is not None and self._job is not None and self._ctx.jobs.running() is self._job:
            self.moved.emit(step)

    def _fail(self, error: ExpectedError) -> None:
        self.failed.emit(str(error))


def _ended(reports: list[ImportReport]) -> str:
    new = sum(report.counts.new for report in reports)
    read = sum(report.counts.read for report in reports)
    return tr("{n} rows read, {new} new", n=number(read), new=number(new))
