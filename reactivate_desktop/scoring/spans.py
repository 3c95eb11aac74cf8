"""Spans of days as people say them: days below 60, months, years above two."""

from __future__ import annotations

import numpy as np

from reactivate_desktop.domain.spans import DAYS_BELOW, DAYS_PER_MONTH, DAYS_PER_YEAR, YEARS_ABOVE
from reactivate_desktop.scoring.arrays import Ints

# A span as a number: days as they are, months and tenths of years above a limit of their own.
_MONTHS, _YEARS = 1_000, 10_000


def span_codes(days: Ints) -> Ints:
    """Return a number per span that is equal for spans that are said alike; as domain.spans says one."""
    months = _MONTHS + np.floor(days / DAYS_PER_MONTH + 0.5).astype(np.int64)
    tenths = _YEARS + np.floor(10 * days / DAYS_PER_YEAR + 0.5).astype(np.int64)
    return np.where(days < DAYS_BELOW, days, np.where(days > YEARS_ABOVE, tenths, months))


def span_words(code: int) -> str:
    """Return the words of a span's number: "45 days", "14 months", "2.5 years"."""
    if code >= _YEARS:
        years, tenths = divmod(code - _YEARS, 10)
        return f"{years}.{tenths} years" if tenths else f"{years} years"
    if code >= _MONTHS:
        return f"{code - _MONTHS} months"
    return "1 day" if code == 1 else f"{code} days"


def ago(code: int) -> str:
    """Return how long ago a span's number is."""
    return "today" if code == 0 else f"{span_words(code)} ago"


def every(code: int) -> str:
    """Return the rhythm of a gap's number: "every 6 months"."""
    return "every day" if code == 1 else f"every {span_words(code)}"


def span(days: int) -> str:
    """Return the words of one span of days."""
    return span_words(int(span_codes(np.array([days]))[0]))
