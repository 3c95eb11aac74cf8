"""Tries the no-show score on a file: learned on earlier days, measured on later ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.arrays import Flags, Floats, Ints
from reactivate_desktop.scoring.bookings import Bookings
from reactivate_desktop.scoring.choosing import Choice, learn_best
from reactivate_desktop.scoring.events import day_of
from reactivate_desktop.scoring.refresh import REFRESH_DAYS, shift
from reactivate_desktop.scoring.resampling import Said
from reactivate_desktop.scoring.rules import NO_SHOW_RULES, lead_table
from reactivate_desktop.scoring.scorer import probability
from reactivate_desktop.scoring.training_rows import Rows, booking_rows, missed_rate
from reactivate_desktop.services.evaluation.noshow_file import NoShowFile, read_noshow
from reactivate_desktop.services.evaluation.report import PRODUCT, Report, Tested, doubts, figures, joined
from reactivate_desktop.services.evaluation.tables import day_from

# scoring.md, "To beat": a split by time above this is a leak until it is disproved.
LEAK_AUC = 0.76
# The protocol's origins on the public file: learn before the first day, measure from the second up to the third.
_PROTOCOL = (
    ("2016-05-18", "2016-05-18", "2016-05-25"),
    ("2016-05-25", "2016-05-25", "2016-06-02"),
    ("2016-06-02", "2016-06-02", "2016-06-09"),
)
_ORIGINS, _WEEK = 3, 7


@dataclass(frozen=True)
class Dates:
    """The days (YYYY-MM-DD) of a split: learn before the first, measure from the second up to before the third."""

    train_before: str | None = None
    test_from: str | None = None
    test_before: str | None = None


@dataclass(frozen=True)
class Window:
    """One split: rows to learn from, rows to measure on (places among all appointments), and the clinic's rate."""

    train: Rows
    train_lead: Ints
    test: Rows
    places: Ints
    rate: float
    first_day: int


def evaluate_noshow(train: Path, test: Path | None = None, dates: Dates | None = None) -> Report:
    """Return how the product and the rules foresee missed appointments. Raises Invalid.

    Without dates: three origins, each time learned before and measured on the week after. Nothing of `test` is
    learned from; what its patients did before the day of an appointment counts as history, as in a clinic.
    """
    file = read_noshow(train, test)
    tested, choices = [], []
    for window in windows(file, dates or Dates()):
        choice = learn_product(window)
        tested.append(_tested(file.bookings, window, choice))
        choices.append(choice)
    together = joined(tested)
    models = figures(together)
    notes = [*file.notes, *(choice.sentence for choice in choices if choice.fell_back)]
    return Report(
        dataset="noshow",
        rows=len(together.happened),
        positives=int(together.happened.sum()),
        stage=str(choices[-1].formula.stage),
        models=models,
        notes=[*notes, *doubts(models, together, LEAK_AUC)],
    )


def windows(file: NoShowFile, dates: Dates) -> list[Window]:
    """Return the splits of a file. Raises Invalid for days that do not fit each other or the file."""
    spans = _given(file, dates) if any((dates.train_before, dates.test_from, dates.test_before)) else _usual(file)
    found = [window for span in spans if (window := _window(file, *span)) is not None]
    if not found:
        raise Invalid("No appointment with a known outcome lies in the days to measure on. Please check the days.")
    return found


def learn_product(window: Window) -> Choice:
    """Return what the product learns for a window."""
    constants = noshow.constants_of(window.rate, window.train_lead)
    return learn_best(noshow.card(window.rate), noshow.OUTLINE, NO_SHOW_RULES, window.train, constants)


def _tested(bookings: Bookings, window: Window, choice: Choice) -> Tested:
    of = bookings.take(window.places)
    lead = np.maximum(of.day - of.booked, 0)
    logit = choice.formula.score(window.test.variables).logit
    shares = {
        PRODUCT: probability(logit + _refreshed(bookings, window, choice)),
        "lead_time": lead_table(window.train_lead, window.train.happened, window.rate, lead),
        "prior_no_show_rate": _own_rate(window),
    }
    said = {name: Said(share) for name, share in shares.items()}
    return Tested(said, window.test.happened, window.test.person, lead > 0)


