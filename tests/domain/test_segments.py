"""Segments on the edges of the rules: first match wins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import PatientSegment as Segment
from reactivate_desktop.domain.segments import segment_of

_TODAY = date(2026, 11, 23)


def _ago(days: int) -> date:
    return _TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("away", "visits", "known", "ahead", "segment"),
    [
        (180, 5, 900, False, Segment.DORMANT),
        (180, 5, 900, True, Segment.DORMANT),
        (179, 5, 900, False, Segment.AT_RISK),
        (179, 5, 900, True, Segment.ACTIVE),
        (90, 5, 900, False, Segment.AT_RISK),
        (89, 5, 900, False, Segment.ACTIVE),
        (0, 1, 0, False, Segment.NEW),
        (50, 1, 89, False, Segment.NEW),
        (50, 1, 90, False, Segment.ACTIVE),
        (50, 2, 89, False, Segment.ACTIVE),
        (None, 0, 179, False, Segment.ACTIVE),
        (None, 0, 180, False, Segment.DORMANT),
        (None, 0, 89, False, Segment.NEW),
    ],
)
def test_edges(away: int | None, visits: int, known: int, ahead: bool, segment: Segment) -> None:
    last = None if away is None else _ago(away)
    assert segment_of(_TODAY, last, visits, _ago(known), ahead) == segment


@given(st.integers(180, 30_000), st.integers(1, 500), st.integers(0, 30_000), st.booleans())
def test_180_days_away_is_dormant_whatever_else(away: int, visits: int, known: int, ahead: bool) -> None:
    assert segment_of(_TODAY, _ago(away), visits, _ago(known), ahead) == Segment.DORMANT
