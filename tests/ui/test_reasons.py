"""The window says why in its own language: in English what the services say, in Spanish nothing in English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import ContactPriority, PatientSegment, PatientState
from reactivate_desktop.domain.scores import EXCLUSION_WORDS, Exclusion, Factor, RuleCheck, RuleFact, WhyRow
from reactivate_desktop.domain.spans import SpanUnit, span_of
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.factors import factors
from reactivate_desktop.scoring.features import features
from reactivate_desktop.scoring.scorer import Reason
from reactivate_desktop.scoring.spans import span
from reactivate_desktop.services.outreach import Outreach
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.scoring.histories import TODAY, History, events, histories
from ui import formats, reasons
from ui.text import number, speak

# The reasons that the starting estimate gives.
_OF_CARD = {
    Reason.RECENCY,
    Reason.RHYTHM,
    Reason.VISITS,
    Reason.ONE_VISIT,
    Reason.MISSED,
    Reason.ANSWERED,
    Reason.REACHABLE,
}
_THIS_YEAR = date(2026, 7, 15)
_MOMENT = datetime(2026, 7, 16, 14, 30, tzinfo=UTC)
_FACTS = {
    Exclusion.OPTED_OUT: RuleFact(count=1, of=2),
    Exclusion.NO_ADDRESS: RuleFact(count=3),
    Exclusion.FUTURE_APPOINTMENT: RuleFact(day=_THIS_YEAR),
    Exclusion.NEVER_VISITED: RuleFact(count=4),
    Exclusion.SEEN_LATELY: RuleFact(count=45, day=_THIS_YEAR),
    Exclusion.CALLBACK_LATER: RuleFact(at=_MOMENT),
    Exclusion.COOL_OFF: RuleFact(at=_MOMENT),
    Exclusion.TOO_MANY_ATTEMPTS: RuleFact(count=2, of=6),
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """English before and after each test, and the clinic's time."""
    speak("en")
    formats.be_at(ZoneInfo("America/New_York"))
    yield
    speak("en")
    formats.be_at(None)


def _said(history: History, typical: int) -> tuple[Factor, ...]:
    found = features(events([history]), TODAY)
    return factors(found, PriorCard().score(found), PriorCard.stage, typical).of(0)


@given(histories, st.integers(1, 40))
def test_the_figures_of_a_reason_hold_all_that_its_sentence_says(history: History, typical: int) -> None:
    for found in _said(history, typical):
        assert found.code in reasons._FACTORS
        assert reasons.factor(found) == found.text


def test_every_reason_of_the_starting_estimate_has_words_here() -> None:
    assert set(reasons._FACTORS) == {str(reason) for reason in _OF_CARD}
    found = features(events([History(visits=[TODAY - 400])]), TODAY)
    assert set(PriorCard().score(found).points) == _OF_CARD


@given(st.integers(0, 40_000))
def test_a_span_is_said_alike_everywhere(days: int) -> None:
    said = span_of(days)
    unit = {SpanUnit.DAYS: "day", SpanUnit.MONTHS: "month", SpanUnit.TENTHS_OF_YEARS: "year"}[said.unit]
    count = said.count / 10 if said.unit == SpanUnit.TENTHS_OF_YEARS else said.count
    assert span(days) == f"{count:g} {unit}{'' if days == 1 else 's'}"
    assert reasons._span(days) == span(days)


def test_what_is_not_known_here_is_said_as_it_came() -> None:
    text = "Comes in winter"
    assert reasons.factor(Factor("SEASON", text, 0.1, 1)) == text
    assert reasons.factor(Factor("recency", text, 0.0)) == text
    # Kept by an older program: how many appointments there were is not among its figures.
    assert reasons.factor(Factor("MISSED", "Missed 1 of 3 appointments", -0.4, 1)) == "Missed 1 of 3 appointments"


