"""The window: exec to first paint, lists of a whole clinic, and how the UI thread fares while long work runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psutil
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.domain.patient_lists import PatientFilter
from reactivate_desktop.domain.progress import Progress
from tests.benchmarks.importing import write_people
from tests.benchmarks.place import Place
from tests.benchmarks.rows import Row
from tests.benchmarks.timing import share
from tests.factories.windows import close_context, open_context
from ui import names
from ui.context import Context
from ui.garbage import Garbage
from ui.text import speak
from ui.theme import fonts
from ui.theme.choice import ThemeChoice
from ui.theme.theme import Theme
from ui.widgets.row_view import RowView
from ui.workspace import Workspace

_GROUP = "window"
_ROOT = Path(__file__).resolve().parents[2]
_BEAT_MS = 4
_TYPED = (
    "smi",
    "garc",
    "mul",
    "nguyen",
    "o'br",
    "kow",
    "johnsen",
    "alice",
    "212555",
    "mar",
    "petrov",
    "zzz",
    "jonhson",
    "petrovv",
)
# Both say when the first picture was painted, and end.
_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), flush=True); QApplication.exit(0)
app = QApplication(sys.argv); window = Window(); window.resize(1440, 900); window.show(); app.exec()
"""
_OURS = """
import sys, time
from PySide6.QtWidgets import QApplication
from ui.main_window import MainWindow
def painted(): print(time.time(), flush=True); QApplication.exit(0)
first = MainWindow.__init__
def init(self): first(self); self.painted.connect(painted)
MainWindow.__init__ = init
from ui.app import main
sys.exit(main([]))
"""


