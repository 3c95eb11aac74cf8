"""Each sentence, tier and segment of two whole clinics, found again by SQL from the raw rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.scores import Exclusion, ScoreReport
from reactivate_desktop.domain.segments import segment_of
from reactivate_desktop.scoring.tiers import TIERS
from reactivate_desktop.services.demo import Demo
from reactivate_desktop.services.imports import Imports
from tests.factories.clinics import ClinicMaker
from tests.factories.demo import demo_person
from tests.services.scoring_desk import ScoringDesk

_PATIENTS = 700
_SYNTHEA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "emr" / "synthea"
_SYNTHEA_ENDS = date(2021, 3, 31)
# Importing 17,333 encounters takes long on a busy machine.
pytestmark = pytest.mark.timeout(300)


@dataclass(frozen=True)
class Scored:
    """A clinic that was scored once, and what the run said."""

    desk: ScoringDesk
    report: ScoreReport

    @property
    def as_of(self) -> date:
        return self.report.as_of

    def rows(self, query: str) -> list[Any]:
        return self.desk.rows(query, as_of=self.as_of)


@pytest.fixture(scope="module", params=["demo", "synthea"])
def scored(request: pytest.FixtureRequest, maker: ClinicMaker) -> Scored:
    if request.param == "demo":
        desk = ScoringDesk(demo_person(maker, _PATIENTS, Demo.today(), UserRole.STAFF))
        return Scored(desk, desk.scoring.run(Demo.today()))
    if not _SYNTHEA.is_dir():
        pytest.skip("the Synthea records are not beside the project")
    desk = ScoringDesk(maker.person(maker.clinic("Synthea Clinic"), UserRole.STAFF))
    Imports(desk.person.begin).fhir([_SYNTHEA])
    return Scored(desk, desk.scoring.run(_SYNTHEA_ENDS))


# The reader's own words for a span, written down a second time.
_SPAN = """CASE WHEN {d} < 60 THEN {d} || CASE WHEN {d} = 1 THEN ' day' ELSE ' days' END
                WHEN {d} <= 730 THEN round({d} / 30.44) || ' months'
                ELSE trim_scale(round({d} / 365.25, 1)) || ' years' END"""
_AGO = f"(CASE WHEN c.away = 0 THEN 'today' ELSE {_SPAN.format(d='c.away')} || ' ago' END)"
_EVERY = f"(CASE WHEN g.gap = 1 THEN 'every day' ELSE 'every ' || {_SPAN.format(d='g.gap')} END)"
_SENTENCES = f"""
WITH v AS (
    SELECT DISTINCT patient_id, visit_date FROM visit
    WHERE clinic_id = :clinic AND not_counted_reason IS NULL AND visit_date <= :as_of),
gaps AS (
    SELECT patient_id, visit_date - lag(visit_date) OVER (PARTITION BY patient_id ORDER BY visit_date) AS gap FROM v),
g AS (SELECT patient_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY gap) AS gap FROM gaps GROUP BY 1),
c AS (SELECT patient_id, count(*) AS visits, :as_of - max(visit_date) AS away FROM v GROUP BY 1),
a AS (
    SELECT a.patient_id, count(*) FILTER (WHERE a.status = 'NO_SHOW') AS missed, count(*) AS known
    FROM appointment a JOIN clinic k ON k.id = a.clinic_id
    WHERE a.clinic_id = :clinic AND a.status IN ('NO_SHOW', 'COMPLETED')
      AND (a.appointment_datetime AT TIME ZONE k.timezone)::date <= :as_of GROUP BY 1),
r AS (
    SELECT DISTINCT c.patient_id FROM unified_message m
    JOIN unified_conversation c ON c.clinic_id = m.clinic_id AND c.id = m.conversation_id
    JOIN clinic k ON k.id = m.clinic_id
    WHERE m.clinic_id = :clinic AND m.direction = 'INBOUND'
      AND (m.sent_at AT TIME ZONE k.timezone)::date BETWEEN :as_of - 364 AND :as_of
      AND EXISTS (SELECT FROM unified_message o WHERE o.clinic_id = m.clinic_id
                  AND o.conversation_id = m.conversation_id AND o.direction = 'OUTBOUND'
                  AND o.status NOT IN ('PENDING', 'FAILED') AND o.sent_at < m.sent_at)),
s AS (SELECT id FROM patient_standing WHERE clinic_id = :clinic AND contact_priority IS NOT NULL),
typical AS (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY c.visits) AS visits FROM s JOIN c ON c.patient_id = s.id)
SELECT s.id, 'RECENCY' AS code, 'Last seen ' || {_AGO} AS said FROM s JOIN c ON c.patient_id = s.id
UNION ALL
SELECT s.id, 'RHYTHM', 'Usually comes ' || {_EVERY} || '; last seen ' || {_AGO}
FROM s JOIN c ON c.patient_id = s.id JOIN g ON g.patient_id = s.id WHERE c.visits >= 3
UNION ALL
SELECT s.id, 'VISITS', c.visits || CASE WHEN c.visits = 1 THEN ' visit' ELSE ' visits' END || ' so far (typical '
       || typical.visits || ')' FROM s JOIN c ON c.patient_id = s.id CROSS JOIN typical
UNION ALL
SELECT s.id, 'ONE_VISIT', 'Only one visit so far' FROM s JOIN c ON c.patient_id = s.id WHERE c.visits = 1
UNION ALL
SELECT s.id, 'MISSED', 'Missed ' || a.missed || ' of ' || a.known
       || CASE WHEN a.known = 1 THEN ' appointment' ELSE ' appointments' END
