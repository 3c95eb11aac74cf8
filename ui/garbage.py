"""Cyclic garbage is collected in the UI thread only: a widget that dies in another one may stop the program."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 500
# By then the program has loaded what it needs: modules are no garbage, and looking through them takes 100 ms.
_LOADED_MS = 10_000


class Garbage(QObject):
    """Takes the place of Python's own collecting, which happens in whichever thread allocates, until `close`.

    Destroying a window in a worker waits for the UI thread, which may wait for that worker: both stand still for good.
    Nothing is collected while `busy` says that long work runs: looking through all that it reads would hold the window
    (100,000 patients scored, gaps of a 4 ms heartbeat: up to 216 ms with collecting, 58 ms without).
    """

    def __init__(self, busy: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._busy = busy
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._loaded = QTimer(self, singleShot=True, interval=_LOADED_MS)
        self._loaded.timeout.connect(self.begin)
        self._loaded.start()

    def close(self) -> None:
        """Leave collecting to Python again, once no thread of the window runs any more."""
        self._loaded.stop()
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def begin(self) -> None:
        """Collect from now on, leaving alone what exists."""
        gc.freeze()
        self._timer.start()

    def _look(self) -> None:
        """Collect what Python would have by now."""
        counts, limits = gc.get_count(), gc.get_threshold()
        due = [generation for generation in range(3) if counts[generation] > limits[generation]]
        if due and not self._busy():
            gc.collect(due[-1])
