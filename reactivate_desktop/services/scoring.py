"""Scoring a clinic, a few patients, and saying why one of them stands where she does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.progress import Cancelled, Progress
from reactivate_desktop.domain.scores import ScoreReport, WhyRow
from reactivate_desktop.scoring.scorer import Scorer
from reactivate_desktop.scoring.verdicts import by_edges
from reactivate_desktop.services.no_show import NoShowRun
from reactivate_desktop.services.score_run import ScoreRun, Tally
from reactivate_desktop.services.scored import Plan, judged, plan_for
from reactivate_desktop.services.why import explained
from reactivate_desktop.storage.queries import organization, patients, score_inputs
from reactivate_desktop.storage.unit_of_work import Begin

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
        return report

    def score_patients(self, ids: Sequence[UUID], as_of: date | None = None) -> int:
        """Score these patients anew, by the tiers of the last run, and return how many standings moved.

        Raises Invalid, NotAllowed.
        """
        plan = self._plan(as_of)
        with self._begin() as tx:
            edges, typical = score_inputs.tier_edges(tx), score_inputs.typical_visits(tx)
        run = ScoreRun(self._begin, plan, Progress())
        run.some(ids, edges, typical)
        self._tell(run.tally, {"patients": len(ids)}, ids)
        return run.tally.standings

    def why(self, patient_id: UUID, as_of: date | None = None) -> WhyRow:
        """Return why a patient is in the queue or not, and her score with its reasons, both computed now.

        The look is in the audit trail. Raises NotFound, Invalid.
        """
        with self._begin() as tx:
            plan = plan_for(tx, as_of, self._scorer)
            patient = patients.one(tx, patient_id)
            if patient is None:
                raise NotFound(_GONE)
            inputs = score_inputs.read(tx, plan.as_of, [patient_id])
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
        return {**_counts(report), "as_of": report.as_of.isoformat(), "stage": report.stage, "seconds": report.seconds}

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
