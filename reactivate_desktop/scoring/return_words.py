"""The sentences of a return score's reasons: true of the patient whichever way the points go."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.events import NOWHERE
from reactivate_desktop.scoring.features import Features
from reactivate_desktop.scoring.scorer import Reason
from reactivate_desktop.scoring.spans import ago, every, span_codes

# Log-odds by which one location must differ before anybody is told that it does: one in twenty of the odds.
_DIFFERS = 0.05


def has(features: Features, reason: Reason) -> Flags:
    """Return who has something to say about a reason; of the others it is told only where a scorer counts it."""
    size = len(features.visits)
    seen: Flags = features.visits > 0
    once: Flags = features.visits == 1
    missed: Flags = features.missed > 0
    if reason in (Reason.RECENCY, Reason.VISITS):
        return seen
    if reason is Reason.RHYTHM:
        return features.rhythm
    if reason is Reason.ONE_VISIT:
        return once
    if reason is Reason.MISSED:
        return missed
    if reason is Reason.ANSWERED:
        return features.answered
    return np.full(size, reason is Reason.REACHABLE)


def texts(features: Features, reason: Reason, typical: int) -> list[str]:
    """Return the sentence on a reason for each patient; `typical`: the clinic's usual number of visits."""
    if reason is Reason.RECENCY:
        return [f"Last seen {words}" for words in _last_seen(features)]
    if reason is Reason.RHYTHM:
        return _rhythm(features)
    if reason is Reason.VISITS:
        return [_visits(count, typical) for count in features.visits.tolist()]
    if reason is Reason.MISSED:
        known = (features.missed + features.kept).tolist()
        return [_missed(missed, all_of) for missed, all_of in zip(features.missed.tolist(), known, strict=True)]
    if reason is Reason.VALUE:
        return [_worth(worth) for worth in worth_of(features).tolist()]
    if reason is Reason.SEASON:
        return ["The time of year"] * len(features.visits)
    yes, no = _YES_NO[reason]
    return [yes if flag else no for flag in _flag(features, reason).tolist()]


def located(features: Features, points: Floats, compared: Collection[int]) -> list[str]:
    """Return the sentence on where each patient came last; `compared`: the locations that the scorer learned apart."""
    known = np.isin(features.location, list(compared)) & (np.abs(points) >= _DIFFERS)
    often = np.where(known, np.sign(points), 0.0).astype(np.int64)
    rows = list(zip(features.location.tolist(), often.tolist(), strict=True))
    words = {row: _location(row[0], features.names.get(row[0]), row[1], row[0] in compared) for row in set(rows)}
    return [words[row] for row in rows]


def location_marks(features: Features) -> Ints:
    """Return a number per patient for where she came last and what people call it."""
    codes, where = np.unique(features.location, return_inverse=True)
    named = [zlib.crc32(f"{code} {features.names.get(code)}".encode()) for code in codes.tolist()]
    return np.array(named, dtype=np.int64)[where]


def figures(features: Features, reason: Reason, typical: int) -> tuple[Sequence[int | None], list[int | None]]:
    """Return the figure that each sentence names and the one that it compares with: days, visits, appointments."""
    nothing: list[int | None] = [None] * len(features.visits)
    if reason is Reason.RECENCY:
        return features.days.tolist(), nothing
    if reason is Reason.RHYTHM:
        # Without a rhythm there is none to compare with, though two visits have a gap.
        return features.days.tolist(), [gap if has else None for gap, has in _gaps(features)]
    if reason is Reason.VISITS:
        return features.visits.tolist(), [typical] * len(nothing)
    if reason is Reason.MISSED:
        return features.missed.tolist(), list((features.missed + features.kept).tolist())
    if reason is Reason.VALUE:
        return worth_of(features).tolist(), nothing
    if reason is Reason.SEASON:
        return features.month.tolist(), nothing
    if reason is Reason.LOCATION:
        # It names no figure, and nobody but the sentence knows the name.
        return nothing, nothing
    return _flag(features, reason).astype(np.int64).tolist(), nothing


def _gaps(features: Features) -> Iterator[tuple[int, bool]]:
    return zip(features.gap.tolist(), features.rhythm.tolist(), strict=True)


def worth_of(features: Features) -> Ints:
    """Return what a visit of each patient is worth on average, in whole units of money (0: not known)."""
    worth: Ints = np.maximum(features.spent, 0) // (100 * np.maximum(features.visits, 1))
    return worth


_YES_NO = {
    Reason.ONE_VISIT: ("Only one visit so far", "Came more than once"),
    Reason.ANSWERED: ("Answered a message in the last year", "No answer to a message in the last year"),
    Reason.REACHABLE: ("Has a working phone number", "No working phone number: check the number"),
}


def _flag(features: Features, reason: Reason) -> Flags:
    once: Flags = features.visits == 1
    return {Reason.ANSWERED: features.answered, Reason.REACHABLE: features.reachable}.get(reason, once)


def _last_seen(features: Features) -> list[str]:
    codes = span_codes(features.days)
    words = {code: ago(code) for code in np.unique(codes).tolist()}
    return [words[code] for code in codes.tolist()]


def _rhythm(features: Features) -> list[str]:
    codes = span_codes(features.gap)
    words = {code: every(code) for code in np.unique(codes).tolist()}
    rows = zip(features.rhythm.tolist(), codes.tolist(), _last_seen(features), strict=True)
    return [
        f"Usually comes {words[code]}; last seen {last}" if has else "Too few visits to know how often"
        for has, code, last in rows
    ]


def _visits(count: int, typical: int) -> str:
    return f"{count} {'visit' if count == 1 else 'visits'} so far (typical {typical})"


def _missed(missed: int, known: int) -> str:
    if not missed:
        return "No missed appointment known"
    return f"Missed {missed} of {known} {'appointment' if known == 1 else 'appointments'}"


def _location(code: int, name: str | None, often: int, compared: bool) -> str:
    if code == NOWHERE:
        return "Where the last visit was is not known"
    came = f"Last came to {name}" if name else "Last came to a location"
    if not compared:
        return f"{came}; too few patients there to compare"
    how = {1: "more often than", 0: "about as often as", -1: "less often than"}[often]
    return f"{came}, where patients like this return {how} elsewhere"


def _worth(worth: int) -> str:
    return f"Visits worth {worth:,} on average" if worth else "What the visits were worth is not known"
