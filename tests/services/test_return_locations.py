"""The return score by location: learned where there are several, told by the name of where the patient came last."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.scoring.events import NOWHERE, day_number
from reactivate_desktop.scoring.features import Features, features
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.scorer import Reason
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.scored import events_of
from reactivate_desktop.storage.queries import score_inputs
from tests.factories.clinics import ClinicMaker, Person
from tests.factories.demo import demo_person
from tests.fixtures import FrontDesk
from tests.services.scoring_desk import ScoringDesk

TODAY = datetime.now(UTC).date()
# Where each patient came last by the rows themselves; of two on one day, the location that was added later.
_LAST = """
SELECT DISTINCT ON (v.patient_id) v.patient_id, l.name
FROM visit v LEFT JOIN location l ON l.clinic_id = v.clinic_id AND l.id = v.location_id
WHERE v.clinic_id = :clinic AND v.not_counted_reason IS NULL AND v.visit_date <= :as_of
ORDER BY v.patient_id, v.visit_date DESC, l.id DESC NULLS LAST
"""
_TOLD = """
SELECT s.id, f.value ->> 'text' AS said, (f.value ->> 'points')::float8 AS points
FROM patient_standing s CROSS JOIN LATERAL jsonb_array_elements(s.contact_priority_factors -> 'factors') f
WHERE s.clinic_id = :clinic AND s.contact_priority IS NOT NULL AND f.value ->> 'code' = 'LOCATION'
"""


@pytest.fixture(scope="module")
def admin(maker: ClinicMaker) -> Person:
    return demo_person(maker, 2_000, TODAY)


@pytest.fixture(scope="module")
def learned(admin: Person) -> Formula:
    learning = Learning(admin.begin)
    learning.learn()
    kept = learning.scorers(ScorerKind.REACTIVATION)[0]
    learning.use(ScorerKind.REACTIVATION, kept.id)
    return Formula.from_json(kept.model)


def _locations(person: Person) -> dict[UUID, str]:
    with person.begin() as tx:
        found = tx.connection.execute(
            sa.text("SELECT id, name FROM location WHERE clinic_id = :clinic"), {"clinic": tx.clinic_id}
        )
        return {row.id: row.name for row in found}


def _features(person: Person, as_of: date) -> tuple[list[UUID], Features]:
    with person.begin() as tx:
        inputs = score_inputs.read(tx, as_of)
    return inputs.places.ids(np.arange(inputs.size)), features(events_of(inputs), day_number(as_of))


def test_the_formula_says_which_location_is_which(admin: Person, learned: Formula) -> None:
    steps = [column for column in learned.columns if column.reason is Reason.LOCATION]
    assert len(steps) >= 2
    of = {code: name.removeprefix("location ") for name, code in learned.constants.items()}
    assert {UUID(of[step.at]) for step in steps} <= set(_locations(admin))
    assert all(abs(step.weight) < 1 for step in steps)


def test_every_sentence_names_the_location_of_the_last_visit(admin: Person, learned: Formula) -> None:
    desk = ScoringDesk(admin)
    report = desk.scoring.run()
    wanted = {row.patient_id: row.name for row in desk.rows(_LAST, as_of=report.as_of)}
    told = {row.id: row for row in desk.rows(_TOLD)}
    assert len(told) > 100
    for patient, row in told.items():
        name = wanted[patient]
        if name is None:
            assert row.said == "Where the last visit was is not known"
        else:
            assert row.said.startswith(f"Last came to {name}")
        if "often than" in row.said:
            assert (row.points > 0) == ("more often than" in row.said)
    # Those of whom nothing is told, if any, lie at the average.
    again = desk.scoring.run()
    assert (again.standings_moved, again.predictions) == (0, 0)
    patient = next(iter(told))
    why = desk.scoring.why(patient, report.as_of)
    assert told[patient].said in {factor.text for factor in why.factors}
    assert desk.scoring.score_patients([patient], report.as_of) == 0


def test_another_name_is_told_by_the_next_run(admin: Person, learned: Formula) -> None:
    desk = ScoringDesk(admin)
    desk.scoring.run()
    before = {row.id: row.said for row in desk.rows(_TOLD)}
    location, name = next((i, n) for i, n in _locations(admin).items() if any(n in text for text in before.values()))
    with admin.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE location SET name = :name WHERE clinic_id = :clinic AND id = :id"),
            {"clinic": tx.clinic_id, "id": location, "name": 'Down by the "River"'},
        )
    report = desk.scoring.run()
    after = {row.id: row.said for row in desk.rows(_TOLD)}
    moved = {patient for patient, text in before.items() if text.startswith(f"Last came to {name}")}
    assert {patient for patient, text in after.items() if 'Down by the "River"' in text} == moved
    assert report.standings_moved == len(moved)
    desk.change("location", location, name=name)
    desk.scoring.run()


def test_the_starting_estimate_is_not_moved_by_a_name(admin: Person, learned: Formula) -> None:
    learning, desk = Learning(admin.begin), ScoringDesk(admin)
    kept = learning.scorers(ScorerKind.REACTIVATION)[0].id
    learning.use(ScorerKind.REACTIVATION, None)
    desk.scoring.run()
    assert desk.rows(_TOLD) == []
    location, name = next(iter(_locations(admin).items()))
    desk.change("location", location, name="Elsewhere")
    assert desk.scoring.run().standings_moved == 0
    desk.change("location", location, name=name)
    learning.use(ScorerKind.REACTIVATION, kept)


def test_a_frozen_database_and_the_same_one_a_year_later(front_desk: FrontDesk) -> None:
    """Visits of later, elsewhere, change nothing of what was known on the day; a name is not a feature."""
    desk = ScoringDesk(front_desk.admin)
    locations = list(_locations(front_desk.admin))
    extra = uuid7()
    with front_desk.admin.begin() as tx:
        tx.connection.execute(
            sa.text("INSERT INTO location (clinic_id, id, name, timezone) VALUES (:clinic, :id, 'Second', 'UTC')"),
            {"clinic": tx.clinic_id, "id": extra},
        )
    patients = [desk.patient(f"Frozen {number}", [300, 500]) for number in range(4)]
    for patient, location in zip(patients, [locations[0], extra, None, locations[0]], strict=True):
        _place(desk, patient, desk.today() - timedelta(days=300), location)
    as_of = desk.today() - timedelta(days=200)
    ids, before = _features(front_desk.admin, as_of)
    at = [ids.index(patient) for patient in patients]
    codes = before.location[at].tolist()
    assert codes[0] == codes[3] != codes[1]
    assert codes[2] == NOWHERE
    assert before.names[codes[1]] == "Second"
    for patient in patients:
        with front_desk.admin.begin() as tx:
            desk.visit(tx, patient, desk.today() - timedelta(days=100))
        _place(desk, patient, desk.today() - timedelta(days=100), extra)
    ids_after, after = _features(front_desk.admin, as_of)
    assert ids_after == ids
    for each in fields(Features):
        if each.name != "names":
            assert getattr(after, each.name).tobytes() == getattr(before, each.name).tobytes(), each.name
    now = _features(front_desk.admin, desk.today())[1].location[at].tolist()
    assert now == [codes[1]] * 4


def _place(desk: ScoringDesk, patient: UUID, on: date, location: UUID | None) -> None:
    with desk.person.begin() as tx:
        tx.connection.execute(
            sa.text(
                "UPDATE visit SET location_id = :location "
                "WHERE clinic_id = :clinic AND patient_id = :id AND visit_date = :on"
            ).bindparams(sa.bindparam("location", type_=sa.Uuid)),
            {"clinic": tx.clinic_id, "id": patient, "on": on, "location": location},
        )


def test_a_scorer_that_asks_for_no_location_reads_none(admin: Person) -> None:
    with admin.begin() as tx:
        without = score_inputs.read(tx, TODAY, located=False)
        asked = score_inputs.read(tx, TODAY)
    assert without.locations is None
    assert "site" not in without.visits
    assert asked.locations is not None
    assert len(set(asked.locations.codes)) == len(asked.locations.names) >= 2
    assert asked.visits["site"].dtype == np.int16
    order, other = (np.lexsort((each.visits["day"], each.visits["person"])) for each in (without, asked))
    assert without.visits["day"][order].tolist() == asked.visits["day"][other].tolist()
    plain, placed = events_of(without), replace(events_of(asked), sites=None)
    one, two = (features(each, day_number(TODAY)) for each in (plain, placed))
    assert all(
        getattr(one, f.name).tobytes() == getattr(two, f.name).tobytes() for f in fields(one) if f.name != "names"
    )
