"""Spans of days as people say them: days below 60, months, tenths of years above two years."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

DAYS_PER_MONTH = 30.44
DAYS_PER_YEAR = 365.25
# Below so many days a span is said in days, above so many in years.
DAYS_BELOW, YEARS_ABOVE = 60, 730


class SpanUnit(StrEnum):
    """What a span is counted in."""

    DAYS = "DAYS"
    MONTHS = "MONTHS"
    TENTHS_OF_YEARS = "TENTHS_OF_YEARS"


@dataclass(frozen=True)
class Span:
    """A span as it is said: 14 MONTHS, 25 TENTHS_OF_YEARS."""

    unit: SpanUnit
    count: int


def span_of(days: int) -> Span:
    """Return how a number of days (0 or more) is said."""
    if days < DAYS_BELOW:
        return Span(SpanUnit.DAYS, days)
    if days > YEARS_ABOVE:
        return Span(SpanUnit.TENTHS_OF_YEARS, math.floor(10 * days / DAYS_PER_YEAR + 0.5))
    return Span(SpanUnit.MONTHS, math.floor(days / DAYS_PER_MONTH + 0.5))
