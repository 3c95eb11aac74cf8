"""Why a score is what it is: one sentence per reason, true of the patient, in the order in which they are read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.features import Features
from reactivate_desktop.scoring.scorer import Reason, Scored
from reactivate_desktop.scoring.spans import ago, every, span_codes

# Kept beside a prediction: the strongest reasons for, and against.
_MOST_FOR, _MOST_AGAINST = 3, 1
_FIRST, _FOR = 1000.0, 100.0
# Marks fit exactly into a number of JSON.
_MARK_BITS = 52
_MIX = np.uint64(6364136223846793005)


@dataclass(frozen=True)
class Told:
    """One reason of some patients: who has it, and for each the sentence, its figures and its points."""

    reason: Reason
    has: list[bool]
    text: list[str]
    value: list[int]
    typical: list[int | None]
    points: list[float]


@dataclass(frozen=True)
class Factors:
    """The reasons of some patients; `order`: for each patient the places of `told` as they are read."""

    base: float
    stage: str
    told: tuple[Told, ...]
    order: list[list[int]]

    def of(self, row: int) -> tuple[Factor, ...]:
        """Return the factors of one patient, the one to read first first."""
        return tuple(
            Factor(str(t.reason), t.text[row], t.points[row], t.value[row], t.typical[row])
            for t in (self.told[place] for place in self.order[row])
            if t.has[row]
        )

    def documents(self, as_of: date, marks: Ints) -> tuple[list[str], list[str]]:
        """Return per patient, as JSON, what the standing keeps (all factors) and what a prediction keeps (the top).

        Written piece by piece: building a hundred thousand rows of objects first takes ten times as long.
        """
        pieces = [_pieces(told) for told in self.told]
        stage = json.dumps(self.stage)
        head = f'{{"base": {self.base!r}, "stage": {stage}, "as_of": "{as_of.isoformat()}", "mark": '
        kept, tops = [], []
        for row, mark in enumerate(marks.tolist()):
            read = [place for place in self.order[row] if self.told[place].has[row]]
            kept.append(f'{head}{mark}, "factors": [{", ".join([pieces[place][row] for place in read])}]}}')
            tops.append(f"[{', '.join([pieces[place][row] for place in self._top(row, read)])}]")
        return kept, tops

    def _top(self, row: int, read: Sequence[int]) -> list[int]:
        signs = [self.told[place].points[row] for place in read]
        most = {True: _MOST_FOR, False: _MOST_AGAINST}
        top = []
        for place, points in zip(read, signs, strict=True):
            if points and most[points > 0]:
                most[points > 0] -= 1
                top.append(place)
        return top


def factors(features: Features, scored: Scored, stage: str, typical: int) -> Factors:
    """Return the reasons of these patients; `typical`: the clinic's usual number of visits, to compare with."""
    has = _has(features)
    days, gap = span_codes(features.days), span_codes(features.gap)
    known = features.missed + features.kept
    seen_words = {code: ago(code) for code in np.unique(days).tolist()}
    gap_words = {code: every(code) for code in np.unique(gap).tolist()}
    last_seen = [seen_words[code] for code in days.tolist()]
    rhythm = [gap_words[code] for code in gap.tolist()]
    texts = {
        Reason.RECENCY: [f"Last seen {words}" for words in last_seen],
        Reason.RHYTHM: [f"Usually comes {g}; last seen {w}" for g, w in zip(rhythm, last_seen, strict=True)],
        Reason.VISITS: [_visits(count, typical) for count in features.visits.tolist()],
        Reason.ONE_VISIT: ["Only one visit so far"] * len(last_seen),
        Reason.MISSED: [
            _missed(missed, all_of) for missed, all_of in zip(features.missed.tolist(), known.tolist(), strict=True)
        ],
        Reason.ANSWERED: ["Answered a message in the last year"] * len(last_seen),
        Reason.REACHABLE: [_phone(works) for works in features.reachable.tolist()],
    }
    told = tuple(
        Told(reason, has[reason].tolist(), texts[reason], *_figures(reason, features, typical), points.tolist())
        for reason, points in scored.points.items()
    )
    return Factors(scored.base, stage, told, _order(features, scored, has, typical))


