"""Features know what was known on a day and nothing later; the card adds them up to the last bit."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.scoring.arrays import NEVER
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.features import Features, features, next_booked, tries_since
from reactivate_desktop.scoring.scorer import Reason, in_parts, probability
from tests.scoring.histories import TODAY, History, Slot, events, histories, shuffled, until

KEPT, MISSED = AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW


def of(*patients: History, as_of: int = TODAY) -> Features:
    return features(events(patients), as_of)


def bits(found: Features) -> list[bytes]:
    return [getattr(found, each.name).tobytes() for each in fields(found) if each.name != "names"]


def test_a_regular_patient() -> None:
    regular = History(
        visits=[TODAY - 700, TODAY - 500, TODAY - 500, TODAY - 400, TODAY - 370],
        slots=[Slot(TODAY - 100, MISSED), Slot(TODAY - 90, MISSED), Slot(TODAY - 500, KEPT)],
        replies=[TODAY - 364],
    )
    found = of(regular)
    # Gaps of 200, 100 and 30 days: the lower median.
    assert (found.visits[0], found.days[0], found.gap[0]) == (4, 370, 100)
    assert found.overdue[0] == 3.7
    assert (found.missed[0], found.kept[0], found.answered[0]) == (2, 1, True)


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ([], (0, 0, 0, 1.0)),
        ([TODAY - 5], (1, 5, 0, 1.0)),
        ([TODAY, TODAY - 100], (2, 0, 100, 1.0)),
        ([TODAY - 10, TODAY - 11, TODAY - 12], (3, 10, 1, 8.0)),
        ([TODAY - 10, TODAY - 1010, TODAY - 2010], (3, 10, 1000, 0.5)),
        # A visit of 1900 and one dated far ahead.
        ([-36_524, TODAY + 20_000], (1, TODAY + 36_524, 0, 1.0)),
    ],
)
def test_few_and_absurd_visits(visits: list[int], expected: tuple[float, ...]) -> None:
    found = of(History(visits=visits))
    assert (found.visits[0], found.days[0], found.gap[0], found.overdue[0]) == expected


def test_nobody_and_somebody_without_events() -> None:
    assert len(of().visits) == 0
    assert PriorCard().score(of()).logit.tolist() == []
    found = of(History(), History(visits=[TODAY - 1]))
    assert found.last.tolist() == [NEVER, TODAY - 1]


@given(st.lists(histories, max_size=6), st.integers(0, 2**16))
def test_what_happened_later_changes_no_feature(patients: list[History], seed: int) -> None:
    """A database frozen at a day, and the same one with everything that came after, in any order."""
    wanted = bits(features(events([until(patient, TODAY) for patient in patients]), TODAY))
    assert bits(features(shuffled(events(patients), seed), TODAY)) == wanted


@given(st.lists(histories, min_size=1, max_size=12), st.data())
def test_a_patient_alone_has_the_bits_that_she_has_in_a_batch(patients: list[History], data: st.DataObject) -> None:
    batch = PriorCard().score(of(*patients))
    one = data.draw(st.integers(0, len(patients) - 1))
    alone = PriorCard().score(of(patients[one]))
    assert alone.logit.tobytes() == batch.logit[[one]].tobytes()
    assert {r: p.tobytes() for r, p in alone.points.items()} == {r: p[[one]].tobytes() for r, p in batch.points.items()}
    order = data.draw(st.permutations(range(len(patients))))
    permuted = PriorCard().score(of(*(patients[place] for place in order)))
    assert permuted.logit.tobytes() == batch.logit[order].tobytes()


def _by_hand(history: History) -> dict[Reason, float]:
    """The card as it is written in words, for one patient, with Python's own mathematics."""
    visits = sorted({day for day in history.visits if day <= TODAY})
    known = [slot.status for slot in history.slots if slot.day <= TODAY and slot.status in (KEPT, MISSED)]
    points = dict.fromkeys(PriorCard().score(of()).points, 0.0)
    if visits:
        days = TODAY - visits[-1]
        points[Reason.RECENCY] = -0.50 * math.log2(max(days, 1) / 180)
        points[Reason.VISITS] = 0.35 * math.log1p(len(visits))
        points[Reason.ONE_VISIT] = -0.40 if len(visits) == 1 else 0.0
    if len(visits) >= 3:
        gap = statistics.median_low([b - a for a, b in pairwise(visits)])
        points[Reason.RHYTHM] = -0.35 * math.log(min(8.0, max(0.5, (TODAY - visits[-1]) / gap)))
    if known:
        points[Reason.MISSED] = -0.30 * (known.count(MISSED) / len(known)) / 0.5
    points[Reason.ANSWERED] = 0.40 if any(TODAY - 365 < day <= TODAY for day in history.replies) else 0.0
    points[Reason.REACHABLE] = 0.20 if history.reachable else 0.0
    return points


