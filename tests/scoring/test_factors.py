"""Reasons are sentences that are true of the patient; what is stored of them is what they are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import AppointmentStatus
from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.factors import Factors, factors, marks
from reactivate_desktop.scoring.features import Features, features
from reactivate_desktop.scoring.spans import ago, span, span_codes
from tests.scoring.histories import TODAY, History, Slot, events, histories

STAGE = PriorCard.stage
KEPT, MISSED = AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW
SEEN = History(visits=[TODAY - 427])


def _features(*patients: History) -> Features:
    # As a run does it whose scorer does not ask where visits were.
    return features(replace(events(patients), sites=None), TODAY)


def reasons(*patients: History, typical: int = 5) -> Factors:
    found = _features(*patients)
    return factors(found, PriorCard().score(found), STAGE, typical)


def texts(history: History, typical: int = 5) -> list[str]:
    return [factor.text for factor in reasons(history, typical=typical).of(0)]


def mark(history: History, typical: int = 5) -> int:
    return int(marks(_features(history), STAGE, typical)[0])


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "0 days"),
        (1, "1 day"),
        (59, "59 days"),
        (60, "2 months"),
        (427, "14 months"),
        (730, "24 months"),
        (731, "2 years"),
        (900, "2.5 years"),
        (36_525, "100 years"),
    ],
)
def test_spans_are_said_as_people_say_them(days: int, words: str) -> None:
    assert span(days) == words
    assert ago(0) == "today"


@pytest.mark.parametrize(
    ("history", "wanted"),
    [
        (
            SEEN,
            [
                "Last seen 14 months ago",
                "Has a working phone number",
                "Last seen 14 months ago",
                "Only one visit so far",
                "1 visit so far (typical 5)",
            ],
        ),
        (
            History(
                visits=[TODAY - 427 - 183 * n for n in range(12)],
                slots=[Slot(TODAY - 600 - n, MISSED if n < 2 else KEPT) for n in range(5)],
                replies=[TODAY - 30],
                reachable=False,
            ),
            [
                "Usually comes every 6 months; last seen 14 months ago",
                "12 visits so far (typical 5)",
                "Answered a message in the last year",
                "Last seen 14 months ago",
                "Missed 2 of 5 appointments",
                "No working phone number: check the number",
            ],
        ),
        (
            History(visits=[TODAY - 200], slots=[Slot(TODAY - 200, MISSED)]),
            [
                "Last seen 7 months ago",
                "Has a working phone number",
                "Missed 1 of 1 appointment",
                "Only one visit so far",
                "1 visit so far (typical 5)",
            ],
        ),
    ],
)
def test_the_reader_learns_why_now_then_what_speaks_for_her_then_the_rest(history: History, wanted: list[str]) -> None:
    said = texts(history)
    assert said[0] == wanted[0]
    assert sorted(said) == sorted(dict.fromkeys(wanted))


def test_the_order_of_reading() -> None:
    often = History(
        visits=[TODAY - 427 - 183 * n for n in range(12)],
        replies=[TODAY - 30],
        slots=[Slot(TODAY - 500, MISSED)],
    )
    factors_read = reasons(often).of(0)
    assert [f.code for f in factors_read] == [
        "RHYTHM",
        "VISITS",
        "ANSWERED",
        "REACHABLE",
        "RECENCY",
        "MISSED",
    ]
    strength = [abs(f.points) for f in factors_read[1:4]]
    assert strength == sorted(strength, reverse=True)
    # Few visits add points, but are nobody's reason to call: they are read last.
    assert [f.code for f in reasons(SEEN).of(0)][1] == "REACHABLE"


@given(st.lists(histories, min_size=1, max_size=8), st.integers(0, 9))
def test_factors_sum_to_the_logit_and_are_stored_as_they_are(patients: list[History], typical: int) -> None:
    found = _features(*patients)
    scored = PriorCard().score(found)
    all_of_them = factors(found, scored, STAGE, typical)
    kept, tops = all_of_them.documents(date(2026, 11, 1), marks(found, STAGE, typical))
    for row in range(len(patients)):
        one = all_of_them.of(row)
        if found.visits[row]:
            assert scored.base + sum(factor.points for factor in one) == pytest.approx(scored.logit[row], abs=1e-9)
        document = json.loads(kept[row])
        assert document["factors"] == [factor.as_json() for factor in one]
        assert (document["base"], document["stage"], document["as_of"]) == (scored.base, STAGE, "2026-11-01")
        assert document["mark"] == marks(found, STAGE, typical)[row]
        assert [Factor.from_json(each).text for each in document["factors"]] == [factor.text for factor in one]
        for factor in one:
            direction = {1.0: "UP", -1.0: "DOWN", 0.0: "NONE"}[float(np.sign(factor.points))]
            assert factor.as_json()["direction"] == direction
        top = [each["direction"] for each in json.loads(tops[row])]
        assert top.count("UP") <= 3
        assert top.count("DOWN") <= 1
        assert "NONE" not in top
        assert all(each in document["factors"] for each in json.loads(tops[row]))


@given(histories, histories, st.integers(3, 4))
def test_a_mark_moves_with_the_sentences_and_only_with_them(one: History, other: History, typical: int) -> None:
    assume(all(_features(each).visits[0] for each in (one, other)))
    assert (mark(one, 3) == mark(other, typical)) == (sorted(texts(one, 3)) == sorted(texts(other, typical)))


def test_a_day_more_leaves_the_mark_a_month_more_does_not() -> None:
    # Built by hand: two drawn patients rarely say the same.
    assert mark(SEEN) == mark(replace(SEEN, visits=[TODAY - 428]))
    assert mark(SEEN) != mark(replace(SEEN, visits=[TODAY - 427 - 30]))
    assert mark(SEEN) != int(marks(_features(SEEN), "learned", 5)[0])


def test_codes_of_spans_are_equal_exactly_for_equal_words() -> None:
    days = np.arange(20_000)
    codes = span_codes(days)
    words = [span(int(day)) for day in days[:3000]]
    for before, after in zip(range(2999), range(1, 3000), strict=True):
        assert (codes[before] == codes[after]) == (words[before] == words[after])
