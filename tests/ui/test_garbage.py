"""Widgets in reference cycles die in the UI thread, whichever thread allocates meanwhile."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.garbage import Garbage


class _Knot(QWidget):
    """Refers to itself: only the collector finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


@pytest.fixture
def died() -> list[str]:
    return []


@pytest.fixture
def busy() -> list[bool]:
    return [False]


@pytest.fixture
def garbage(busy: list[bool], qtbot: QtBot) -> Iterator[Garbage]:
    gc.collect()
    # As in the program, whose collecting is Python's own until then.
    gc.enable()
    owner = QObject()
    made = Garbage(lambda: busy[0], owner)
    made.begin()
    yield made
    made.close()
    gc.disable()


def _drop(died: list[str]) -> weakref.ref[_Knot]:
    return weakref.ref(_Knot(), lambda _: died.append(threading.current_thread().name))


def _allocate_in_a_thread() -> list[list[int]]:
    """Return what was allocated: as long as it lives, a collecting is due."""
    kept: list[list[int]] = []
    thread = threading.Thread(target=lambda: kept.extend([n] for n in range(300_000)), name="worker")
    thread.start()
    thread.join()
    return kept


def test_a_worker_that_allocates_leaves_the_window_s_garbage_alone(
    garbage: Garbage, died: list[str], qtbot: QtBot
) -> None:
    gone = _drop(died)
    kept = _allocate_in_a_thread()
    assert died == []
    qtbot.waitUntil(lambda: gone() is None)
    assert died == ["MainThread"]
    assert kept


def test_nothing_is_collected_while_long_work_runs(
    garbage: Garbage, busy: list[bool], died: list[str], qtbot: QtBot
) -> None:
    busy[0] = True
    gone = _drop(died)
    kept = _allocate_in_a_thread()
    garbage._look()
    assert gone() is not None
    busy[0] = False
    garbage._look()
    assert died == ["MainThread"]
    assert kept
