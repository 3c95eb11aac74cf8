"""Keeps the status strip true: round trip, age of the data, outcomes kept offline; asks only while it is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError, SignedOut
from reactivate_desktop.domain.workday import Freshness
from ui import formats
from ui.change_board import Changed
from ui.context import Context
from ui.text import number, tr, trn
from ui.workspace import Workspace

PING_MS = 15_000
# Ages grow by themselves: read again each minute.
_FRESHEN_EACH = 4


@dataclass(frozen=True)
class DeskState:
    """What is known of the server and the data.

    hears: whether changes of other desks come in, reached: whether the last look got an answer (None: not known yet);
    kept: outcomes that wait on this PC.
    """

    where: str
    hears: bool | None = None
    reached: bool | None = None
    ping_ms: float = 0.0
    freshness: Freshness | None = None
    kept: int = 0

    @property
    def fine(self) -> bool:
        """Whether the database can be used, as far as is known."""
        return self.reached is True or (self.reached is None and self.hears is not False)

    @property
    def words(self) -> str:
        """Return the state for the strip."""
        if not self.fine:
            if self.kept:
                return trn("offline, {n} outcome kept", "offline, {n} outcomes kept", self.kept)
            return tr("not reachable, trying again")
        if self.hears is None or self.reached is None:
            return tr("connecting")
        ms = number(max(1, round(self.ping_ms)))
        live = tr("live, {n} ms", n=ms) if self.hears else tr("{n} ms, changes of others come late", n=ms)
        return f"{live} · {trn('{n} outcome to send', '{n} outcomes to send', self.kept)}" if self.kept else live

    @property
    def age(self) -> str:
        """Return how old the newest data is, else when the clinic was scored."""
        known = self.freshness
        if known is None:
            return ""
        newest = max((s for s in known.sources if s.newest_at), key=lambda s: s.newest_at or known.now, default=None)
        if newest is not None and newest.newest_at is not None:
            return tr("{name} data {age} old", name=newest.name, age=_span(known.now - newest.newest_at))
        return "" if known.scored_at is None else tr("scored {ago}", ago=formats.ago(known.scored_at, known.now))


class Upkeep(QObject):
    """`changed`: something else is known of the server or the data."""

    changed = Signal()

    def __init__(self, ctx: Context, workspace: Workspace, where: str) -> None:
        super().__init__(workspace)
        self._ctx = ctx
        self._workspace = workspace
        self.state = DeskState(where)
        self._looks = 0
        self._timer = QTimer(self, interval=PING_MS)
        self._timer.timeout.connect(self._look)
        workspace.offline_told.connect(self._set_kept)
        ctx.board.listen(workspace, [Change.QUEUE, Change.PATIENTS, Change.JOBS], self._freshen)
        self._show()

    def start(self) -> None:
        """Look now and every 15 seconds."""
        self._timer.start()
        self._ask()
        self._freshen()
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: len(desk.offline.waiting()), self, self._set_kept, failed=self._not_read)

    def set_live(self, live: bool) -> None:
        """Note that the desk hears the others, or does not."""
        self._set(replace(self.state, hears=live))
        self._ask()

    def _look(self) -> None:
        # Nobody reads it while the desk is locked or the window is down.
        if self._workspace.isVisible() and not self._workspace.window().isMinimized():
            self._ask()
            self._looks += 1
            if self._looks % _FRESHEN_EACH == 0:
                self._freshen()

    def _ask(self) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.workday.ping(), self, self._pinged, failed=self._not_pinged)

    def _pinged(self, ms: float) -> None:
        self._set(replace(self.state, reached=True, ping_ms=ms))

    def _not_pinged(self, error: ExpectedError) -> None:
        if isinstance(error, SignedOut):
            self._ctx.tasks.on_failure(self._workspace, error)
        else:
            self._set(replace(self.state, reached=False))

    def _freshen(self, _changed: Changed | None = None) -> None:
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.workday.freshness(), self, self._freshened, failed=self._not_read)

    def _freshened(self, freshness: Freshness) -> None:
        self._set(replace(self.state, freshness=freshness))

    def _not_read(self, _error: ExpectedError) -> None:
        """Keep what was known: the ping says what is wrong with the connection."""

    def _set_kept(self, count: int) -> None:
        self._set(replace(self.state, kept=count))

    def _set(self, state: DeskState) -> None:
        if state != self.state:
            self.state = state
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        strip = self._workspace.strip
        strip.show_server(self.state.where, self.state.words, fine=self.state.fine)
        strip.show_age(self.state.age)


def _span(span: timedelta) -> str:
    minutes = max(0.0, span.total_seconds() / 60)
    return formats.span(minutes) if minutes < 1440 else trn("{n} day", "{n} days", int(minutes // 1440))
