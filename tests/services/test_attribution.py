"""What contact added is told by whom chance kept back: from the database as from the definition, and never wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from reactivate_desktop.domain.attribution import Followed, measure
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.hold_out import HoldOutRules, draw_of, period_begin
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.proportions import SPLIT_ALARM, Arm
from reactivate_desktop.services.attribution import Attribution
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.storage.models.predictions import ReactivationPrediction
from reactivate_desktop.storage.queries import organization
from tests.factories.clinics import ClinicMaker, Person
from tests.services.kept_back import add_visits, many_patients, set_scoring
from tests.services.slots import past

NEW_YORK = ZoneInfo("America/New_York")
SPACE = UUID("5a1e7ab1-0000-4000-8000-000000000007")
_MORNING = time(5)


def at(day: date, clock: time = _MORNING) -> datetime:
    return datetime.combine(day, clock, NEW_YORK)


@dataclass
class Trial:
    """A clinic of a test's own, where predictions and visits are written as they would have been."""

    person: Person
    patients: list[UUID] = field(default_factory=list)

    @property
    def attribution(self) -> Attribution:
        return Attribution(self.person.begin)

    @property
    def today(self) -> date:
        with self.person.begin() as tx:
            return organization.today(tx)

    def share(self, percent: float, *history: tuple[datetime, float]) -> None:
        noted = [[when.isoformat(), share] for when, share in history]
        set_scoring(self.person, {"hold_out_percent": percent, "hold_out_history": noted})

    def say(self, rows: Sequence[tuple[UUID, bool, datetime]]) -> None:
        """Append predictions: of whom, whether she was kept back, when."""
        with self.person.begin() as tx:
            same: dict[str, Any] = {"clinic_id": tx.clinic_id, "contact_priority": "GREEN", "score": "0.100"}
            values = [
                {
                    **same,
                    "id": uuid7(),
                    "patient_id": i,
                    "held_out": h,
                    "predicted_at": t,
                    "as_of": t,
                    "top_factors": [],
                }
                for i, h, t in rows
            ]
            tx.connection.execute(sa.insert(ReactivationPrediction), values)

    def come(self, visits: Sequence[tuple[UUID, date]]) -> None:
        with self.person.begin() as tx:
            add_visits(tx, visits)


@pytest.fixture
def trial(maker: ClinicMaker) -> Trial:
    return Trial(maker.person(maker.clinic(), UserRole.ADMIN))


def arms_of(count: int, percent: float, day: date) -> list[bool]:
    """Return which of so many patients a draw keeps back: the same in every run of the tests."""
    draw = draw_of(HoldOutRules(percent), "trial", day, NEW_YORK)
    assert draw is not None
    return [draw.holds_out(uuid5(SPACE, str(number))) for number in range(count)]


def test_a_known_lift_lies_in_the_interval(trial: Trial) -> None:
    """1,500 patients, 20 % kept back; 6 in 100 come back by themselves, 14 with contact."""
    begin = period_begin(trial.today - timedelta(days=200))
    patients = many_patients(trial.person, 1_500, [])
    trial.share(20, (at(begin - timedelta(days=1)), 20.0))
    arms, chance = arms_of(len(patients), 20, begin), Random(6)
    trial.say([(i, held, at(begin)) for i, held in zip(patients, arms, strict=True)])
    back = [chance.random() < (0.06 if held else 0.14) for held in arms]
    trial.come([(i, begin + timedelta(chance.randint(1, 90))) for i, came in zip(patients, back, strict=True) if came])
    found = trial.attribution.effect(begin, begin + timedelta(days=89))
    assert (found.held_out.patients, found.contacted.patients) == (sum(arms), 1_500 - sum(arms))
    assert found.held_out.returned + found.contacted.returned == sum(back)
    assert found.interval.holds(0.08)
    assert found.interval.low > 0
    assert found.split_p > SPLIT_ALARM
    assert found.sentence.startswith(f"Of {1_500 - sum(arms):,} patients to be contacted ")
    assert "contact brought about" in found.sentence
    stage = trial.attribution.stage()
    assert (stage.compared, stage.returned, stage.returned_held_out, stage.enough) == (
        1_500,
        found.contacted.returned,
        found.held_out.returned,
        False,
    )
    assert stage.sentence.startswith("The queue ranks by chance of return.")
    assert "so far 1,500 patients" in stage.sentence


