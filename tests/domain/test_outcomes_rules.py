"""When an outcome brings the patient back, without a database: weekends, holidays, clocks that change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.outcomes import DeskDay, ago, next_action
from reactivate_desktop.domain.outreach import LogOutcome, OutreachRules, rules_from

_NEW_YORK = ZoneInfo("America/New_York")


def _next(outcome: ContactOutcome, now: datetime, *, holidays: frozenset[date] = frozenset(), tries: int = 1) -> str:
    day = DeskDay(now, _NEW_YORK, holidays, OutreachRules())
    found = next_action(LogOutcome(UUID(int=1), outcome, 1), day, tries)
    return "" if found is None else found.isoformat()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # A Wednesday; then a Thursday, whose second day is a Saturday.
        (datetime(2026, 6, 3, 15, tzinfo=UTC), "2026-06-05T09:00:00-04:00"),
        (datetime(2026, 6, 4, 15, tzinfo=UTC), "2026-06-08T09:00:00-04:00"),
        # 03:00 UTC is still the day before at the clinic.
        (datetime(2026, 6, 4, 3, tzinfo=UTC), "2026-06-05T09:00:00-04:00"),
        # The clocks go back on Sunday, November 1st: nine o'clock is nine o'clock.
        (datetime(2026, 10, 31, 15, tzinfo=UTC), "2026-11-02T09:00:00-05:00"),
    ],
)
def test_two_days_later_on_a_business_morning(now: datetime, expected: str) -> None:
    assert _next(ContactOutcome.NO_ANSWER, now) == expected


def test_holidays_in_a_row_are_passed_over() -> None:
    closed = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)})
    assert _next(ContactOutcome.NO_ANSWER, datetime(2026, 12, 22, 15, tzinfo=UTC), holidays=closed) == (
        "2026-12-29T09:00:00-05:00"
    )


@pytest.mark.parametrize(("tries", "comes_back"), [(3, True), (4, False), (9, False)])
def test_only_unanswered_tries_run_out(tries: int, comes_back: bool) -> None:
    now = datetime(2026, 6, 3, 15, tzinfo=UTC)
    assert bool(_next(ContactOutcome.LEFT_MESSAGE, now, tries=tries)) is comes_back
    assert _next(ContactOutcome.DECLINED, now, tries=tries)


@pytest.mark.parametrize("outcome", [ContactOutcome.BOOKED, ContactOutcome.MOVED, ContactOutcome.OPT_OUT])
def test_who_is_settled_does_not_come_back(outcome: ContactOutcome) -> None:
    assert _next(outcome, datetime(2026, 6, 3, 15, tzinfo=UTC)) == ""


def test_the_clinics_rules_and_unknown_ones() -> None:
    rules = rules_from({"no_answer_days": 5, "of_a_later_version": True})
    assert (rules.no_answer_days, rules.left_message_days) == (5, 3)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s ago"), (4.9, "4 s ago"), (60, "1 min ago"), (7_300, "2 h ago"), (200_000, "2 d ago")],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words
