"""`Score now`: runs the scoring as long work of this window and says in a sentence what it did."""

from __future__ import annotations

from PySide6.QtCore import QObject

from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.domain.scorers import Learned
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


class LearnNow(QObject):
    """Learns the clinic's scorers and scores with what was adopted; at most once at a time in this window."""

    def __init__(self, ctx: Context, score: ScoreNow, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._score = score
        self._job: Job[list[Learned]] | None = None

    def start(self) -> None:
        """Learn; the strip shows how far it is."""
        desk = self._ctx.desk
        self._job = self._ctx.jobs.start(
            tr("Learning the scores"),
            lambda progress: desk.learning.learn(progress=progress),
            self,
            self._done,
            sentence=learned_words,
        )

    def why_not(self) -> str:
        """Return why it cannot be started now."""
        if self._job is not None and self._job.open:
            return tr("Learning is under way already.")
        return self._score.why_not()

    def _done(self, learned: list[Learned]) -> None:
        self._ctx.notices.say(learned_words(learned))
        if any(each.adopted for each in learned):
            self._score.start()


def learned_words(learned: list[Learned]) -> str:
    """Return what learning came to, in one sentence."""
    adopted = sum(each.adopted for each in learned)
    if not adopted:
        return tr("Nothing better was learned from the outcomes so far. The present scores stay.")
    return trn(
        "{n} score was learned from outcomes; the clinic is scored anew",
        "{n} scores were learned from outcomes; the clinic is scored anew",
        adopted,
    )


def report_words(report: ScoreReport) -> str:
    """Return what a run did, in one sentence."""
    return trn(
        "Scored {n} patient: {eligible} may be contacted, {moved} moved",
        "Scored {n} patients: {eligible} may be contacted, {moved} moved",
        report.patients,
        eligible=number(report.eligible),
        moved=number(report.standings_moved),
    )