def marks(features: Features, stage: str, typical: int) -> Ints:
    """Return a number per patient that stays while everything her sentences say stays.

    Points move by a hair every night; a standing is rewritten only when its score or a sentence did.
    """
    shown = (
        span_codes(features.days),
        np.where(features.rhythm, span_codes(features.gap), 0),
        features.visits,
        features.missed,
        np.where(features.missed > 0, features.kept, 0),
        features.answered,
        features.reachable,
    )
    mark = np.full(len(features.visits), zlib.crc32(f"{stage} {typical}".encode()), dtype=np.uint64)
    for each in shown:
        # Wraps around on purpose.
        mark = (mark ^ each.astype(np.uint64)) * _MIX
        mark ^= mark >> np.uint64(29)
    return (mark >> np.uint64(64 - _MARK_BITS)).astype(np.int64)


def _has(features: Features) -> dict[Reason, Flags]:
    everybody = np.ones(len(features.visits), dtype=np.bool_)
    return {
        Reason.RECENCY: features.visits > 0,
        Reason.RHYTHM: features.rhythm,
        Reason.VISITS: features.visits > 0,
        Reason.ONE_VISIT: features.visits == 1,
        Reason.MISSED: features.missed > 0,
        Reason.ANSWERED: features.answered,
        Reason.REACHABLE: everybody,
    }


def _figures(reason: Reason, features: Features, typical: int) -> tuple[list[int], list[int | None]]:
    """Return the figure that each sentence names and the one that it compares with: days, visits, appointments."""
    nothing: list[int | None] = [None] * len(features.visits)
    if reason is Reason.RECENCY:
        return features.days.tolist(), nothing
    if reason is Reason.RHYTHM:
        return features.days.tolist(), list(features.gap.tolist())
    if reason is Reason.VISITS:
        return features.visits.tolist(), [typical] * len(nothing)
    if reason is Reason.MISSED:
        return features.missed.tolist(), nothing
    flag = {Reason.ANSWERED: features.answered, Reason.REACHABLE: features.reachable}.get(reason, features.visits == 1)
    return flag.astype(np.int64).tolist(), nothing


def _order(features: Features, scored: Scored, has: dict[Reason, Flags], typical: int) -> list[list[int]]:
    """Return the order of reading: why now, then what speaks for her, then the rest, each by its weight."""
    weights: list[Floats] = []
    for reason, points in scored.points.items():
        size = np.abs(points)
        for_her = points > 0
        if reason is Reason.VISITS:
            # Few visits are no reason to read as one for her, whatever they add.
            for_her = for_her & (features.visits > 1) & (features.visits >= typical)
        first = features.rhythm if reason is Reason.RHYTHM else ~features.rhythm if reason is Reason.RECENCY else False
        weight = np.where(first, _FIRST, np.where(for_her, _FOR + size, size))
        weights.append(np.where(has[reason], weight, -1.0))
    placed: list[list[int]] = np.argsort(-np.stack(weights), axis=0, kind="stable").T.tolist()
    return placed


def _pieces(told: Told) -> list[str]:
    """Return each patient's factor as Factor.as_json writes it, "" where she has none."""
    code = json.dumps(str(told.reason))
    rows = zip(told.has, told.text, told.points, told.value, told.typical, strict=True)
    return [_piece(code, text, points, value, usual) if has else "" for has, text, points, value, usual in rows]


def _piece(code: str, text: str, points: float, value: int, typical: int | None) -> str:
    direction = "UP" if points > 0 else "DOWN" if points < 0 else "NONE"
    compared = "null" if typical is None else typical
    return (
        f'{{"code": {code}, "text": "{text}", "direction": "{direction}", "points": {round(points, 10)}, '
        f'"value": {value}, "typical": {compared}}}'
    )


def _visits(count: int, typical: int) -> str:
    return f"{count} {'visit' if count == 1 else 'visits'} so far (typical {typical})"


def _missed(missed: int, known: int) -> str:
    return f"Missed {missed} of {known} {'appointment' if known == 1 else 'appointments'}"


def _phone(works: bool) -> str:
    return "Has a working phone number" if works else "No working phone number: check the number"
