"""What the weekly check of a scorer found, in words of the window's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reactivate_desktop.domain.enums import ContactPriority, RiskLevel, ScorerKind
from reactivate_desktop.domain.model_cards import DriftRow, ModelCard
from reactivate_desktop.domain.score_checks import PSI, SHARE, Figure, failed, value_of
from ui import formats, words
from ui.factor_words import looked_at
from ui.settings.card_words import of_100, percent, points, returns
from ui.text import decimal, number, tr, trn

# Closer than this share of what was expected is "about as many".
_ABOUT = 0.1


@dataclass(frozen=True)
class Notice:
    """What needs a person: the head and what follows from it."""

    head: str
    sentence: str


def notice(card: ModelCard) -> Notice | None:
    """Return what the box says; None: the newest check is as it should be, or there was none."""
    if card.fallen_back:
        return Notice(tr("Two weekly checks failed"), tr("A simpler estimate scores until a check passes."))
    if failed(card.drift):
        head = tr("The check of {day} did not pass", day=formats.day(card.drift[0].checked_on))
        return Notice(head, tr("If the next one fails, too, a simpler estimate scores instead."))
    moved = _moved(card.drift)
    if moved:
        return Notice(tr("Some facts are not as they were"), tr("Changed since it learned: {list}", list=moved.lower()))
    return None


def history(card: ModelCard) -> str:
    """Return what the newest check found, in a few sentences."""
    if card.scorer_id is None:
        return tr("What is not learned yet is not checked. Once it is, a check every week will be told here.")
    if not card.drift:
        return tr("Not checked yet: the first check comes with a scoring run, once new outcomes are known.")
    checked = tr("Checked on {day}.", day=formats.day(card.drift[0].checked_on))
    told = [checked, _compared(card.kind, card.drift), _changed(card.drift)]
    found = notice(card)
    if found is not None:
        told.append(f"{found.head}. {found.sentence}")
    return " ".join(told)


def table(card: ModelCard) -> list[tuple[str, str, str, str]]:
    """Return the figures of the newest check: what, how much, what is allowed, and how it stands."""
    found = []
    for row in sorted(card.drift, key=_order):
        said = _figure(row)
        if said is not None:
            limited = row.low is not None or row.high is not None
            word = (tr("passed") if row.passed else tr("too far off")) if limited else tr("told only")
            found.append((*said, word))
    return found


def _moved(rows: Sequence[DriftRow]) -> str:
    codes = [row.figure.removeprefix(PSI) for row in rows if row.figure.startswith(PSI) and not row.passed]
    return looked_at(codes) if codes else ""


def _compared(kind: ScorerKind, rows: Sequence[DriftRow]) -> str:
    size, happened, expected = (round(value_of(rows, each)) for each in (Figure.ROWS, Figure.HAPPENED, Figure.EXPECTED))
    if not size:
        return tr("No outcomes became known in the last four weeks that it had not seen.")
    given = {"yes": number(happened), "expected": number(expected)}
    off = value_of(rows, Figure.HAPPENED) - value_of(rows, Figure.EXPECTED)
    about = abs(off) <= max(_ABOUT * value_of(rows, Figure.EXPECTED), 0.5)
    if returns(kind):
        head = (
            tr("About as many patients came back as it said:")
            if about
            else tr("More patients came back than it said:")
            if off > 0
            else tr("Fewer patients came back than it said:")
        )
        return (
            f"{head} {trn('{yes} of {n}, {expected} expected.', '{yes} of {n}, {expected} expected.', size, **given)}"
        )
    head = (
        tr("About as many appointments were missed as it said:")
        if about
        else tr("More appointments were missed than it said:")
        if off > 0
        else tr("Fewer appointments were missed than it said:")
    )
    return f"{head} {trn('{yes} of {n}, {expected} expected.', '{yes} of {n}, {expected} expected.', size, **given)}"


def _changed(rows: Sequence[DriftRow]) -> str:
    moved = value_of(rows, Figure.MOVED)
    if not moved:
        return tr("The chances stay as they are.")
    return tr("The chances were raised.") if moved > 0 else tr("The chances were lowered.")


def _order(row: DriftRow) -> tuple[int, str]:
    places = {str(figure): place for place, figure in enumerate(Figure)}
    return (places.get(row.figure, len(places) + row.figure.startswith(PSI)), row.figure)


def _figure(row: DriftRow) -> tuple[str, str, str] | None:
    """Return what a figure is called, its value and its limits; None: one that only the program needs."""
    if row.figure.startswith(PSI):
        fact = looked_at([row.figure.removeprefix(PSI)])
        return tr("Changed since it learned: {fact}", fact=fact), _two(row.value), _limits(_two, row)
    if row.figure.startswith(SHARE):
        return _share(row.figure.removeprefix(SHARE)), percent(row.value), "–"
    if row.figure == Figure.RATIO:
        return tr("Seen for each one expected"), _two(row.value), _limits(_two, row)
    if row.figure == Figure.ECE:
        return tr("Chance given vs. seen, points off"), points(row.value), _limits(points, row)
    if row.figure == Figure.AUC:
        return tr("Picks the likelier of two, of 100"), of_100(row.value), _limits(of_100, row)
    if row.figure == Figure.NO_HISTORY:
        return tr("Without a history"), percent(row.value), "–"
    if row.figure in (Figure.ROWS, Figure.HAPPENED, Figure.EXPECTED):
        return _count(row.figure), number(round(row.value)), "–"
    return None


def _count(figure: str) -> str:
    return {
        str(Figure.ROWS): tr("Outcomes of the last four weeks"),
        str(Figure.HAPPENED): tr("Of these it happened to"),
        str(Figure.EXPECTED): tr("Expected"),
    }[figure]


def _share(word: str) -> str:
    if word in ContactPriority.__members__:
        return tr("Now {level}", level=words.priority(ContactPriority(word)))
    if word in RiskLevel.__members__:
        return tr("Now {level}", level=words.risk(RiskLevel(word)))
    return word


def _limits(written: Callable[[float], str], row: DriftRow) -> str:
    if row.low is not None and row.high is not None:
        return tr("{low} to {high}", low=written(row.low), high=written(row.high))
    if row.low is not None:
        return tr("{n} or more", n=written(row.low))
    return "–" if row.high is None else tr("{n} at most", n=written(row.high))


def _two(value: float) -> str:
    return decimal(round(value * 100), 100)