def test_the_database_counts_as_the_definition_says(trial: Trial) -> None:
    """Random predictions over three periods, with repeats and other arms later on: measure() on the same rows."""
    begin, today, chance = period_begin(trial.today - timedelta(days=250)), trial.today, Random(11)
    patients = many_patients(trial.person, 300, [])
    trial.share(30, (at(begin - timedelta(days=1)), 30.0))
    span = (today - begin).days
    said = [
        (chance.choice(patients), chance.random() < 0.3, at(begin + timedelta(chance.randint(0, span - 1)), time(hour)))
        for hour in range(4)
        for _ in range(100)
    ]
    visits = {(chance.choice(patients), begin + timedelta(chance.randint(0, span))) for _ in range(160)}
    trial.say(said)
    trial.come(sorted(visits))
    since, until = begin + timedelta(days=20), today - timedelta(days=10)
    people = _followed(said, visits, since, until)
    assert len({one.patient_id for one in people}) < len(people)
    expected = measure(people, today, 0.3)
    assert expected.waiting > 5
    assert min(expected.contacted.returned, expected.held_out.returned) > 3
    assert trial.attribution.effect(since, until) == expected


def _followed(
    said: Sequence[tuple[UUID, bool, datetime]], visits: set[tuple[UUID, date]], since: date, until: date
) -> list[Followed]:
    """Return each patient's first prediction of each period, where it lies in the days."""
    first: dict[tuple[UUID, date], tuple[bool, date]] = {}
    for patient, held, when in sorted(said, key=lambda one: one[2]):
        first.setdefault((patient, period_begin(when.date())), (held, when.date()))
    found = []
    for (patient, _period), (held, day) in first.items():
        later = [on for who, on in visits if who == patient and on > day]
        if since <= day <= until:
            found.append(Followed(patient, held, day, min(later, default=None)))
    return found


def test_who_was_drawn_earlier_in_the_period_is_not_drawn_again_by_a_later_prediction(trial: Trial) -> None:
    begin = period_begin(trial.today - timedelta(days=200))
    early, late = many_patients(trial.person, 2, [])
    trial.share(50, (at(begin - timedelta(days=1)), 50.0))
    # Her score moved after she was called: whoever is left in the queue by then is no matter of chance.
    trial.say([(early, False, at(begin)), (early, False, at(begin + timedelta(days=30)))])
    trial.say([(late, True, at(begin + timedelta(days=30)))])
    found = trial.attribution.effect(begin + timedelta(days=10))
    assert (found.contacted.patients, found.held_out.patients) == (0, 1)
    assert trial.attribution.effect(begin).contacted.patients == 1


def test_a_broken_split_raises_the_alarm(trial: Trial) -> None:
    begin = period_begin(trial.today - timedelta(days=200))
    patients = many_patients(trial.person, 300, [])
    trial.share(20, (at(begin - timedelta(days=1)), 20.0))
    arms = arms_of(len(patients), 20, begin)
    # Half of those who were kept back never got on record.
    kept = [(i, held) for place, (i, held) in enumerate(zip(patients, arms, strict=True)) if not held or place % 2]
    trial.say([(i, held, at(begin)) for i, held in kept])
    found = trial.attribution.effect(begin)
    assert found.split_p < SPLIT_ALARM
    assert "which is not the planned split. Please report it." in found.sentence


def test_only_one_share_is_counted_at_a_time(trial: Trial) -> None:
    begin = period_begin(trial.today - timedelta(days=200))
    changed = at(begin + timedelta(days=40))
    first, second, third = many_patients(trial.person, 3, [])
    trial.say([(first, True, at(begin)), (second, True, changed + timedelta(hours=1))])
    trial.say([(first, False, changed + timedelta(hours=1)), (third, False, at(begin + timedelta(days=100)))])
    off = begin + timedelta(days=90)
    trial.share(0, (at(begin - timedelta(days=9)), 50.0), (changed, 20.0), (at(off), 0.0))
    newest = trial.attribution.effect(begin, off)
    assert (newest.contacted.patients, newest.held_out.patients) == (1, 1)
    assert newest.sentence.endswith(f"Counted from {changed.date()} on, when 20.0 % began to be held out.")
    before = trial.attribution.effect(begin, begin + timedelta(days=20))
    assert (before.contacted.patients, before.held_out.patients) == (0, 1)
    assert "Counted from" not in before.sentence