FROM s JOIN a ON a.patient_id = s.id WHERE a.missed > 0
UNION ALL
SELECT s.id, 'ANSWERED', 'Answered a message in the last year' FROM s JOIN r ON r.patient_id = s.id
UNION ALL
SELECT s.id, 'REACHABLE', CASE WHEN (p.phone <> '' AND p.phone_quality NOT IN ('WRONG', 'INVALID'))
       OR p.phone_second <> '' THEN 'Has a working phone number'
       ELSE 'No working phone number: check the number' END
FROM s JOIN patient p ON p.clinic_id = :clinic AND p.id = s.id
"""
_KEPT = """
SELECT s.id, f.value ->> 'code' AS code, f.value ->> 'text' AS said
FROM patient_standing s CROSS JOIN LATERAL jsonb_array_elements(s.contact_priority_factors -> 'factors') f
WHERE s.clinic_id = :clinic AND s.contact_priority IS NOT NULL
"""
_QUEUE = """
SELECT id, contact_priority, contact_priority_score, contact_priority_factors,
       row_number() OVER (ORDER BY :as_of - last_on < usual_gap, contact_priority_score DESC, last_on, id) - 1 AS rank,
       count(*) OVER () AS size
FROM (SELECT s.*, coalesce(s.usual_gap_days, 0) AS usual_gap,
             (SELECT max(v.visit_date) FROM visit v WHERE v.clinic_id = s.clinic_id AND v.patient_id = s.id
              AND v.not_counted_reason IS NULL AND v.visit_date <= :as_of) AS last_on
      FROM patient_standing s WHERE s.clinic_id = :clinic AND s.queue_open) q ORDER BY rank
"""


def test_every_sentence_is_found_again_in_the_raw_rows(scored: Scored) -> None:
    kept, wanted = ({tuple(row) for row in scored.rows(query)} for query in (_KEPT, _SENTENCES))
    assert len(kept) > 500
    assert sorted(kept ^ wanted) == []


def test_tiers_follow_who_is_due_then_score_then_last_visit_then_id(scored: Scored) -> None:
    rows = scored.rows(_QUEUE)
    assert len(rows) == sum(scored.report.tiers.values()) > 100
    red, yellow = (math.ceil(len(rows) * share / 100) for share in (20, 50))
    for row in rows:
        assert row.contact_priority == TIERS[(row.rank >= red) + (row.rank >= yellow)], row.rank


def test_scores_are_what_their_factors_say(scored: Scored) -> None:
    for row in scored.rows(_QUEUE):
        kept = row.contact_priority_factors
        logit = kept["base"] + math.fsum(factor["points"] for factor in kept["factors"])
        # The score is kept in thousandths.
        assert float(row.contact_priority_score) == pytest.approx(1 / (1 + math.exp(-logit)), abs=5.001e-4)


def test_segments_are_those_of_the_rules(scored: Scored) -> None:
    rows = scored.rows(
        "SELECT s.segment, s.next_appointment_at IS NOT NULL, p.registered_on, "
        "(SELECT max(v.visit_date) FROM visit v WHERE v.clinic_id = :clinic AND v.patient_id = s.id "
        " AND v.not_counted_reason IS NULL AND v.visit_date <= :as_of), s.visit_count "
        "FROM patient_standing s JOIN patient p ON p.clinic_id = :clinic AND p.id = s.id WHERE s.clinic_id = :clinic"
    )
    counts = dict.fromkeys(scored.report.segments, 0)
    for segment, booked, registered, last, visits in rows:
        assert segment == segment_of(scored.as_of, last, visits, registered, booked)
        counts[segment] += 1
    assert counts == scored.report.segments


def test_nobody_who_died_or_must_not_be_called_is_open(scored: Scored) -> None:
    wrong = scored.rows(
        "SELECT p.id FROM patient p JOIN patient_standing s ON s.clinic_id = p.clinic_id AND s.id = p.id "
        "WHERE p.clinic_id = :clinic AND (s.queue_open OR s.contact_priority IS NOT NULL) "
        "AND (p.patient_state <> 'PRESENT' OR p.do_not_contact)"
    )
    assert wrong == []
    assert scored.report.excluded[Exclusion.DECEASED] > 0


def test_a_prediction_for_whoever_got_a_tier(scored: Scored) -> None:
    rows = scored.rows(
        "SELECT s.contact_priority = r.contact_priority AND s.contact_priority_score = r.score, r.as_of "
        "FROM reactivation_prediction r JOIN patient_standing s ON s.clinic_id = r.clinic_id AND s.id = r.patient_id "
        "WHERE r.clinic_id = :clinic"
    )
    assert {tuple(row) for row in rows} == {(True, scored.as_of)}
    assert len(rows) == scored.report.predictions


def test_again_and_a_day_later(scored: Scored) -> None:
    """The last one here: it moves the day. The same run writes nothing, another day those whose score moved."""
    again = scored.desk.scoring.run(scored.as_of)
    assert (again.standings_moved, again.predictions, again.segments_moved) == (0, 0, 0)
    earlier = scored.desk.scoring.run(scored.as_of - timedelta(days=1))
    assert 0 < earlier.standings_moved < 0.6 * earlier.patients
    assert earlier.predictions <= earlier.standings_moved
