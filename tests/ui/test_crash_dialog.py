"""A bug is shown once, written to the log, and never with a word of a patient's."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.errors import Conflict
from ui.crashes import Crashes, excerpt
from ui.frame.crash_dialog import CrashDialog
from ui.main_window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme

PATIENT = "María Acuña"


@pytest.fixture
def crashes(look: Theme, qtbot: QtBot) -> Iterator[Crashes]:
    window = MainWindow()
    qtbot.addWidget(window)
    tasks = Tasks(window)
    hooks = sys.excepthook, threading.excepthook
    yield Crashes(window, tasks)
    sys.excepthook, threading.excepthook = hooks
    tasks.close()


def bug() -> BaseException:
    """Return an error whose words, values and causes name a patient."""
    patient = PATIENT
    try:
        try:
            try:
                int(patient)
            except ValueError as error:
                raise Conflict(f"Sam is calling {patient}") from error
        except Conflict:
            _ = {"name": patient}[patient]
    except KeyError as error:
        return error
    raise AssertionError


def dialogs(crashes: Crashes) -> list[CrashDialog]:
    window = crashes.parent()
    assert isinstance(window, MainWindow)
    return [dialog for dialog in window.findChildren(CrashDialog) if dialog.isVisible()]


def test_the_excerpt_names_errors_and_lines_only() -> None:
    words = excerpt(bug())
    assert "builtins.KeyError" in words
    assert "reactivate_desktop.domain.errors.Conflict" in words
    assert "builtins.ValueError" in words
    assert "tests/ui/test_crash_dialog.py:" in words
    assert "María" not in words
    assert "Acuña" not in words
    assert "Sam" not in words


def test_the_dialog_and_the_log_hold_no_patient(crashes: Crashes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        crashes.meet(bug())
    (dialog,) = dialogs(crashes)
    next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Copy for IT").click()
    copied = QGuiApplication.clipboard().text()
    assert "builtins.KeyError" in copied
    for words in (copied, caplog.text):
        assert "María" not in words
        assert "Acuña" not in words
    assert "builtins.KeyError" in caplog.text
    caplog.clear()


def test_there_is_never_more_than_one(crashes: Crashes, caplog: pytest.LogCaptureFixture) -> None:
    crashes.meet(bug())
    crashes.meet(RuntimeError(PATIENT))
    (dialog,) = dialogs(crashes)
    assert "RuntimeError" in dialog.lines()
    next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Close").click()
    assert not dialogs(crashes)
    crashes.meet(bug())
    assert len(dialogs(crashes)) == 1
    caplog.clear()


def test_bugs_of_tasks_and_threads_come_too(crashes: Crashes, caplog: pytest.LogCaptureFixture, qtbot: QtBot) -> None:
    crashes.install()
    tasks = crashes.tasks

    def work() -> None:
        raise RuntimeError(PATIENT)

    tasks.run(work, crashes)
    qtbot.waitUntil(lambda: len(dialogs(crashes)) == 1)
    (dialog,) = dialogs(crashes)
    thread = threading.Thread(target=_raise_in_thread)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: "ZeroDivisionError" in dialog.lines())
    assert PATIENT not in dialog.lines()
    caplog.clear()


def test_a_bug_in_a_slot_comes_too(crashes: Crashes, caplog: pytest.LogCaptureFixture) -> None:
    crashes.install()
    error = bug()
    sys.excepthook(type(error), error, error.__traceback__)
    assert len(dialogs(crashes)) == 1
    caplog.clear()


def test_restart_is_wished_and_the_program_ends(
    crashes: Crashes, caplog: pytest.LogCaptureFixture, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    monkeypatch.setattr("ui.crashes.QApplication.quit", lambda: ended.append("quit"))
    crashes.meet(bug())
    (dialog,) = dialogs(crashes)
    next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Restart").click()
    assert crashes.restart_wanted
    assert ended == ["quit"]
    caplog.clear()


def _raise_in_thread() -> None:
    _ = 1 / len(PATIENT[:0])
