"""Conducts the queue: what follows from a key, an answer or another desk, told to list, pane and services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError, SignedOut
from reactivate_desktop.domain.outreach import QueueRow
from ui.change_board import Changed
from ui.priority_queue.aftermath import Aftermath
from ui.priority_queue.flow import Flow
from ui.priority_queue.lines import Line
from ui.priority_queue.offline import Offline
from ui.priority_queue.outcomes import Outcomes
from ui.priority_queue.showing import Showing
from ui.priority_queue.taking import Taking
from ui.priority_queue.wishes import OutcomeWish
from ui.tasks import Ticket
from ui.text import tr
from ui.widgets.buttons import Kind

if TYPE_CHECKING:
    from ui.priority_queue.tab import QueueTab

_SECOND_MS, _SLOW_MS = 1000, 15_000


class Conductor(QObject):
    """One queue tab's: `taking` is asked for patients, `flow` holds one, `outcomes` logs, `offline` keeps."""

    def __init__(self, page: QueueTab) -> None:
        super().__init__(page)
        self.page, self.ctx, self.state = page, page.ctx, page.state
        self.flow = Flow(page.ctx, page.state, self)
        self.outcomes = Outcomes(page.ctx, page.state, self)
        self.offline = Offline(page.ctx, page.state, self)
        self.taking = Taking(self)
        self.showing = Showing(self)
        self.aftermath = Aftermath(self)
        self.shown: QueueRow | None = None
        self._rereading: Ticket[list[Line]] | None = None
        self._clock = QTimer(self)
        self._clock.timeout.connect(self._tick)
        self._connect()
        page.ctx.board.listen(page, {Change.QUEUE, Change.PATIENTS, Change.APPOINTMENTS}, self.heard)
        self.start()

    def start(self) -> None:
        """Read everything, and take up whom this desk held."""
        self.show_nobody()
        self.page.reading.show(self.showing.wish)
        self.page.reading.look_at_age()
        if self.ctx.person.writes:
            self.flow.resume()
            self.offline.look()
            self.offline.send()
            self.aftermath.read_habits()

    # --- what the person asks for -----------------------------------------------------------------

    def open_record(self) -> None:
        """Show the record of the patient in the pane, else of the current row."""
        line = self.page.list.current()
        id = self.shown.id if self.shown is not None else None if line is None else line.id
        if id is not None:
            self.ctx.navigation.open_record(id)

    def wished(self, wish: OutcomeWish) -> None:
        """Log an outcome for the patient in the pane; without the database it is kept here."""
        row = self.shown
        if row is None or self.state.busy is not None:
            return
        at = self.taking.called_at(row)
        self.taking.call_ended()
        self.page.pane.set_busy(True)
        (self.outcomes.keep if self.state.away else self.outcomes.log)(row, wish, at)
        self.page.list.repaint_times()

    # --- what is shown ----------------------------------------------------------------------------

    def show_row(self, row: QueueRow) -> None:
        """Show a patient in the pane."""
        self.shown = row
        self.page.pane.show_patient(row, mine=self.state.mine(row))
        self.page.show_sides()
        self._tick()

    def show_nobody(self) -> None:
        """Show that nobody is open."""
        self.shown = None
        self.page.sides.show_list()
        if self.ctx.person.writes:
            self.page.pane.show_nobody(tr("Press Enter for the next patient, or choose one in the list."))
        else:
            self.page.pane.show_nobody(tr("Choose a patient in the list."))
        self.page.show_sides()

    def offer(self) -> None:
        """Show what can be done now: one filled button, and reasons on what cannot."""
        page = self.page
        page.next.set_kind(Kind.FILLED if self.flow.held is None else Kind.TONAL)
        page.next.forbid(self.taking.away())
        page.export.forbid(self.taking.away())
        self._set_clock()
        page.list.repaint_times()

    def shown_again(self) -> None:
        """Go on counting: the tab can be seen."""
        self.flow.activity.watch(self.page)
        self.flow.activity.touch()
        self.page.reading.keep_fresh(True)
        self._set_clock()
        self._tick()

    def hidden(self) -> None:
        """Stop counting seconds that nobody sees; the hold is still kept."""
        self.page.reading.keep_fresh(False)
        self._clock.stop()

    def _set_clock(self) -> None:
        self._clock.setInterval(_SLOW_MS if self.flow.held is None else _SECOND_MS)
        if self.page.isVisible():
            self._clock.start()

    def _tick(self) -> None:
        held = self.flow.held
        if held is not None:
            if self.shown is not None and self.shown.id == held.id:
                self.page.pane.set_left(self.flow.left)
            if not self.flow.left:
                self.flow.beat()
        self.page.list.repaint_times()

    # --- what others changed, and what went wrong -------------------------------------------------

    def heard(self, changed: Changed) -> None:
        """Read again what changed here or at another desk."""
        self.page.reading.heard(changed)
        if self.shown is not None and (not changed.ids or self.shown.id in changed.ids):
            self.read_shown()

    def read_shown(self, *, adopt: bool = False) -> None:
        """Read the patient in the pane again. adopt: log on what is there now; else a held one stays as she was seen,

        so that what somebody else logged meanwhile is not overlooked.
        """
        row = self.shown
        if row is None:
            return
        if self._rereading is not None:
            self._rereading.cancel()

        def done(found: list[Line]) -> None:
            if self.shown is None or self.shown.id != row.id or not found:
                return
            now = found[0].row
            if adopt or not self.state.mine(row) or now.version == row.version:
                self.show_row(now)
            if now.version != row.version:
                self.page.pane.reload()

        self._rereading = self.ctx.tasks.run(lambda: self.page.reading.rows([row.id]), self, done, failed=self.fail)

    def fail(self, error: ExpectedError) -> None:
        """Show what went wrong in the tab's bar, that the database is away only once."""
        if isinstance(error, SignedOut):
            self.ctx.tasks.on_failure(self.page, error)
            return
        lost = isinstance(error, ConnectionLost)
        if lost and self.state.away:
            return
        self.state.away = self.state.away or lost
        self.page.errors.say(str(error), tr("Try again"), self.page.reading.again if lost else None)
        self.offer()

    def opened(self, row: QueueRow) -> None:
        """Show whom this desk holds now."""
        self.page.errors.hide()
        self.page.list.select(row.id)
        self.show_row(row)
        self.page.sides.show_pane()
        if QApplication.focusWidget() in (None, self.page.pane):
            self.page.sides.home().setFocus()
        if self.taking.called_at(row) is not None:
            self.flow.activity.call(True)
        self.offer()

    def let_go(self, sentence: str) -> None:
        """Show that this desk holds nobody; with a sentence it lost her, and what is typed stays."""
        row = self.shown
        if sentence and row is not None:
            self.page.errors.say(sentence, tr("Take again"), lambda: self.flow.take(row.id))
            self.show_row(row)
        elif self.state.busy is None:
            self.show_nobody()
            self.page.list.select(None)
        self.offer()

    def _connect(self) -> None:
        self.flow.opened.connect(self.opened)
        self.flow.let_go.connect(self.let_go)
        self.flow.renewed.connect(self._tick)
        self.flow.failed.connect(self.fail)
        pane = self.page.pane
        pane.wished.connect(self.wished)
        pane.release_asked.connect(self.flow.release)
        pane.keep_asked.connect(self.flow.keep)
        pane.record_asked.connect(self.open_record)