@given(histories)
def test_the_card_is_what_its_words_say(history: History) -> None:
    scored = PriorCard().score(of(history))
    wanted = _by_hand(history)
    assert {reason: points[0] for reason, points in scored.points.items()} == pytest.approx(wanted, abs=1e-12)
    assert scored.logit[0] == pytest.approx(math.log(0.06 / 0.94) + sum(wanted.values()), abs=1e-9)
    assert scored.base + math.fsum(points[0] for points in scored.points.values()) == pytest.approx(
        scored.logit[0], abs=1e-9
    )


def _score(*patients: History) -> npt.NDArray[np.float64]:
    return probability(PriorCard().score(of(*patients)).logit)


def test_each_reason_works_in_its_direction() -> None:
    plain = History(visits=[TODAY - 300, TODAY - 200])
    better: Sequence[History] = [
        replace(plain, visits=[TODAY - 300, TODAY - 100]),
        replace(plain, visits=[TODAY - 300, TODAY - 200, TODAY - 500, TODAY - 700]),
        replace(plain, replies=[TODAY - 10]),
    ]
    worse = [
        replace(plain, visits=[TODAY - 500, TODAY - 400]),
        replace(plain, visits=[TODAY - 200]),
        replace(plain, slots=[Slot(TODAY - 50, MISSED)]),
        replace(plain, reachable=False),
    ]
    base = _score(plain)[0]
    assert (_score(*better) > base).all()
    assert (_score(*worse) < base).all()


def test_missed_is_a_share_of_what_is_known() -> None:
    all_missed = History(visits=[TODAY - 200], slots=[Slot(TODAY - 9 * n, MISSED) for n in range(1, 6)])
    half = replace(all_missed, slots=[Slot(TODAY - 9, MISSED), Slot(TODAY - 8, KEPT)])
    points = PriorCard().score(of(all_missed, half)).points[Reason.MISSED]
    assert points.tolist() == [-0.60, -0.30]


def test_scores_are_probabilities_in_thousandths() -> None:
    extreme = np.array([-1000.0, -40.0, 0.0, 40.0])
    with np.errstate(over="ignore"):
        assert in_parts(probability(extreme)).tolist() == [0, 0, 500, 1000]


@pytest.mark.parametrize(
    ("slot", "as_of", "stands"),
    [
        (Slot(TODAY + 3, AppointmentStatus.SCHEDULED, TODAY - 9, begun=False), TODAY, True),
        (Slot(TODAY + 3, AppointmentStatus.CONFIRMED, TODAY - 9, begun=False), TODAY, True),
        (Slot(TODAY, AppointmentStatus.SCHEDULED, TODAY - 9, begun=False), TODAY, True),
        (Slot(TODAY, AppointmentStatus.SCHEDULED, TODAY - 9, begun=True), TODAY, False),
        (Slot(TODAY + 3, AppointmentStatus.CANCELLED, TODAY - 9, TODAY - 1, begun=False), TODAY, False),
        (Slot(TODAY + 3, AppointmentStatus.RESCHEDULED, TODAY - 9, begun=False), TODAY, False),
        (Slot(TODAY + 3, AppointmentStatus.COMPLETED, TODAY - 9, begun=False), TODAY, False),
        # Seen from an earlier day: what stood then, whatever came of it.
        (Slot(TODAY - 3, KEPT, TODAY - 40), TODAY - 20, True),
        (Slot(TODAY - 3, KEPT, TODAY - 10), TODAY - 20, False),
        (Slot(TODAY - 3, AppointmentStatus.CANCELLED, TODAY - 40, TODAY - 10), TODAY - 20, True),
        (Slot(TODAY - 3, AppointmentStatus.CANCELLED, TODAY - 40, TODAY - 30), TODAY - 20, False),
    ],
)
def test_a_future_appointment_is_one_that_stands_on_the_day(slot: Slot, as_of: int, stands: bool) -> None:
    found = next_booked(events([History(slots=[slot, Slot(as_of - 1, KEPT)])]), as_of)
    assert found.tolist() == [slot.day if stands else NEVER]


def test_tries_count_after_the_last_visit() -> None:
    patients = events([History(tries=[10, 50, 51, 90, 101]), History(tries=[10, 50])])
    assert tries_since(patients, np.array([50, NEVER]), 100).tolist() == [2, 2]


def test_scoring_needs_no_heavy_library() -> None:
    """The window's start path holds the scorer; scikit-learn is for a background job."""
    names = ("card", "events", "factors", "verdicts", "tiers", "eligibility")
    program = "import sys\n" + "".join(f"import reactivate_desktop.scoring.{name}\n" for name in names)
    program += "print([m for m in ('sklearn', 'pandas', 'scipy', 'sqlalchemy', 'psycopg') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