def run(place: Place, starts: int = 15, beat_seconds: float = 8.0, imported: int = 100_000) -> list[Row]:
    """Return the rows of the window; the clinic is the place's largest."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rows = _first_paint(starts)
    app = QApplication.instance() or QApplication([])
    fonts.load()
    speak("en")
    Theme(app, ThemeChoice.LIGHT)  # type: ignore[arg-type] # instance() says QCoreApplication
    with tempfile.TemporaryDirectory(prefix="reactivate-window-") as name, _workspace(place, Path(name)) as space:
        rows += _lists(space)
        rows += _beats(space, Path(name), beat_seconds, imported)
    return rows


def _first_paint(starts: int) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="reactivate-paint-") as home:
        env = {**os.environ, "REACTIVATE_HOME": home, "PYTHONPATH": str(_ROOT)}
        sides: dict[str, list[float]] = {"bare": [], "ours": []}
        for turn in range(starts + 2):
            for name, code in (("bare", _BARE), ("ours", _OURS)):
                began = time.time()
                done = subprocess.run(
                    [sys.executable, "-P", "-c", code], env=env, capture_output=True, text=True, check=True
                )
                if turn >= 2:
                    sides[name].append(1000 * (float(done.stdout.split()[0]) - began))
    bare, ours = (statistics.median(sides[name]) for name in ("bare", "ours"))
    return [
        Row(_GROUP, "exec to first paint, a bare Qt window", bare, min(sides["bare"]), max(sides["bare"]), n=starts),
        Row(
            _GROUP,
            "exec to first paint",
            ours,
            min(sides["ours"]),
            max(sides["ours"]),
            n=starts,
            ratio=ours / bare,
            bar=1.5,
        ),
    ]


@contextmanager
def _workspace(place: Place, home: Path) -> Iterator[Workspace]:
    owner = QWidget()
    ctx = open_context(owner, home, place.clinic_db.app, place.person.signed_in.token)
    space = Workspace(ctx)
    space.resize(1440, 900)
    space.show()
    # As the program does: Python's own collecting would hold the window for as long as it looks through long lists.
    garbage = Garbage(lambda: ctx.jobs.running() is not None, owner)
    garbage.begin()
    try:
        yield space
    finally:
        garbage.close()
        close_context(ctx)
        space.close()


def _lists(space: Workspace) -> list[Row]:
    ctx = space.ctx
    empty = _memory()
    first = _until(lambda: space.open_tab("patients"), lambda: _view(space).model() is not None and _painted(space))
    _rest(ctx)
    view = _view(space)
    total = view.model().rowCount()
    full = _memory()
    frames = _frames(view)
    # Rows that are not read yet are grey bars, painted in a third of the time.
    _rest(ctx)
    whole = _whole(view)
    jumps = [
        _until(lambda part=part: _jump(view, part), lambda: _painted(space))  # type: ignore[misc]
        for part in (0.5, 0.1, 0.9, 0.3, 0.7, 0.99, 0.2, 0.6, 0.4, 0.8)
    ]
    field = space.findChild(QWidget, names.PATIENTS_SEARCH)
    assert isinstance(field, QWidget), "the tab is open"
    searches = {word: _search(ctx, view, field, word) for word in _TYPED}
    typos = {word for word in _TYPED if ctx.desk.patient_lists.find(PatientFilter(word)).wish.only_similar}
    found = [taken for word, taken in searches.items() if word not in typos]
    alike = [taken for word, taken in searches.items() if word in typos]
    note = f"{total:,} patients in the list"
    return [
        _times("open the tab to the first painted rows", [first], note),
        _times("a frame while scrolling", frames, "bar p95 16 ms", share(frames, 0.95), 16),
        _times("all rows painted anew", whole, note),
        _times("jump anywhere to painted rows", jumps, note),
        _times("search, last key to painted rows", found, "bar p95 100 ms", share(found, 0.95), 100),
        _times("the same where only names that are alike are found", alike, "bar p95 100 ms", share(alike, 0.95), 100),
        Row(
            _GROUP,
            "memory of the list",
            note=f"{full - empty:.0f} MB more than before; bar 150",
            ratio=(full - empty) / 150,
            bar=1,
        ),
    ]


def _beats(space: Workspace, folder: Path, seconds: float, imported: int) -> list[Row]:
    """Return the gaps of a 4 ms timer of the UI thread: idle, while scoring, while importing."""
    ctx = space.ctx
    space.open_tab("queue")
    _rest(ctx)
    file = write_people(folder / "people.csv", imported)
    works: dict[str, Callable[[Progress], object] | None] = {
        "idle": None,
        "scoring the clinic": lambda progress: ctx.desk.scoring.run(progress=progress),
        f"importing {imported:,} patients": lambda progress: ctx.desk.imports.csv(
            ImportSubject.PATIENTS, file, progress=progress
        ),
    }
    rows = []
    for name, work in works.items():
        gaps = _gaps(ctx, seconds, work)
        worst = max(gaps)
        rows.append(
            Row(
                _GROUP,
                f"beat of the UI thread, {name}",
                statistics.median(gaps),
                min(gaps),
                worst,
                n=len(gaps),
                note=f"p99 {share(gaps, 0.99):.1f} ms (bar 33), max {worst:.0f} (bar 100)",
                ratio=share(gaps, 0.99) / 33 if work else None,
                bar=1 if work else None,
            )
        )
    return rows


def _gaps(ctx: Context, seconds: float, work: Callable[[Progress], object] | None) -> list[float]:
    """Return the milliseconds between beats for `seconds`, or as long as the work runs."""
    loop, beats = QEventLoop(), [time.perf_counter()]
    timer = QTimer(interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    owner = QWidget()
    if work is None:
        QTimer.singleShot(int(seconds * 1000), loop.quit)
    else:
        ctx.jobs.start("bench", work, owner, lambda _: loop.quit(), failed=lambda _: loop.quit())
    timer.start()
    loop.exec()
    timer.stop()
    return [1000 * (later - sooner) for sooner, later in pairwise(beats)]


def _frames(view: RowView) -> list[float]:
    """Return the milliseconds from each of 120 steps of the wheel to the painted list, with whatever else was due."""
    bar = view.verticalScrollBar()
    taken = []
    for _ in range(120):
        began = time.perf_counter()
        bar.setValue(bar.value() + 37)
        QApplication.processEvents()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _whole(view: RowView) -> list[float]:
    """Return the milliseconds of painting all rows in sight, 40 times."""
    taken = []
    for _ in range(40):
        began = time.perf_counter()
        view.viewport().repaint()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def _jump(view: RowView, part: float) -> None:
    bar = view.verticalScrollBar()
    bar.setValue(int(bar.maximum() * part))


class _Paints(QObject):
    """Notes when a list was first painted after its model was reset, or gave way to "nobody was found"."""

    def __init__(self, view: RowView) -> None:
        super().__init__(view)
        self._view = view
        self._reset = False
        self._painted = False
        view.model().modelReset.connect(self._on_reset)
        view.viewport().installEventFilter(self)

    def _on_reset(self) -> None:
        self._reset = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """See a painting begin; the event loop comes back when it is done."""
        self._painted |= self._reset and event.type() is QEvent.Type.Paint
        return False

    @property
    def seen(self) -> bool:
        """Whether the answer is on the screen."""
        return self._painted or (self._reset and not self._view.isVisible())


def _search(ctx: Context, view: RowView, field: QWidget, word: str) -> float:
    """Return the milliseconds from the last key of a word until its rows are painted; the wait for more keys counts."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, word[:-1])
    _rest(ctx)
    paints = _Paints(view)
    began = time.perf_counter()
    QTest.keyClicks(field, word[-1])
    while not paints.seen and time.perf_counter() - began < 10:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)
    taken = 1000 * (time.perf_counter() - began)
    assert paints.seen, f"{word} was not painted"
    paints.deleteLater()
    _rest(ctx)
    return taken


def _view(space: Workspace) -> RowView:
    found = space.findChild(RowView, names.PATIENTS_LIST)
    assert isinstance(found, RowView), "the patients tab is open"
    return found


def _painted(space: Workspace) -> bool:
    """Whether the rows in sight have been read."""
    view = _view(space)
    model = view.model()
    top = max(0, view.rowAt(10))
    return model.rowCount() > 0 and all(
        model.index(place, 1).data() for place in range(top, min(top + 10, model.rowCount()))
    )


def _until(do: Callable[[], object], there: Callable[[], bool], most: float = 30) -> float:
    """Return the milliseconds from before `do` until `there`; the event loop runs meanwhile."""
    began = time.perf_counter()
    do()
    while True:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        now = time.perf_counter() - began
        if now > 0.002 and there():
            return 1000 * now
        if now > most:
            raise TimeoutError("the screen did not come to rest")


def _rest(ctx: Context) -> None:
    quiet = 0
    while quiet < 20:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        quiet = quiet + 1 if ctx.tasks.busy == 0 else 0


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


def _times(name: str, taken: list[float], note: str, held: float | None = None, bar: float | None = None) -> Row:
    ratio = None if held is None or bar is None else held / bar
    p95 = share(taken, 0.95)
    return Row(
        _GROUP,
        name,
        statistics.median(taken),
        min(taken),
        max(taken),
        n=len(taken),
        ratio=ratio,
        bar=None if bar is None else 1,
        note=f"p95 {p95:.1f} ms; {note}",
    )
