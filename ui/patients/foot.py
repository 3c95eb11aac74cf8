"""The foot of the patients list: what is shown in which order, what is new, and the names that only sound alike."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from reactivate_desktop.domain.patient_lists import ListOrder, PatientSort
from ui.text import number, tr, trn
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import row
from ui.widgets.text import SMALL, Elided

HEIGHT = 42


class Foot(QWidget):
    """`again_asked`: read the list anew; `alike_asked(bool)`: those who sound alike, or those who match.

    `review_asked`: show pairs of possible duplicates.
    """

    again_asked = Signal()
    alike_asked = Signal(bool)
    review_asked = Signal()

    def __init__(self, *, may_review: bool) -> None:
        super().__init__()
        self._may_review = may_review
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._words = Elided("", SMALL, "muted")
        self._again = Button("", Kind.LINK)
        self._alike = Button("", Kind.LINK)
        self._review = Button(tr("Review them pair by pair"), Kind.LINK)
        self._among_alike = False
        inner = row(self, 16)
        inner.setContentsMargins(15, 0, 15, 0)
        inner.addWidget(self._words, 1)
        inner.addWidget(self._again)
        inner.addWidget(self._alike)
        inner.addWidget(self._review)
        for link in (self._again, self._alike, self._review):
            link.hide()
        self._again.clicked.connect(self.again_asked)
        self._review.clicked.connect(self.review_asked)
        self._alike.clicked.connect(lambda: self.alike_asked.emit(not self._among_alike))

    def say(self, shown: tuple[int, int], total: int, order: ListOrder, *, text: bool, counted: bool) -> None:
        """Show places, order and what a search forgives. counted: the total is that of all."""
        first, last = shown
        if total == 0:
            self._words.setText("")
            return
        much = number(total) if counted else tr("{n} or more", n=number(total))
        parts = [tr("{first}–{last} of {total}", first=number(first + 1), last=number(last + 1), total=much)]
        parts.append(order_words(order, text=text))
        if self._among_alike:
            parts.append(tr("no exact match, these names are similar"))
        elif text:
            parts.append(tr("accents and small typos are forgiven"))
        self._words.setText(" · ".join(parts))

    def offer_review(self, duplicates: bool) -> None:
        """Offer the review while possible duplicates are listed."""
        self._review.setVisible(duplicates and self._may_review)

    def say_new(self, more: int) -> None:
        """Offer to read the list anew: so many more match now (less than none: fewer)."""
        if more > 0:
            self._offer(self._again, trn("{n} new, show", "{n} new, show", more))
        elif more < 0:
            self._offer(self._again, trn("{n} no longer matches, show", "{n} no longer match, show", -more))
        else:
            self._again.hide()

    def say_alike(self, count: int, *, among: bool = False, back: bool = False) -> None:
        """Offer those whose names only sound alike; among: they are what is shown, back: others match exactly."""
        self._among_alike = among
        if among and back:
            self._offer(self._alike, tr("Back to exact matches"))
        elif count:
            self._offer(
                self._alike,
                trn("Show {n} name that only sounds alike", "Show {n} names that only sound alike", count),
            )
        else:
            self._alike.hide()

    def _offer(self, link: Button, words: str) -> None:
        link.setText(words)
        link.setAccessibleName(words)
        link.updateGeometry()
        link.show()


def order_words(order: ListOrder, *, text: bool) -> str:
    """Return the order of the list in words."""
    if order.by == PatientSort.MATCH:
        return tr("best match first") if text else tr("by name")
    up, down = {
        PatientSort.NAME: (tr("by name"), tr("by name, Z first")),
        PatientSort.BIRTH: (tr("oldest patients first"), tr("youngest patients first")),
        PatientSort.LAST_VISIT: (tr("longest away first"), tr("latest visit first")),
        PatientSort.NEXT_VISIT: (tr("next visit first"), tr("latest booking first")),
        PatientSort.SCORE: (tr("lowest score first"), tr("highest score first")),
    }[order.by]
    return up if order.ascending else down
