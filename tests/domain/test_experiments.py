"""Who gets which version is fixed by a hash, and what is said of a test is no more than it shows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.experiments import (
    ABPlan,
    Exposure,
    arm_of,
    count_arms,
    information,
    is_held_out,
    judge,
    look_is_due,
    outlook,
    plan_test,
)
from reactivate_desktop.domain.looks import Look
from reactivate_desktop.domain.proportions import SPLIT_ALARM, Arm, chi_square_tail, split_p

SPACE = UUID("5a1e7ab1-0000-4000-8000-000000000000")
PATIENTS = [uuid5(SPACE, f"patient {number}") for number in range(20_000)]
SPRING, AUTUMN = uuid5(SPACE, "spring"), uuid5(SPACE, "autumn")
PLAN = ABPlan(0.08, 0.12, 882)
# As the first release assigned the first eight.
GOLDEN_ARMS = [9, 1, 1, 3, 8, 9, 4, 2]
GOLDEN_HELD = [False, False, False, False, False, False, True, True]


def arms(a: tuple[int, int], b: tuple[int, int]) -> tuple[Arm, Arm]:
    return Arm("A", *a), Arm("B", *b)


def independent(pairs: list[tuple[int, int]]) -> float:
    """The chi-square p-value of two assignments having nothing to do with one another."""
    both, one, other = Counter(pairs), Counter(p[0] for p in pairs), Counter(p[1] for p in pairs)
    square = sum(
        (both[i, j] - one[i] * other[j] / len(pairs)) ** 2 / (one[i] * other[j] / len(pairs))
        for i in one
        for j in other
    )
    return chi_square_tail(square, (len(one) - 1) * (len(other) - 1))


@pytest.mark.parametrize("shares", [(0.5, 0.5), (0.7, 0.2, 0.1), (0.1,) * 10])
def test_arms_fill_as_planned(shares: tuple[float, ...]) -> None:
    counts = Counter(arm_of(patient, SPRING, "s", shares) for patient in PATIENTS)
    assert split_p([counts[place] for place in range(len(shares))], shares) > SPLIT_ALARM


def test_campaigns_versions_and_the_hold_out_are_independent() -> None:
    ten = (0.1,) * 10
    spring = [arm_of(patient, SPRING, "s", ten) for patient in PATIENTS]
    for other in (
        [arm_of(patient, AUTUMN, "s", ten) for patient in PATIENTS],
        [arm_of(patient, SPRING, "another salt", ten) for patient in PATIENTS],
        [int(is_held_out(patient, SPRING, "s")) for patient in PATIENTS],
    ):
        assert independent(list(zip(spring, other, strict=True))) > SPLIT_ALARM
    assert independent(list(zip(spring, spring, strict=True))) < 1e-9


def test_an_assignment_is_the_same_on_every_pc_and_in_every_release() -> None:
    assert [arm_of(patient, SPRING, "s", (0.1,) * 10) for patient in PATIENTS[:8]] == GOLDEN_ARMS
    assert [is_held_out(patient, SPRING, "s", 0.5) for patient in PATIENTS[:8]] == GOLDEN_HELD


def test_a_fifth_is_held_out_by_default() -> None:
    held = sum(is_held_out(patient, SPRING, "s") for patient in PATIENTS)
    assert split_p((held, len(PATIENTS) - held), (0.2, 0.8)) > SPLIT_ALARM
    assert not any(is_held_out(patient, SPRING, "s", 0.0) for patient in PATIENTS)
    assert all(is_held_out(patient, SPRING, "s", 1.0) for patient in PATIENTS)


def test_an_arm_without_a_share_stays_empty() -> None:
    assert {arm_of(patient, SPRING, "s", (0.0, 0.5, 0.5, 0.0)) for patient in PATIENTS} == {1, 2}
    assert {arm_of(patient, SPRING, "s", (1.0,)) for patient in PATIENTS[:50]} == {0}


@pytest.mark.parametrize("shares", [(), (0.5, 0.4), (1.5, -0.5)])
def test_shares_that_do_not_add_up_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(Invalid, match="add up to 100 percent"):
        arm_of(PATIENTS[0], SPRING, "s", shares)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_hold_out_beyond_everybody_is_refused(share: float) -> None:
    with pytest.raises(Invalid, match="between 0 and 100"):
        is_held_out(PATIENTS[0], SPRING, "s", share)


def test_a_plan_has_the_patients_that_it_takes() -> None:
    assert plan_test(0.08, 0.12) == PLAN
    with pytest.raises(Invalid, match="at least one patient"):
        ABPlan(0.08, 0.12, 0)


def test_the_outlook_says_how_long_it_takes() -> None:
    found = outlook(PLAN, 150, 5_000, wait_days=14)
    assert found.weeks == pytest.approx(1_764 / 150 + 2)
    assert found.worth_it
    assert found.sentence == "This test needs 882 patients per version, 1,764 in all; it takes about 14 weeks."


def test_the_outlook_warns_a_clinic_that_can_never_finish() -> None:
    slow = outlook(PLAN, 20, 5_000, wait_days=14)
    assert not slow.worth_it
    assert slow.weeks == pytest.approx(90.2)
    assert slow.smallest is not None
    assert slow.smallest > 0.08
    assert "it takes about 91 weeks. In half a year only a rise from 8.0 % to" in slow.sentence
    assert "Most single clinics cannot finish such a test" in slow.sentence
    small = outlook(PLAN, 500, 900)
    assert (small.weeks, small.worth_it) == (None, False)
    assert "only 900 can be written to, so it would never end" in small.sentence
    none = outlook(PLAN, 0, 5_000)
    assert (none.weeks, none.smallest) == (None, None)
    assert "nobody is written to" in none.sentence
    with pytest.raises(Invalid, match="less than 0"):
        outlook(PLAN, -1, 10)


def test_early_on_nothing_is_said() -> None:
    found = judge(PLAN, *arms((120, 10), (121, 15)))
    assert (found.winner, found.finished, found.look) == (None, False, None)
    assert found.sentence == "Too early to say: 120 of 882 patients per version."
    nobody = judge(PLAN, *arms((0, 0), (0, 0)))
    assert nobody.sentence == "Too early to say: 0 of 882 patients per version."


def test_a_planned_look_below_its_bound_names_nobody() -> None:
    found = judge(PLAN, *arms((176, 10), (177, 24)))
    assert found.look is not None
    assert (found.look.fraction, found.look.bound) == pytest.approx((0.2, 4.562), abs=1e-3)
    # A plain test would have called it.
    assert 1.96 < found.z < 4.56
    assert (found.winner, found.finished) == (None, False)
    assert found.sentence.startswith("Too early to say: 176 of 882")


def test_crossing_the_bound_names_the_better_version_either_way() -> None:
    up = judge(PLAN, *arms((353, 20), (352, 60)), [Look(0.2, 4.562)])
    assert (up.winner, up.finished) == ("B", True)
    assert up.sentence.startswith("Version B is better: 17.0 % came back, with version A 5.7 %.")
    assert "stopped early" in up.sentence
    down = judge(PLAN, *arms((352, 60), (353, 20)), [Look(0.2, 4.562)])
    assert down.winner == "A"
    assert down.z == pytest.approx(-up.z)
    assert down.sentence.startswith("Version A is better: 17.0 % came back, with version B 5.7 %.")


def test_the_end_without_a_winner_says_what_is_still_possible() -> None:
    before = [Look(k / 5, 9.9) for k in range(1, 5)]
    found = judge(PLAN, *arms((882, 71), (882, 80)), before)
    assert (found.winner, found.finished) == (None, True)
    assert found.look is not None
    assert found.sentence.startswith("No winner: 8.0 % came back with version A and 9.1 % with version B.")
    assert "anything from -1.6 to +3.7 points better" in found.sentence
    with pytest.raises(Invalid, match="has ended"):
        judge(PLAN, *arms((882, 71), (882, 80)), [*before, found.look])


def test_the_end_with_a_winner_does_not_speak_of_stopping() -> None:
    found = judge(PLAN, *arms((882, 66), (882, 104)), [Look(k / 5, 9.9) for k in range(1, 5)])
    assert found.winner == "B"
    assert "stopped early" not in found.sentence


def test_a_broken_split_names_nobody_whatever_the_difference() -> None:
    found = judge(PLAN, *arms((600, 10), (380, 120)))
    assert found.split_p < SPLIT_ALARM
    assert (found.winner, found.look, found.finished) == (None, None, False)
    assert "not split evenly: 600 got version A and 380 version B" in found.sentence


def test_looking_again_at_once_is_no_look() -> None:
    before = [Look(0.2, 4.562)]
    found = judge(PLAN, *arms((180, 0), (180, 60)), before)
    assert (found.look, found.winner) == (None, None)


def test_a_look_is_due_where_the_plan_has_one() -> None:
    assert not look_is_due(PLAN, *arms((176, 0), (176, 0)))
    assert look_is_due(PLAN, *arms((177, 0), (177, 0)))
    assert not look_is_due(PLAN, *arms((300, 0), (300, 0)), [Look(0.2, 4.56)])
    assert look_is_due(PLAN, *arms((353, 0), (353, 0)), [Look(0.2, 4.56)])
    # After a look off the plan the next planned one is due.
    assert look_is_due(PLAN, *arms((353, 0), (353, 0)), [Look(0.3, 4.0)])
    assert not look_is_due(PLAN, *arms((0, 0), (900, 0)))


def test_a_patient_counts_once_by_her_first_message() -> None:
    begun = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    messages = [
        Exposure(PATIENTS[0], "A", begun, False),
        Exposure(PATIENTS[0], "B", begun + timedelta(days=1), True),
        Exposure(PATIENTS[1], "B", begun, True),
        Exposure(PATIENTS[1], "B", begun + timedelta(days=2), False),
        Exposure(PATIENTS[2], "B", begun, False),
    ]
    expected = (Arm("A", 1, 0), Arm("B", 2, 1), Arm("C", 0, 0))
    assert count_arms(messages, "ABC") == expected
    assert count_arms(messages[::-1], "ABC") == expected


def test_information_counts_the_smaller_arm_more() -> None:
    assert information(PLAN, *arms((882, 0), (882, 0))) == pytest.approx(1.0)
    assert information(PLAN, *arms((441, 0), (1_323, 0))) == pytest.approx(0.75)