def test_without_a_hold_out_nothing_is_claimed(trial: Trial) -> None:
    day = trial.today - timedelta(days=120)
    trial.say([(i, False, at(day)) for i in many_patients(trial.person, 3, [])])
    found = trial.attribution.effect(day)
    assert (found.contacted, found.lift) == (Arm("contacted", 0, 0), None)
    assert found.sentence.startswith("What contact added cannot be told yet")
    assert trial.attribution.stage().compared == 0


def test_days_that_are_not_over_wait_and_merged_records_and_other_clinics_do_not_count(
    trial: Trial, maker: ClinicMaker
) -> None:
    begin = trial.today - timedelta(days=91)
    one, other, merged, waits = many_patients(trial.person, 4, [])
    trial.share(50, (at(begin - timedelta(days=1)), 50.0))
    trial.say([(one, False, at(begin)), (other, True, at(begin)), (merged, True, at(begin))])
    trial.say([(waits, True, at(begin + timedelta(days=1)))])
    with trial.person.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE patient SET merged_into_id = :kept WHERE clinic_id = :clinic AND id = :id"),
            {"clinic": tx.clinic_id, "kept": one, "id": merged},
        )
    neighbour = Trial(maker.person(maker.clinic(), UserRole.ADMIN))
    neighbour.share(50, (at(begin - timedelta(days=1)), 50.0))
    neighbour.say([(many_patients(neighbour.person, 1, [])[0], True, at(begin))])
    found = trial.attribution.effect(begin)
    assert (found.contacted.patients, found.held_out.patients, found.waiting) == (1, 1, 1)


def test_a_visit_counts_from_the_day_after_and_bookings_are_only_counted(trial: Trial) -> None:
    begin = period_begin(trial.today - timedelta(days=200))
    same, last, late, uncounted = many_patients(trial.person, 4, [])
    trial.share(50, (at(begin - timedelta(days=1)), 50.0))
    trial.say([(i, False, at(begin)) for i in (same, last, late, uncounted)])
    days = {same: 0, last: 90, late: 91, uncounted: 5}
    trial.come([(patient, begin + timedelta(ago)) for patient, ago in days.items()])
    with trial.person.begin() as tx:
        tx.connection.execute(
            sa.text("UPDATE visit SET not_counted_reason = 'cancelled' WHERE clinic_id = :clinic AND patient_id = :id"),
            {"clinic": tx.clinic_id, "id": uncounted},
        )
    back: dict[str, Any] = {"reactivated": True, "reactivation_source": "PRIORITY_QUEUE"}
    for patient, booked in ((same, 0), (last, 90), (late, 91)):
        past(trial.person, patient, 1, booked_at=at(begin + timedelta(booked)), **back)
    found = trial.attribution.effect(begin)
    assert (found.contacted.patients, found.contacted.returned, found.booked) == (4, 1, 2)


def test_everybody_may_read_counts_and_the_look_is_on_record(trial: Trial, maker: ClinicMaker) -> None:
    viewer = maker.person(trial.person.signed_in.clinic_id, UserRole.VIEWER)
    day = trial.today - timedelta(days=100)
    assert Attribution(viewer.begin).effect(day) == trial.attribution.effect(day)
    assert Attribution(viewer.begin).stage() == trial.attribution.stage()
    rows = [row for row in Audit(trial.person.begin).page() if row.action == "EFFECT_READ"]
    assert len(rows) == 2


@pytest.mark.parametrize(("since", "until"), [(1, 0), (0, -200_000), (400_000, 0)])
def test_days_in_the_wrong_order_are_refused(trial: Trial, since: int, until: int) -> None:
    today = datetime.now(UTC).date()
    with pytest.raises(Invalid, match="Please check both days"):
        trial.attribution.effect(today + timedelta(days=since), today + timedelta(days=until))
