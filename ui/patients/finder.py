"""Asks for the patients of a search: the first rows at once, then the ids of all; only the newest answer counts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.patient_lists import EVERYBODY, ListOrder, PatientFilter
from ui import formats
from ui.context import Context
from ui.patients.fragments import Fragments
from ui.patients.rows import ShownRow, shown_rows
from ui.tasks import Ticket

# A key stroke waits for the next one this long.
PAUSE_MS = 20
# What most windows show: each row more is read from six tables, cold. The pages behind come with the ids.
FIRST = 24
# So long the first rows have the machine for themselves: reading the ids of all takes a core, and they must be painted.
PAINT_SECONDS = 0.03


@dataclass(frozen=True)
class Question:
    """What is asked for, and when (a clock that only goes forward)."""

    wish: PatientFilter
    order: ListOrder
    asked_at: float

    def seconds(self) -> float:
        """Return how long ago it was asked."""
        return time.perf_counter() - self.asked_at


@dataclass(frozen=True)
class Answer:
    """The first rows, and for which wish: nobody who matches, then those whose names are alike. whole: all of them."""

    question: Question
    wish: PatientFilter
    rows: tuple[ShownRow, ...]
    fragments: Fragments
    whole: bool

    def ids(self) -> IdList:
        """Return the ids of the rows."""
        return IdList.of(row.id for row in self.rows)


class Finder(QObject):
    """`asked`: a question went out; `first(Answer)`, then `all(ids)`, then `alike(count)`; `failed(error)`."""

    asked = Signal()
    first = Signal(object)
    all = Signal(object)
    alike = Signal(int)
    failed = Signal(object)

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._next: Question | None = None
        self._tickets: list[Ticket[Any]] = []
        self._newer = threading.Event()
        # Those of the rows on screen; pages that are read later are marked by them.
        self.fragments = Fragments()
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._send)

    def ask_soon(self, wish: PatientFilter, order: ListOrder) -> None:
        """Ask when nothing more is typed for a moment; the time counts from now."""
        self._next = Question(wish, order, time.perf_counter())
        self._timer.start()

    def ask(self, wish: PatientFilter, order: ListOrder) -> None:
        """Ask at once."""
        self._next = Question(wish, order, time.perf_counter())
        self._send()

    def pending(self) -> bool:
        """Return whether the rows on screen are not yet those of what was typed."""
        return self._next is not None

    def read(self, ids: list[UUID]) -> list[ShownRow]:
        """Read rows by their ids, in a thread."""
        rows = self._ctx.desk.patient_lists.rows(ids)
        return shown_rows(rows, self.fragments, self._ctx.person.id)

    def _send(self) -> None:
        self._timer.stop()
        question = self._next
        if question is None:
            return
        self._forget()
        self._run(lambda: self._find(question), self._answered)
        self.asked.emit()

    def _find(self, question: Question) -> Answer:
        found = self._ctx.desk.patient_lists.find(question.wish, question.order, FIRST)
        fragments = Fragments.of(question.wish.text, formats.today_here())
        rows = tuple(shown_rows(found.rows, fragments, self._ctx.person.id))
        return Answer(question, found.wish, rows, fragments, len(rows) < FIRST)

    def _answered(self, answer: Answer) -> None:
        # A newer question may wait for its pause: these rows are still better than those before.
        if self._next is answer.question:
            self._next = None
        self.fragments = answer.fragments
        self.first.emit(answer)
        if answer.whole:
            self._count_alike(answer)
            return
        desk, order, newer = self._ctx.desk, answer.question.order, self._newer

        def index() -> IdList | None:
            return None if newer.wait(PAINT_SECONDS) else desk.patient_lists.index(answer.wish, order)

        self._run(index, lambda ids: self._indexed(answer, ids))

    def _indexed(self, answer: Answer, ids: IdList) -> None:
        self.all.emit(ids)
        self._count_alike(answer)

    def _count_alike(self, answer: Answer) -> None:
        wish = replace(answer.wish, only_similar=False)
        if answer.wish.only_similar or not wish.text.strip():
            return
        desk = self._ctx.desk
        self._run(lambda: desk.patient_lists.similar(wish), self.alike.emit)

    def _run(self, work: Any, done: Any) -> None:
        self._tickets.append(self._ctx.tasks.run(work, self, done, failed=self._fail))

    def _fail(self, error: ExpectedError) -> None:
        self._next = None
        self.failed.emit(error)

    def _forget(self) -> None:
        for ticket in self._tickets:
            ticket.cancel()
        self._tickets.clear()
        self._newer.set()
        self._newer = threading.Event()


def narrowed(wish: PatientFilter) -> bool:
    """Return whether a wish leaves anybody out by more than its text."""
    return replace(wish, text="", only_similar=False) != EVERYBODY
