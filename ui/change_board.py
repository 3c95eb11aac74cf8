"""Tells open screens what changed, here or at another desk: the visible one reads again, hidden ones when shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from reactivate_desktop.domain.changes import Change, Notice

# Several changes in a row become one reading.
_GATHER_MS = 40


@dataclass(frozen=True)
class Changed:
    """What a screen is told: which kinds, and which rows (empty: read everything again)."""

    kinds: frozenset[Change]
    ids: frozenset[UUID] = frozenset()


@dataclass(eq=False)
class _Listener:
    widget: QWidget
    kinds: frozenset[Change]
    reload: Callable[[Changed], None]
    stale: list[Notice] = field(default_factory=list)


class ChangeBoard(QObject):
    """Screens say which kinds of rows they show; notices reach them gathered, and only while they are visible."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listeners: list[_Listener] = []
        self._timer = QTimer(self, singleShot=True, interval=_GATHER_MS)
        self._timer.timeout.connect(self._tell)

    def listen(self, widget: QWidget, kinds: Iterable[Change], reload: Callable[[Changed], None]) -> None:
        """Call `reload` when rows of `kinds` changed while `widget` is visible, or when it is shown next."""
        self._listeners.append(_Listener(widget, frozenset(kinds), reload))
        widget.installEventFilter(self)

    def tell(self, notices: Iterable[Notice]) -> None:
        """Note what changed; screens are told in a moment."""
        told = list(notices)
        self._listeners = [entry for entry in self._listeners if isValid(entry.widget)]
        for entry in self._listeners:
            entry.stale += [n for n in told if n.change in entry.kinds or n.change == Change.EVERYTHING]
        self._timer.start()

    def tell_kinds(self, *kinds: Change) -> None:
        """Note that rows of these kinds changed, whichever they are."""
        self.tell(Notice(kind) for kind in kinds)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and any(entry.stale for entry in self._listeners):
            self._timer.start()
        return super().eventFilter(watched, event)

    def _tell(self) -> None:
        for entry in list(self._listeners):
            if entry.stale and isValid(entry.widget) and entry.widget.isVisible():
                notices, entry.stale = entry.stale, []
                entry.reload(_gathered(notices))


def _gathered(notices: list[Notice]) -> Changed:
    kinds = frozenset(n.change for n in notices)
    # One notice without ids means all rows.
    whole = any(not n.ids for n in notices)
    return Changed(kinds, frozenset() if whole else frozenset().union(*(n.ids for n in notices)))
