"""The risks of a whole demo clinic, made together, are word for word those made for each appointment alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest

from reactivate_desktop.domain.no_show import NoShowRules
from reactivate_desktop.scoring import noshow
from reactivate_desktop.scoring.bookings import BookingFeatures, Bookings, booking_features, evening_before
from reactivate_desktop.scoring.factors import Factors
from reactivate_desktop.scoring.formula import Formula
from reactivate_desktop.scoring.learning import learn
from reactivate_desktop.scoring.noshow_words import risk_factors
from reactivate_desktop.scoring.scorer import Scored
from reactivate_desktop.services.learning_rows import bookings_of, missed_rows
from reactivate_desktop.storage.queries import booking_inputs
from tests.factories.clinics import ClinicMaker
from tests.factories.demo import demo_person

TODAY = datetime.now(UTC).date()


@dataclass(frozen=True)
class Book:
    """All appointments of a demo clinic, and a scorer that learned from them."""

    bookings: Bookings
    formula: Formula

    def judged(self, found: BookingFeatures) -> tuple[Scored, Factors]:
        scored = self.formula.score(noshow.variables(found, self.formula.constants))
        return scored, risk_factors(found, scored, self.formula)


@pytest.fixture(scope="module")
def book(maker: ClinicMaker) -> Book:
    with demo_person(maker, 1_500, TODAY).begin() as tx:
        rows, constants = missed_rows(tx, TODAY, NoShowRules.usual_rate)
        bookings = bookings_of(booking_inputs.read(tx))
    return Book(bookings, learn(noshow.card(constants[noshow.RATE]), noshow.OUTLINE, rows, constants))


def test_together_as_alone(book: Book) -> None:
    every = np.arange(len(book.bookings.day))
    found = booking_features(book.bookings, every, evening_before(book.bookings))
    scored, told = book.judged(found)
    assert len(every) > 2_000
    assert len({factor.text for row in every.tolist() for factor in told.of(row)}) > 200
    for row in every[:: len(every) // 500].tolist():
        alone, alone_told = book.judged(found.take(np.array([row])))
        assert alone_told.of(0) == told.of(row)
        assert alone.logit.tobytes() == scored.logit[[row]].tobytes()
        once = booking_features(book.bookings, np.array([row]), evening_before(book.bookings)[[row]])
        assert book.judged(once)[1].of(0) == told.of(row)
