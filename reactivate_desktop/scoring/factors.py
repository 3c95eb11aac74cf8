"""Why a score is what it is: one sentence per reason, true of the patient, in the order in which they are read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from reactivate_desktop.domain.scores import Factor
from reactivate_desktop.scoring import return_words
from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.events import NOWHERE
from reactivate_desktop.scoring.features import Features
from reactivate_desktop.scoring.scorer import Reason, Scored
from reactivate_desktop.scoring.spans import span_codes

# Kept beside a prediction: the strongest reasons for, and against.
_MOST_FOR, _MOST_AGAINST = 3, 1
_FIRST, _FOR = 1000.0, 100.0
# Marks fit exactly into a number of JSON.
_MARK_BITS = 52
_MIX = np.uint64(6364136223846793005)


@dataclass(frozen=True)
class Told:
    """One reason of some patients: who has it, and for each the sentence, its figures and its points.

    more: further figures of each sentence, see domain.scores.Factor; none: value and typical say it all.
    """

    reason: Reason
    has: list[bool]
    text: list[str]
    value: Sequence[int | None]
    typical: list[int | None]
    points: list[float]
    more: Sequence[tuple[int, ...]] = ()


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
            Factor(
                str(t.reason), t.text[row], t.points[row], t.value[row], t.typical[row], t.more[row] if t.more else ()
            )
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
    has = {reason: return_words.has(features, reason) | (points != 0) for reason, points in scored.points.items()}
    told = tuple(
        Told(
            reason,
            has[reason].tolist(),
            _texts(features, scored, reason, typical),
            *return_words.figures(features, reason, typical),
            points.tolist(),
        )
        for reason, points in scored.points.items()
    )
    return Factors(scored.base, stage, told, _order(features, scored, has, typical))


def _texts(features: Features, scored: Scored, reason: Reason, typical: int) -> list[str]:
    if reason is Reason.LOCATION:
        return return_words.located(features, scored.points[reason], scored.compared)
    return return_words.texts(features, reason, typical)


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
        mark = _mixed(mark, each)
    # Only where a sentence can name it: all other marks stay as they were before there was this reason.
    worth = return_words.worth_of(features)
    mark = np.where(worth > 0, _mixed(mark, worth), mark)
    mark = np.where(features.location != NOWHERE, _mixed(mark, return_words.location_marks(features)), mark)
    return (mark >> np.uint64(64 - _MARK_BITS)).astype(np.int64)


def _mixed(mark: npt.NDArray[np.uint64], each: Ints | Flags) -> npt.NDArray[np.uint64]:
    # Wraps around on purpose.
    mixed: npt.NDArray[np.uint64] = (mark ^ each.astype(np.uint64)) * _MIX
    return mixed ^ (mixed >> np.uint64(29))


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
    # Only what people call a location can hold what JSON must not.
    text = _escaped(told.text) if told.reason is Reason.LOCATION else told.text
    rows = zip(told.has, text, told.points, told.value, told.typical, strict=True)
    pieces = [_piece(code, text, points, value, usual) if has else "" for has, text, points, value, usual in rows]
    if not told.more:
        return pieces
    return [
        f'{piece[:-1]}, "more": {json.dumps(more)}}}' if piece else ""
        for piece, more in zip(pieces, told.more, strict=True)
    ]


def _escaped(texts: Sequence[str]) -> list[str]:
    escaped = {text: json.dumps(text)[1:-1] for text in set(texts)}
    return [escaped[text] for text in texts]


def _piece(code: str, text: str, points: float, value: int | None, typical: int | None) -> str:
    direction = "UP" if points > 0 else "DOWN" if points < 0 else "NONE"
    shown, compared = ("null" if each is None else each for each in (value, typical))
    return (
        f'{{"code": {code}, "text": "{text}", "direction": "{direction}", "points": {round(points, 10)}, '
        f'"value": {shown}, "typical": {compared}}}'
    )