@pytest.mark.parametrize(
    ("exclusion", "passed", "words"),
    [
        (Exclusion.DECEASED, False, "State of the record: deceased"),
        (Exclusion.DO_NOT_CONTACT, True, "Asked not to be contacted: no"),
        (Exclusion.DO_NOT_CONTACT, False, "Asked not to be contacted: yes"),
        (Exclusion.OPTED_OUT, False, "Opted out: 1 of 2 numbers and addresses"),
        (Exclusion.NO_ADDRESS, False, "Numbers and addresses that could work: 3"),
        (Exclusion.FUTURE_APPOINTMENT, False, "Future appointment: 15 Jul"),
        (Exclusion.NEVER_VISITED, False, "Visits: 4"),
        (Exclusion.SEEN_LATELY, False, "Last visit: 15 Jul, 45 days ago"),
        (Exclusion.CALLBACK_LATER, False, "Promised call: Thu 16 Jul 10:30"),
        (Exclusion.COOL_OFF, False, "Next try: Thu 16 Jul 10:30"),
        (
            Exclusion.TOO_MANY_ATTEMPTS,
            False,
            "Tries without an answer since the last visit: 2 (the clinic allows 6)",
        ),
    ],
)
def test_a_rule_says_what_it_found(
    exclusion: Exclusion, passed: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "today_here", lambda: date(2026, 11, 28))
    fact = _FACTS.get(exclusion, RuleFact(state=PatientState.DECEASED))
    assert reasons.rule(RuleCheck(exclusion, passed, "English", fact)) == words


def test_rules_that_found_nothing_say_so() -> None:
    for exclusion, words in (
        (Exclusion.FUTURE_APPOINTMENT, "Future appointment: none"),
        (Exclusion.SEEN_LATELY, "Last visit: none"),
        (Exclusion.CALLBACK_LATER, "Promised call: none"),
        (Exclusion.INACTIVE, "State of the record: unknown"),
    ):
        assert reasons.rule(RuleCheck(exclusion, True, "English", RuleFact())) == words


def test_verdicts_say_where_a_patient_stands() -> None:
    here = WhyRow(
        "Ana",
        _THIS_YEAR,
        "starting estimate",
        PatientSegment.DORMANT,
        True,
        None,
        "English",
        (),
        ContactPriority.RED,
        0.25,
        -1.0,
        (),
    )
    in_queue = "In the queue, priority Red. About 25 in 100 patients like this return within 3 months."
    assert reasons.verdict(here) == in_queue
    assert reasons.verdict(replace(here, called_back=True)).startswith("A call back is promised and due")
    for exclusion in Exclusion:
        assert reasons.verdict(replace(here, reason=exclusion, in_queue=False)) == EXCLUSION_WORDS[exclusion]


def test_in_spanish_nothing_is_said_in_english() -> None:
    rng = np.random.default_rng(7)
    visits = [sorted({int(TODAY - 30 - day) for day in rng.integers(0, 1500, count)}) for count in (1, 2, 9)]
    all_of_them = [found for days in visits for found in _said(History(visits=days, reachable=False), 3)]
    all_of_them += [Factor("MISSED", "Missed 2 of 5 appointments", -0.1, 2, 5), Factor("ANSWERED", "Answered", 0.1, 1)]
    checks = [
        RuleCheck(each, passed, "English", _FACTS.get(each, RuleFact(state=state)))
        for each in Exclusion
        for passed in (True, False)
        for state in PatientState
    ]
    english = [reasons.factor(each) for each in all_of_them] + [reasons.rule(each) for each in checks]
    english += [reasons.exclusion(each) for each in Exclusion]
    speak("es")
    spanish = [reasons.factor(each) for each in all_of_them] + [reasons.rule(each) for each in checks]
    spanish += [reasons.exclusion(each) for each in Exclusion]
    assert not set(english) & set(spanish)
    assert "Última visita hace 14 meses" in reasons.factor(Factor("RECENCY", "x", 0.1, 427))
    assert number(4) in reasons.rule(RuleCheck(Exclusion.NEVER_VISITED, True, "", RuleFact(count=4)))


def test_rows_bring_the_figures_beside_the_words(front_desk: FrontDesk, queue: QueueMaker) -> None:
    patient = queue.waiting("RED", "0.900")
    row = Outreach(front_desk.staff.begin).claim(patient).patient
    assert [factor.text for factor in row.factors] == [row.reason, row.second_reason]
    # These reasons are sentences only: they are said as they are.
    assert (reasons.first(row), reasons.second(row)) == (row.reason, row.second_reason)
    known = (
        Factor("RECENCY", "Last seen 13 months ago", 0.1, 400),
        Factor("VISITS", "1 visit so far (typical 5)", 0, 1, 5),
    )
    speak("es")
    row = replace(row, factors=known)
    assert reasons.first(row) == "Última visita hace 13 meses"
    assert "13 months" not in reasons.first(row)
    assert reasons.second(row) != known[1].text
