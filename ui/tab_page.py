"""What the workspace asks of a tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.widgets.panels import ErrorBar, column


class TabPage(QWidget):
    """A tab: `counted(n)` for the rail's number; errors of its own work show in `errors`, its bar.

    `offline_counted(n)`: so many outcomes wait on this PC until the database is back. `keys_changed`: other keys work
    here now.
    """

    counted = Signal(int)
    offline_counted = Signal(int)
    keys_changed = Signal()

    def __init__(self, ctx: Context, name: str) -> None:
        super().__init__()
        self.ctx = ctx
        self.setObjectName(name)
        self.errors = ErrorBar()
        self.body = column(self, 12)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Return the hints for the status strip as (caps, word)."""
        return ()

    def set_low(self, low: bool) -> None:
        """Use less height where `low`, as on a small office screen."""

    def has_unsaved(self) -> bool:
        """Return whether something typed here would be lost by closing."""
        return False

    def holds(self, go_on: Callable[[], None]) -> bool:
        """Return whether this tab asks something first before another one is shown; it does `go_on` afterwards."""
        del go_on
        return False
