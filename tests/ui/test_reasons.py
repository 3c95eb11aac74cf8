"""The window says why in its own language: in English what the services say, in Spanish nothing in English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import AppointmentStatus, ContactPriority, PatientSegment, PatientState, RiskLevel
from reactivate_desktop.domain.records import UpcomingRow
from reactivate_desktop.domain.scores import EXCLUSION_WORDS, Exclusion, Factor, RuleCheck, RuleFact, WhyRow
from reactivate_desktop.domain.spans import SpanUnit, span_of
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.arrays import NEVER
from reactivate_desktop.scoring.bookings import UNKNOWN, BookingFeatures
from reactivate_desktop.scoring.card import PriorCard
from reactivate_desktop.scoring.factors import factors
from reactivate_desktop.scoring.features import features
from reactivate_desktop.scoring.formula import Stage
from reactivate_desktop.scoring.noshow_words import risk_factors
from reactivate_desktop.scoring.scorer import Reason, added_up
from reactivate_desktop.scoring.spans import span
from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.scoring.histories import CODES, TODAY, History, events, histories
from ui import factor_words, formats, reasons
from ui.context import Context
from ui.patients.record.upcoming_card import UpcomingCard
from ui.patients.record.why_card import WhyCard
from ui.text import number, speak
from ui.theme.theme import Theme

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
# And those that a learned return score gives besides.
_OF_RETURN = _OF_CARD | {Reason.VALUE, Reason.SEASON, Reason.LOCATION}
_OF_NO_SHOW = {part.reason for part in noshow.OUTLINE}
_THIS_YEAR = date(2026, 7, 15)
_STAGES = [*(str(stage) for stage in Stage), "fallen back"]
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
    Exclusion.HELD_OUT: RuleFact(day=_THIS_YEAR),
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
        assert found.code in factor_words.FACTORS
        assert _plain(reasons.factor(found)) == _plain(found.text)


def _plain(sentence: str) -> str:
    """Return it without the commas in large numbers: somebody last seen a thousand years ago is drawn, too."""
    return sentence.replace(",", "")


def _learned(history: History, typical: int) -> tuple[Factor, ...]:
    """Return the reasons of a scorer that counts all of them, also those with nothing to say of this patient."""
    found = features(events([history]), TODAY)
    points = {reason: np.ones(1) for reason in Reason if reason in _OF_RETURN}
    return tuple(
        each
        for location in (0.4, 0.01, -0.4)
        for compared in (CODES, ())
        for each in factors(
            found,
            replace(added_up(0.0, points | {Reason.LOCATION: np.full(1, location)}, 1), compared=frozenset(compared)),
            "learned",
            typical,
        ).of(0)
    )


@given(histories, st.integers(1, 40))
def test_what_a_learned_score_says_is_said_from_its_figures(history: History, typical: int) -> None:
    said = _learned(history, typical)
    assert {each.code for each in said} == {str(reason) for reason in _OF_RETURN}
    for each in said:
        assert _plain(factor_words.FACTORS[each.code](each)) == _plain(each.text)


def test_where_somebody_came_last_is_said_with_the_name() -> None:
    for at, name in ((0, "Harbor"), (1, "Mill")):
        said = [each for each in _learned(History(visits=[TODAY - 300], at=[at]), 3) if each.code == "LOCATION"]
        assert len({each.text for each in said}) == 4
        assert all(name in each.text for each in said)
        for each in said:
            assert factor_words.FACTORS["LOCATION"](each) == each.text
    odd = Factor("LOCATION", "Last came by boat", 0.4)
    assert reasons.factor(odd) == "Last came by boat"


def _risks(count: int = 400) -> list[Factor]:
    """Return the reasons of appointments that have, or lack, each fact that a sentence can name."""
    draw = np.random.default_rng(3)
    highest = dict.fromkeys(BookingFeatures.__dataclass_fields__, 4) | {"lead": 90, "minutes": 90, "age": 99}
    drawn: dict[str, Any] = {name: draw.integers(0, most, count) for name, most in highest.items()}
    drawn |= {name: draw.random(count) < 0.5 for name in ("rebooked", "confirmed")}
    drawn["known_lately"] = drawn["missed_lately"] + draw.integers(0, 3, count)
    drawn["weekday"] = draw.integers(0, 7, count)
    drawn["lead"][::5] = drawn["minutes"][::7] = 0
    drawn["hour"] = np.where(draw.random(count) < 0.3, UNKNOWN, draw.integers(0, 24, count))
    drawn["age"][::9] = UNKNOWN
    drawn["since_seen"] = np.where(draw.random(count) < 0.3, NEVER, draw.integers(0, 2_000, count))
    scored = added_up(0.0, {reason: np.ones(count) for reason in Reason if reason in _OF_NO_SHOW}, count)
    told = risk_factors(BookingFeatures(**drawn), scored, noshow.card(0.11))
    return [found for row in range(count) for found in told.of(row)]


def test_what_a_risk_says_is_said_from_its_figures() -> None:
    said = _risks()
    assert {each.code for each in said} == {str(reason) for reason in _OF_NO_SHOW}
    for each in said:
        assert factor_words.FACTORS[each.code](each) == each.text


def test_a_reason_that_is_kept_says_the_same_when_it_is_read_again() -> None:
    for each in _risks(40):
        kept = Factor.from_json(each.as_json())
        assert factor_words.FACTORS[kept.code](kept) == each.text
    assert "more" not in Factor("RECENCY", "Last seen 13 months ago", 0.1, 400).as_json()


def test_every_reason_that_a_score_can_give_has_words_here() -> None:
    assert set(factor_words.FACTORS) == {str(reason) for reason in Reason}
    assert set(Reason) == _OF_RETURN | _OF_NO_SHOW
    assert "_" not in factor_words.looked_at([str(reason) for reason in Reason])
    assert factor_words.looked_at(["RECENCY", "A_NEW_ONE"]) == "Time since the last visit, a new one"
    found = features(events([History(visits=[TODAY - 400])]), TODAY)
    assert set(PriorCard().score(found).points) == _OF_CARD


@given(st.integers(0, 40_000))
def test_a_span_is_said_alike_everywhere(days: int) -> None:
    said = span_of(days)
    unit = {SpanUnit.DAYS: "day", SpanUnit.MONTHS: "month", SpanUnit.TENTHS_OF_YEARS: "year"}[said.unit]
    count = said.count / 10 if said.unit == SpanUnit.TENTHS_OF_YEARS else said.count
    assert span(days) == f"{count:g} {unit}{'' if days == 1 else 's'}"
    assert factor_words.span(days) == span(days)


def test_what_is_not_known_here_is_said_as_it_came() -> None:
    text = "Comes when it rains"
    assert reasons.factor(Factor("WEATHER", text, 0.1, 1)) == text
    assert reasons.factor(Factor("recency", text, 0.0)) == text
    # Kept by an older program: how many appointments there were is not among its figures.
    assert reasons.factor(Factor("MISSED", "Missed 1 of 3 appointments", -0.4, 1)) == "Missed 1 of 3 appointments"
    for code in ("OWN_RATE", "FAMILIAR", "TOGETHER", "TIME", "LEAD", "VISITS"):
        assert reasons.factor(Factor(code, "As it was", 0.4, 1)) == "As it was"


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
        (Exclusion.HELD_OUT, False, "Kept back at random: up to 15 Jul"),
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
        (Exclusion.HELD_OUT, "Kept back at random: no"),
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
    all_of_them += [found for days in visits for found in _learned(History(visits=days, at=[0] * len(days)), 3)]
    all_of_them += _risks()
    checks = [
        RuleCheck(each, passed, "English", _FACTS.get(each, RuleFact(state=state)))
        for each in Exclusion
        for passed in (True, False)
        for state in PatientState
    ]
    english = [reasons.factor(each) for each in all_of_them] + [reasons.rule(each) for each in checks]
    english += [reasons.exclusion(each) for each in Exclusion] + [reasons.stage(each) for each in _STAGES]
    english += [factor_words.looked_at([str(each)]) for each in Reason]
    speak("es")
    spanish = [reasons.factor(each) for each in all_of_them] + [reasons.rule(each) for each in checks]
    spanish += [reasons.exclusion(each) for each in Exclusion] + [reasons.stage(each) for each in _STAGES]
    spanish += [factor_words.looked_at([str(each)]) for each in Reason]
    assert not set(english) & set(spanish)
    assert "Última visita hace 14 meses" in reasons.factor(Factor("RECENCY", "x", 0.1, 427))
    assert number(4) in reasons.rule(RuleCheck(Exclusion.NEVER_VISITED, True, "", RuleFact(count=4)))


def test_rows_bring_the_figures_beside_the_words(front_desk: FrontDesk, queue: QueueMaker) -> None:
    patient = queue.waiting("RED", "0.900")
    row = front_desk.staff.outreach.claim(patient).patient
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


def test_a_risk_is_told_as_a_count_of_appointments() -> None:
    assert reasons.missing(0.38, 0.114) == "about 38 in 100 miss, usual is 11"
    assert reasons.missing(0.38, None) == "about 38 in 100 miss"
    assert reasons.share(0.146) == "About 15 in 100 patients like this return within 3 months."


def test_what_lies_ahead_has_its_risk_and_two_reasons(ctx: Context, qtbot: QtBot) -> None:
    card = UpcomingCard(ctx)
    qtbot.addWidget(card)
    lead = Factor("LEAD", "Booked 34 days ahead (typical 5)", 0.4, 34, 5)
    missed = Factor("OWN_RATE", "Missed 2 of last 5", 0.3, 2, None, (5, 0, 0))
    slot = UpcomingRow(
        id=UUID(int=1),
        starts_at=_MOMENT,
        appointment_type="Crown",
        provider_name=None,
        duration_minutes=60,
        location=None,
        status=AppointmentStatus.SCHEDULED,
        risk=Decimal("0.380"),
        risk_level=RiskLevel.HIGH,
        factors=(lead, missed, Factor("TIME", "On a Monday", 0.1, 0, None, (-1,))),
        version=1,
        usual=0.11,
    )
    said: list[str] = []
    for language, told in (
        ("en", ["About 38 in 100 miss, usual is 11", "Booked 34 days ahead (typical 5) · Missed 2 of last 5"]),
        ("es", ["Unas 38 de cada 100 faltan, lo habitual es 11"]),
    ):
        speak(language)
        card.show_rows([slot])
        said = [label.text() for label in card.findChildren(QLabel)]
        assert set(told) <= set(said)
    assert not any("Booked" in each for each in said[-4:])


def test_the_share_stands_below_the_bars_of_the_record(look: Theme, qtbot: QtBot) -> None:
    card = WhyCard()
    qtbot.addWidget(card)
    factors = (Factor("RECENCY", "Last seen 13 months ago", 0.5, 400),)
    why = WhyRow(
        "Ana",
        _THIS_YEAR,
        "learned",
        PatientSegment.DORMANT,
        True,
        None,
        "",
        (),
        ContactPriority.RED,
        0.146,
        -2.27,
        factors,
    )
    card.show_why(why, ())
    said = "\n".join(label.text() for label in card.findChildren(QLabel))
    assert "About 15 in 100 patients like this return within 3 months." in said
