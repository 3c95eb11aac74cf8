"""What an outcome asks before it is logged, inline in the dock: once, with a way back."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from reactivate_desktop.domain.enums import ContactOutcome
from ui import words
from ui.priority_queue.wishes import OutcomeWish
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.key_page import KeyPage, by_tab_only
from ui.widgets.panels import column
from ui.widgets.text import BODY, FIRST, Label

_MEANS = ("phone", "counter", "letter")


class Ask(KeyPage):
    """A question with its answers as buttons. `answered(OutcomeWish)`: complete but for the note.

    The way back has the focus at first: Enter, pressed from habit, must not do what cannot be taken back.
    """

    answered = Signal(object)

    def __init__(self, outcome: ContactOutcome) -> None:
        super().__init__()
        self.outcome = outcome
        self._title = Label("", FIRST, wrap=True)
        self._words = Label("", BODY, "muted", wrap=True)
        self._answers: list[Button] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(6)
        self.back_button = Button(tr("Back"), Kind.PLAIN, keys=tr("Esc"))
        self.back_button.clicked.connect(self.back)
        by_tab_only(self.back_button)
        self.body = column(self, 5)
        for part in (self._title, self._words):
            self.body.addWidget(part)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self.offer()

    def say(self, title: str, sentence: str) -> None:
        """Say what is asked."""
        self._title.setText(title)
        self._words.setText(sentence)
        self._words.setVisible(bool(sentence))
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)

    def offer(self, *buttons: Button) -> None:
        """Offer these answers, two in a row, the way back behind them."""
        for old in self._answers:
            old.hide()
            old.deleteLater()
        self._answers = list(buttons)
        by_tab_only(*buttons)
        self._grid.removeWidget(self.back_button)
        for place, button in enumerate([*buttons, self.back_button]):
            self._grid.addWidget(button, place // 2, place % 2)
        for before, after in pairwise([*buttons, self.back_button]):
            QWidget.setTabOrder(before, after)

    def said(self) -> str:
        """Return the question with its sentence."""
        return f"{self._title.text()} {self._words.text()}".strip()

    def first_focus(self) -> QWidget:
        return self.back_button

    def go(self) -> None:
        """Go back: nothing has been chosen."""
        self.back.emit()


class DeceasedAsk(Ask):
    """Once more, before a patient is marked as deceased."""

    def __init__(self) -> None:
        super().__init__(ContactOutcome.DECEASED)
        self.yes = Button(tr("Yes, has died"), Kind.TONAL, keys="8")
        self.yes.clicked.connect(self._answer)
        self.offer(self.yes)

    def ask(self, name: str) -> None:
        """Ask about a patient."""
        self.say(
            tr("Has {name} died?", name=name),
            tr("The record is marked as deceased: no more calls, no more messages. Undo takes it back."),
        )

    def digit(self, number: int) -> bool:
        if number == 8:
            self._answer()
        return number == 8

    def _answer(self) -> None:
        self.answered.emit(OutcomeWish(ContactOutcome.DECEASED))


class OptOutAsk(Ask):
    """How the wish not to be contacted reached the clinic."""

    def __init__(self) -> None:
        super().__init__(ContactOutcome.OPT_OUT)
        buttons = [Button(words.means(each), Kind.TONAL, keys=str(key)) for key, each in enumerate(_MEANS, start=1)]
        for each, button in zip(_MEANS, buttons, strict=True):
            button.clicked.connect(partial(self._answer, each))
        self.offer(*buttons)

    def ask(self, name: str) -> None:
        """Ask about a patient."""
        self.say(
            tr("How did {name} opt out?", name=name),
            tr("No calls and no messages from now on, on all numbers and addresses. Undo works for one minute."),
        )

    def digit(self, number: int) -> bool:
        if number > len(_MEANS):
            return False
        self._answer(_MEANS[number - 1])
        return True

    def _answer(self, means: str) -> None:
        self.answered.emit(OutcomeWish(ContactOutcome.OPT_OUT, means=means))
