"""What contacting added is told by those who were held out, by intention to treat, each patient once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from reactivate_desktop.domain.attribution import Followed, effect, first_assignments, measure
from reactivate_desktop.domain.proportions import SPLIT_ALARM, Arm, Interval, newcombe

SPACE = UUID("5a1e7ab1-0000-4000-8000-000000000001")
DAY = date(2026, 3, 2)
LATER = DAY + timedelta(days=91)


def patient(number: int, held_out: bool = False, after: int | None = None, on: date = DAY, **more: bool) -> Followed:
    visited = None if after is None else on + timedelta(days=after)
    return Followed(uuid5(SPACE, str(number)), held_out, on, visited, **more)


def clinic() -> list[Followed]:
    """1,600 contacted, of whom 160 return, and 400 held out, of whom 20 do."""
    contacted = [patient(n, after=30 if n < 160 else None, booked=n < 41) for n in range(1_600)]
    return contacted + [patient(n, True, after=30 if n < 1_620 else None) for n in range(1_600, 2_000)]


def test_the_lift_is_the_difference_of_the_arms_with_newcombes_interval() -> None:
    found = measure(clinic(), LATER)
    assert (found.contacted, found.held_out) == (Arm("contacted", 1_600, 160), Arm("held out", 400, 20))
    assert found.lift == 0.05
    assert found.interval == newcombe(Arm("held out", 400, 20), Arm("contacted", 1_600, 160))
    assert found.extra is not None
    assert found.extra[0] == 80
    assert found.sentence == (
        "Of 1,600 patients to be contacted 10.0 % came back within 90 days, of 400 held out 5.0 %: contact brought "
        f"about 80 patients back (between {found.extra[1]} and {found.extra[2]}). 41 booked after a contact; that is a "
        "count, not what contact added."
    )


def test_the_order_of_the_patients_changes_nothing() -> None:
    assert measure(clinic()[::-1], LATER) == measure(clinic(), LATER)


def test_who_was_not_reached_counts_where_she_was_assigned() -> None:
    # Nothing in Followed says whether the message arrived: both of these are contacted.
    found = measure([patient(1, after=5, booked=True), patient(2), patient(3, True)], LATER)
    assert (found.contacted.patients, found.contacted.returned) == (2, 1)


def test_only_patients_whose_days_are_over_count() -> None:
    people = [patient(1, after=3), patient(2, True), patient(3, on=DAY + timedelta(days=1), after=2)]
    found = measure(people, LATER)
    assert (found.contacted.patients, found.waiting) == (1, 1)
    assert measure(people, DAY + timedelta(days=90)).waiting == 3


def test_a_visit_counts_from_the_day_after_to_the_last_day() -> None:
    returned = {after: measure([patient(1, after=after)], LATER).contacted.returned for after in (-3, 0, 1, 90, 91)}
    assert returned == {-3: 0, 0: 0, 1: 1, 90: 1, 91: 0}


def test_each_patient_counts_once_by_her_first_assignment() -> None:
    again = patient(1, True, on=DAY + timedelta(days=10))
    assert first_assignments([again, patient(1)]) == [patient(1)]
    # On one day the contact counts: it may have changed what she did.
    assert first_assignments([patient(1, True), patient(1)]) == [patient(1)]
    found = measure([patient(1), again, patient(2, True)], DAY + timedelta(days=200))
    assert (found.contacted.patients, found.held_out.patients, found.waiting) == (1, 1, 0)


def test_without_a_hold_out_nothing_is_claimed() -> None:
    found = measure([patient(n, after=5, booked=True) for n in range(41)], LATER)
    assert (found.lift, found.extra, found.interval) == (None, None, Interval(-1.0, 1.0))
    assert found.sentence == (
        "What contact added cannot be told yet: nobody who was held out has been followed for 90 days. "
        "41 booked after a contact; that is a count, not what contact added."
    )
    assert "nobody who could be contacted" in measure([], LATER).sentence


def test_what_may_be_chance_is_said_to_be() -> None:
    found = effect(Arm("contacted", 400, 32), Arm("held out", 100, 5))
    assert found.interval.low < 0.0 < found.interval.high
    assert "That may be chance: contact may have added anything from -" in found.sentence


def test_harm_is_said_too() -> None:
    found = effect(Arm("contacted", 1_600, 80), Arm("held out", 400, 60))
    assert found.interval.high < 0.0
    assert "fewer came back with contact than without" in found.sentence


def test_a_wrong_split_is_no_comparison() -> None:
    found = effect(Arm("contacted", 1_600, 160), Arm("held out", 100, 5))
    assert found.split_p < SPLIT_ALARM
    assert "not the planned split" in found.sentence
    assert effect(Arm("contacted", 1_600, 160), Arm("held out", 100, 5), share=1 / 17).split_p > SPLIT_ALARM
