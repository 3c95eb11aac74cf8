"""A long list: rows are read in threads, page by page, and painted from words that are ready."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.id_list import IdList
from ui.patients.picks import Picks
from ui.patients.rows import Marked, ShownRow, Sign
from ui.patients.view import PatientView, fields_for
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.widgets.paged_model import PAGE, PagedModel

COUNT = 20_000
IDS = IdList.of(uuid4() for _ in range(COUNT))
ROW = ShownRow(
    id=UUID(int=0),
    name=Marked("Márquez-Delgado, Inés", ((0, 3),)),
    born=Marked("2 Mar 1988 · 38 · MRN 20417"),
    phone=Marked("(555) 010-4471"),
    phone_state="",
    segment="Dormant",
    priority=ContactPriority.GREEN,
    score=30,
    last=("13 months", "20 Oct 2025"),
    next=("3 Dec, 10:30", "Cleaning"),
    best=Sign("phone", "Call"),
    note=Sign("calendar-check", "Booked today", "accent"),
    may_contact=True,
    version=1,
)


class Reader:
    """Makes rows for ids and notes who asked."""

    def __init__(self) -> None:
        self.pages = 0
        self.threads: set[int] = set()
        self.hold = threading.Event()
        self.hold.set()

    def read(self, ids: list[UUID]) -> list[ShownRow]:
        self.hold.wait(10)
        self.pages += 1
        self.threads.add(threading.get_ident())
        return [replace(ROW, id=id) for id in ids]


@pytest.fixture
def tasks(look: Theme, qtbot: QtBot) -> Iterator[Tasks]:
    window = QWidget()
    qtbot.addWidget(window)
    made = Tasks(window)
    yield made
    made.close()


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def view(tasks: Tasks, reader: Reader, qtbot: QtBot) -> PatientView:
    made = PatientView(fields_for(writes=True), picks := Picks(tasks))
    qtbot.addWidget(made)
    model: PagedModel[ShownRow] = PagedModel(tasks, made.columns(picks), reader.read, made)
    made.show_model(model)
    model.show_index(IDS)
    made.resize(1170, 620)
    with qtbot.waitExposed(made):
        made.show()
    qtbot.waitUntil(lambda: tasks.busy == 0)
    return made


def test_scrolling_reads_in_threads_and_only_what_is_looked_at(
    view: PatientView, reader: Reader, tasks: Tasks, qtbot: QtBot
) -> None:
    bar = view.verticalScrollBar()
    frames = []
    for step in range(120):
        bar.setValue(bar.maximum() * step // 120)
        start = time.perf_counter()
        view.viewport().repaint()
        frames.append(time.perf_counter() - start)
        if step % 10 == 0:
            qtbot.waitUntil(lambda: tasks.busy == 0)
    qtbot.waitUntil(lambda: tasks.busy == 0)
    assert threading.get_ident() not in reader.threads
    # 120 jumps over 200 pages: those flown over are not read.
    assert 12 <= reader.pages < COUNT // PAGE
    assert sorted(frames)[len(frames) // 2] < 0.033


def test_the_end_of_the_list_is_there_at_once(view: PatientView, tasks: Tasks, qtbot: QtBot) -> None:
    view.go_to(COUNT - 1)
    qtbot.waitUntil(lambda: view.model().row_at(COUNT - 1) is not None)  # type: ignore[attr-defined]
    assert view.shown_range()[1] == COUNT - 1
    first, last = view.shown_range()
    assert last - first >= 10


def test_skeleton_rows_come_only_after_a_while(view: PatientView, reader: Reader, tasks: Tasks, qtbot: QtBot) -> None:
    model = view.model()
    assert isinstance(model, PagedModel)
    reader.hold.clear()
    view.go_to(COUNT // 2)
    view.viewport().repaint()
    assert model.row_at(COUNT // 2) is None
    assert not model.slow
    qtbot.waitUntil(lambda: model.slow)
    reader.hold.set()
    qtbot.waitUntil(lambda: model.row_at(COUNT // 2) is not None)
    qtbot.waitUntil(lambda: tasks.busy == 0)
    assert not model.slow


def test_a_list_of_pages_keeps_qts_rules(view: PatientView, tasks: Tasks, qtbot: QtBot) -> None:
    model = view.model()
    assert isinstance(model, PagedModel)
    # The tester asks for every cell again and again.
    model.show_index(IdList.of(IDS.slice(0, 250)))
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.refresh()
    view.go_to(240)
    qtbot.waitUntil(lambda: tasks.busy == 0)
    assert tester.model() is model


def test_whole_rows_fill_the_list(view: PatientView) -> None:
    high = view.verticalHeader().defaultSectionSize()
    assert 46 <= high <= 50
    assert view.viewport().height() % high < view.viewport().height() // high
    view.set_low(True)
    assert 42 <= view.verticalHeader().defaultSectionSize() <= 46