def _refreshed(bookings: Bookings, window: Window, choice: Choice) -> Floats:
    """Return the shift of the intercept on each test day, by the outcomes of the days before it only."""
    days = window.test.known
    recent = (bookings.day >= window.first_day - REFRESH_DAYS) & (bookings.day <= int(days.max()))
    past = booking_rows(bookings, recent, window.rate)
    logit = choice.formula.score(past.variables).logit
    found = np.zeros(len(days))
    for day in np.unique(days).tolist():
        known = (past.known < day) & (past.known >= day - REFRESH_DAYS)
        found[days == day] = shift(logit[known], past.happened[known])
    return found


def _own_rate(window: Window) -> Floats:
    """Return each patient's own shrunk rate, from the log-odds above the clinic's that the variables hold."""
    clinic = float(np.log(window.rate / (1.0 - window.rate)))
    return probability(window.test.variables["own_rate"] + clinic)


def _window(file: NoShowFile, train_before: int, test_from: int, test_before: int) -> Window | None:
    bookings = file.bookings
    learned_from = bookings.take(np.flatnonzero(_to_learn(file)))
    train = learned_from.take(np.flatnonzero(learned_from.day < train_before))
    rate = missed_rate(train)
    measured = _to_measure(file) & (bookings.day >= test_from) & (bookings.day < test_before)
    test = booking_rows(bookings, measured, rate)
    if not test.size:
        return None
    known = train.known
    return Window(
        train=booking_rows(train, known, rate),
        train_lead=np.maximum(train.day - train.booked, 0)[known],
        test=test,
        places=np.flatnonzero(measured & bookings.known),
        rate=rate,
        first_day=test_from,
    )


def _to_learn(file: NoShowFile) -> Flags:
    """Return the appointments to learn from: nothing of the second file, unless it is the first one again."""
    only_first = file.of_train & ~file.of_test
    return only_first if only_first.any() else file.of_train


def _to_measure(file: NoShowFile) -> Flags:
    return file.of_test if file.of_test.any() else file.of_train


def _given(file: NoShowFile, dates: Dates) -> list[tuple[int, int, int]]:
    """Return the one split that was asked for; a day that was not given follows from the others."""
    first = dates.train_before or dates.test_from
    after = int(file.bookings.day.max()) + 1
    before = day_from(dates.test_before) if dates.test_before else after
    train_before = day_from(first) if first else _last_week(file, before)
    test_from = day_from(dates.test_from) if dates.test_from else train_before
    if not train_before <= test_from < before:
        raise Invalid(
            f"It would learn before {day_of(train_before)} and measure from {day_of(test_from)} up to before "
            f"{day_of(before)}. Please give days in this order, so that nothing is measured that was learned from."
        )
    return [(train_before, test_from, before)]


def _last_week(file: NoShowFile, before: int) -> int:
    return max(before - _WEEK, int(file.bookings.day.min()))


def _usual(file: NoShowFile) -> list[tuple[int, int, int]]:
    """Return the splits of the protocol: the public file's own, else the last three weeks of any file."""
    learned, asked = file.bookings.day[_to_learn(file)], file.bookings.day[_to_measure(file)]
    first, last = int(asked.min()), int(asked.max())
    if int(learned.max()) < first:
        return [(first, first, last + 1)]
    named = [(day_from(a), day_from(b), day_from(c)) for a, b, c in _PROTOCOL]
    if first <= named[0][0] and int(learned.min()) < named[0][0] and last == named[-1][2] - 1:
        return named
    return _rolling(int(learned.min()), first, last)


def _rolling(learned_from: int, first: int, last: int) -> list[tuple[int, int, int]]:
    """Return the last weeks of a span of days; shorter ones where half of it would not be left to learn from."""
    start = max(first, learned_from)
    size = max(1, min(_WEEK, (last + 1 - start) // (2 * _ORIGINS)))
    origins: Sequence[int] = [last + 1 - size * back for back in range(_ORIGINS, 0, -1)]
    return [(origin, origin, origin + size) for origin in origins]
