"""Which number is wrong, and how many others have it: it is marked for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from reactivate_desktop.domain.enums import ContactOutcome
from reactivate_desktop.domain.outreach import QueueRow
from ui import formats
from ui.context import Context
from ui.priority_queue.asks import Ask
from ui.priority_queue.wishes import OutcomeWish
from ui.privacy import veiled
from ui.tasks import Ticket
from ui.text import tr, trn
from ui.widgets.buttons import Button, Kind


class WrongNumberAsk(Ask):
    """Asks only where it matters: two numbers, or one that others have, too."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ContactOutcome.WRONG_NUMBER)
        self._ctx = ctx
        self._numbers: list[str] = []
        self._ticket: Ticket[dict[str, int]] | None = None

    def ask(self, shown: QueueRow) -> None:
        """Look who else has the patient's numbers, then ask or answer at once."""
        self.stop()
        numbers = [number for number in (shown.phone, shown.phone_second) if number]
        self._numbers = []
        self.say(tr("Wrong number"), tr("Looking who else has this number."))
        self.offer()
        desk, me = self._ctx.desk, shown.id

        def work() -> dict[str, int]:
            found = {number: desk.patients.find_by_phone(number) for number in numbers}
            return {number: sum(row.id != me for row in rows) for number, rows in found.items()}

        self._ticket = self._ctx.tasks.run(
            work, self, partial(self._ask, numbers), failed=lambda _: self._ask(numbers, dict.fromkeys(numbers, 0))
        )

    def stop(self) -> None:
        """Forget the question: something else is done."""
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None

    def digit(self, number: int) -> bool:
        # The outcome's own key, pressed again, is the answer where only one number can be wrong.
        if number == 6 and len(self._numbers) == 1:
            number = 1
        if number > len(self._numbers):
            return False
        self._answer(self._numbers[number - 1])
        return True

    def _ask(self, numbers: list[str], sharing: Mapping[str, int]) -> None:
        self._ticket = None
        if not numbers:
            self.answered.emit(OutcomeWish(ContactOutcome.WRONG_NUMBER))
            return
        if len(numbers) == 1 and not sharing.get(numbers[0]):
            self._answer(numbers[0])
            return
        self._numbers = list(numbers)
        title = tr("Which number is wrong?") if len(numbers) > 1 else tr("Is the number wrong?")
        shared = (_shared(number, sharing.get(number, 0)) for number in numbers)
        self.say(title, " ".join(sentence for sentence in shared if sentence))
        buttons = []
        for key, number in enumerate(numbers, start=1):
            button = Button(veiled(formats.phone(number)), Kind.TONAL, keys=str(key))
            button.clicked.connect(partial(self._answer, number))
            buttons.append(button)
        self.offer(*buttons)

    def _answer(self, number: str) -> None:
        self.answered.emit(OutcomeWish(ContactOutcome.WRONG_NUMBER, number=number))


def _shared(number: str, others: int) -> str:
    if not others:
        return ""
    return trn(
        "{n} other patient has {number}, too: it is marked as wrong for both.",
        "{n} other patients have {number}, too: it is marked as wrong for all of them.",
        others,
        number=veiled(formats.phone(number)),
    )
