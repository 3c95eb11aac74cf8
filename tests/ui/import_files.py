"""Files as front desks have them, and the wizard in a window, driven by keys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.progress import Progress, Step
from reactivate_desktop.services.imports import Imports
from ui.context import Context
from ui.patients.import_wizard.page import ImportWizard
from ui.patients.import_wizard.step import Stage

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
HEADER = ("LAST_NM", "FIRST_NM", "CELL", "BIRTH", "EMAIL", "LASTSEEN", "CHART", "FAX")


def write(path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8", delimiter: str = ";") -> Path:
    """Write a table, the first row its header."""
    path.write_bytes("\r\n".join(delimiter.join(map(str, row)) for row in rows).encode(encoding))
    return path


def recall(path: Path, count: int, lead: str = "A") -> Path:
    """Write a recall list: Windows-1252, semicolons, days that fit both ways, what Excel does, an empty name."""
    rows: list[Sequence[object]] = [HEADER]
    for n in range(1, count + 1):
        rows.append(
            (
                f"Nuñez{lead}{n}",
                "José",
                "n/a" if n == 2 else "12" if n == 3 else f"(212) 555-{n:04d}",
                f"{n % 12 + 1:02}/{n % 9 + 1:02}/{1930 + n % 90}",
                "no address" if n == 4 else "",
                "2025-10-02" if n % 2 else "",
                "1.23E+09" if n == 5 else f"{lead}{n}",
                "",
            )
        )
    rows.append(("", "", "", "", "", "", f"{lead}0", "9"))
    return write(path, rows, "cp1252")


def words(part: QWidget) -> str:
    """Return all words that a part of the screen shows."""
    # What was put into a layout just now is shown by an event.
    QCoreApplication.sendPostedEvents()
    labels = [label.text() for label in part.findChildren(QLabel) if label.isVisible()]
    buttons = [button.text() for button in part.findChildren(QAbstractButton) if button.isVisible()]
    return "\n".join([*labels, *buttons])


class Gate:
    """Holds an import at its second chunk until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()

    def imports(self, begin: Any) -> Imports:
        """Return imports in chunks of 20 rows that wait here."""
        gate = self

        class Held(Imports):
            def csv(self, *args: Any, **kwargs: Any) -> Any:
                progress: Progress = kwargs["progress"]

                def tell(step: Step) -> None:
                    if step.done >= 20:
                        gate.reached.set()
                        assert gate.open.wait(20)
                    progress.step(step.done, step.total, step.text)

                return super().csv(*args, **{**kwargs, "progress": Progress(tell)})

        return Held(begin, 20)


@dataclass
class Screen:
    """The wizard as somebody at the desk has it."""

    qtbot: QtBot
    ctx: Context
    wizard: ImportWizard
    closed: list[str] = field(default_factory=list)

    @classmethod
    def show(cls, qtbot: QtBot, ctx: Context) -> Screen:
        """Open the wizard in a window of its own."""
        window = ImportWizard(ctx)
        qtbot.addWidget(window)
        window.resize(1280, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        screen = cls(qtbot, ctx, window)
        window.closed.connect(lambda: screen.closed.append("closed"))
        window.imported.connect(lambda: screen.closed.append("imported"))
        window.file.enter()
        screen.settle()
        return screen

    def settle(self) -> None:
        """Wait until nothing is being read or checked any more."""
        self.qtbot.waitUntil(lambda: self.ctx.tasks.busy == 0, timeout=20_000)

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait for something that the program does by itself."""
        self.qtbot.waitUntil(ready, timeout=20_000)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the cursor is."""
        focused: QWidget | None = self.wizard.focusWidget()
        target = self.wizard if focused is None else focused
        QTest.keyClick(target, key, modifier)

    def type_path(self, path: Path) -> None:
        """Open a file by typing its path."""
        self.wizard.file.path.setFocus()
        self.wizard.file.path.clear()
        QTest.keyClicks(self.wizard.file.path, str(path))
        self.key(Qt.Key.Key_Return)
        self.settle()

    def at(self, stage: Stage) -> bool:
        """Return whether a step is open."""
        return self.wizard.stage == stage

    def go_on(self) -> None:
        """Continue by key, as far as the step is ready."""
        self.key(Qt.Key.Key_Return, CTRL)

    def back(self) -> None:
        """Go a step back by key."""
        self.key(Qt.Key.Key_Left, ALT)
