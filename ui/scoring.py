"""`Score now`: runs the scoring as long work of this window and says in a sentence what it did."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.domain.scores import ScoreReport
from ui.context import Context
from ui.jobs import Job
from ui.text import number, tr, trn


class ScoreNow(QObject):
    """At most one run at a time in this window."""

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._job: Job[ScoreReport] | None = None

    def start(self) -> None:
        """Score the clinic; the strip shows how far it is."""
        desk = self._ctx.desk

        def work(progress: Progress) -> ScoreReport:
            return desk.scoring.run(progress=progress)

        self._job = self._ctx.jobs.start(
            tr("Scoring"), work, self, self._done, stopped=self._stopped, sentence=report_words
        )

    def why_not(self) -> str:
        """Return why it cannot be started now."""
        return tr("Scoring is under way already.") if self._job is not None and self._job.open else ""

    def _done(self, report: ScoreReport) -> None:
        self._ctx.notices.say(report_words(report))

    def _stopped(self) -> None:
        self._ctx.notices.say(tr("Scoring was stopped. Who was scored until then keeps the new score."))


def report_words(report: ScoreReport) -> str:
    """Return what a run did, in one sentence."""
    return trn(
        "Scored {n} patient: {eligible} may be contacted, {moved} moved",
        "Scored {n} patients: {eligible} may be contacted, {moved} moved",
        report.patients,
        eligible=number(report.eligible),
        moved=number(report.standings_moved),
    )
