"""Scoring a clinic, a few patients, and saying why one of them stands where she does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import ExpectedError, Invalid, NotFound
from reactivate_desktop.domain.progress import Cancelled, Progress
from reactivate_desktop.domain.scores import ScoreReport, WhyRow
from reactivate_desktop.scoring.scorer import Scorer
from reactivate_desktop.scoring.verdicts import by_edges
from reactivate_desktop.services.no_show import NoShowRun
from reactivate_desktop.services.score_checks import ScoreChecks
from reactivate_desktop.services.score_run import ScoreRun, Tally
from reactivate_desktop.services.scored import Plan, judged, plan_for, read_inputs
from reactivate_desktop.services.why import explained
from reactivate_desktop.storage.queries import organization, patients, score_inputs
from reactivate_desktop.storage.unit_of_work import Begin

# Where nobody runs the scoring, or runs it as of a day long past, a few patients must not be scored by another clock.
_LIVE = timedelta(days=31)
_GONE = "This patient is not in the clinic (any more). Please search again."
_MERGED = "This record was merged into another one. Please ask about that one."


class Scoring:
    """Use cases around scores. The scorer is the one that the clinic learned, before that the prior card."""

    def __init__(self, begin: Begin, scorer: Scorer | None = None) -> None:
        self._begin = begin
        self._scorer = scorer

    def run(self, as_of: date | None = None, progress: Progress | None = None) -> ScoreReport:
        """Bring segments, scores, tiers, churn and no-show risks of the clinic up to date and return what was done.

        `as_of`: a day of the clinic's calendar, default its today; what happened later is not looked at. Only rows
        that moved are written; a patient whom a desk changes meanwhile stays as the desk left her and is scored
        again at the end. Raises Cancelled when stopped (what was written is kept), Invalid, NotAllowed.

        A run of the clinic's today ends with the weekly check of the learned scorers where one is due. It scores
        nothing again: a level that the check moved, or the plain rule it fell back to, scores from the next run on.
        """
        plan, progress = self._plan(as_of), progress or Progress()
        run = ScoreRun(self._begin, plan, progress)
        try:
            report = run.whole_clinic()
            if plan.today:
                report = replace(report, risks=NoShowRun(self._begin, plan.as_of, progress).run())
        except Cancelled:
            self._tell(run.tally, {"stopped": True})
            raise
        self._tell(run.tally, _counts(report))
        return replace(report, checks=self._check(progress)) if plan.today and self._scorer is None else report

    def score_patients(self, ids: Sequence[UUID], as_of: date | None = None, usual_visits: int | None = None) -> int:
        """Score these patients and their appointments to come anew, by the tiers and levels of the last run.

        usual_visits: as `usual_visits` returned it lately; asked for here by default. Returns how many standings
        moved. Raises Invalid, NotAllowed.
        """
        plan = self._plan(as_of)
        typical = self.usual_visits() if usual_visits is None else usual_visits
        with self._begin() as tx:
            edges = score_inputs.tier_edges(tx)
        run = ScoreRun(self._begin, plan, Progress())
        run.some(ids, edges, typical)
        risks = NoShowRun(self._begin, plan.as_of, Progress()).some(ids) if plan.today else 0
        if run.tally.standings or risks:
            self._tell(run.tally, {"patients": len(ids), "risks": risks}, ids)
        return run.tally.standings

    def usual_visits(self) -> int:
        """Return the clinic's usual number of visits, which sentences compare with; reads every standing."""
        with self._begin() as tx:
            return score_inputs.typical_visits(tx)

    def is_live(self) -> bool:
        """Return whether the scores stand as of these days: one patient scored as of today fits among them."""
        with self._begin() as tx:
            as_of = score_inputs.scored_as_of(tx)
            return as_of is not None and organization.today(tx) - as_of <= _LIVE

    def why(self, patient_id: UUID, as_of: date | None = None) -> WhyRow:
        """Return why a patient is in the queue or not, and her score with its reasons, both computed now.

        The look is in the audit trail. Raises NotFound, Invalid.
        """
        with self._begin() as tx:
            plan = plan_for(tx, as_of, self._scorer)
            patient = patients.one(tx, patient_id)
            if patient is None:
                raise NotFound(_GONE)
            inputs = read_inputs(tx, plan, [patient_id])
            edges, typical = score_inputs.tier_edges(tx), score_inputs.typical_visits(tx)
            zone = ZoneInfo(organization.clinic(tx).timezone)
            tx.audit("SCORE_EXPLAINED", "patient", patient_id)
        if inputs.people["merged"][0]:
            raise Invalid(_MERGED)
        verdicts = judged(inputs, plan, by_edges(*edges), typical)
        return explained(patient, inputs, verdicts, plan, zone)

    def job(self, arguments: Mapping[str, object], progress: Progress) -> dict[str, object]:
        """Run as a job: `arguments` may hold "as_of" (YYYY-MM-DD); returns the report as plain values."""
        wanted = arguments.get("as_of")
        try:
            as_of = date.fromisoformat(str(wanted)) if wanted else None
        except ValueError:
            raise Invalid(f'"{wanted}" is not a day. Please write it as year-month-day, such as 2026-01-31.') from None
        report = self.run(as_of, progress)
        more = {"stage": report.stage, "seconds": report.seconds, "checks": list(report.checks)}
        return {**_counts(report), "as_of": report.as_of.isoformat(), **more}

    def _check(self, progress: Progress) -> tuple[str, ...]:
        """Return what the weekly check said; the scores are written by then, so what stops it is a sentence, too."""
        checks = ScoreChecks(self._begin)
        try:
            return tuple(each.sentence for each in checks.check(progress=progress)) if checks.due() else ()
        except Cancelled:
            return ("The weekly check of the scores was stopped; the next scoring run does it.",)
        except ExpectedError as error:
            return (f"The weekly check of the scores could not be done: {error}",)

    def _plan(self, as_of: date | None) -> Plan:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            return plan_for(tx, as_of, self._scorer)

    def _tell(self, tally: Tally, details: Mapping[str, Any], ids: Sequence[UUID] = ()) -> None:
        with self._begin() as tx:
            tx.audit("SCORED", "clinic", tx.clinic_id, {**details, "wrote": asdict(tally)})
            if tally.standings or tally.segments:
                tx.changed(Change.QUEUE, ids)


def _counts(report: ScoreReport) -> dict[str, object]:
    """Return the counts of a report as plain values."""
    return {
        "patients": report.patients,
        "eligible": report.eligible,
        "excluded": {str(word): count for word, count in report.excluded.items()},
        "tiers": {str(word): count for word, count in report.tiers.items()},
        "segments": {str(word): count for word, count in report.segments.items()},
        "segments_moved": report.segments_moved,
        "standings_moved": report.standings_moved,
        "predictions": report.predictions,
        "risks": report.risks,
        "touched": report.touched,
    }
