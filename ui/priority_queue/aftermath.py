"""What follows an outcome: the toast with its way back, the next patient, and what was kept or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject

from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.errors import Conflict
from reactivate_desktop.domain.offline import KeptOutcome
from reactivate_desktop.domain.outreach import QueueRow, Undone
from reactivate_desktop.domain.preferences import Preferences
from ui import words
from ui.priority_queue import sentences
from ui.priority_queue.kept import KeptOutcomes
from ui.priority_queue.lines import full_name
from ui.priority_queue.outcomes import Done, Refused, TakenBack
from ui.priority_queue.wishes import OutcomeWish
from ui.privacy import veiled
from ui.text import tr, trn

if TYPE_CHECKING:
    from ui.priority_queue.conductor import Conductor


class Aftermath(QObject):
    """The writing half of the conductor."""

    def __init__(self, conductor: Conductor) -> None:
        super().__init__(conductor)
        self._conductor = conductor
        self._page, self._ctx, self._state = conductor.page, conductor.ctx, conductor.state
        outcomes, offline = conductor.outcomes, conductor.offline
        outcomes.logged.connect(self._logged)
        outcomes.refused.connect(self._refused)
        outcomes.kept.connect(self._kept)
        outcomes.undone.connect(self._undone)
        outcomes.batch_undone.connect(self._batch_undone)
        outcomes.failed.connect(conductor.fail)
        offline.counted.connect(self._waiting)
        offline.sent.connect(self._sent)
        offline.refused.connect(self._decide)
        offline.failed.connect(conductor.fail)
        conductor.flow.nobody.connect(self._nobody)

    # --- habits -----------------------------------------------------------------------------------

    def read_habits(self) -> None:
        """Read whether the next patient opens by itself."""
        desk = self._ctx.desk
        self._ctx.tasks.run(lambda: desk.preferences.read(), self, self._know_habits, failed=self._conductor.fail)

    def toggle_next(self) -> None:
        """Turn round whether the next patient opens by itself after an outcome; it is kept for this person."""
        on = not self._state.open_next
        desk = self._ctx.desk
        self._state.open_next = on
        self._ctx.tasks.run(lambda: desk.preferences.change(open_next=on), self, failed=self._conductor.fail)
        self._ctx.notices.say(
            tr("After an outcome the next patient opens.")
            if on
            else tr("After an outcome nobody opens; Enter takes the next patient.")
        )

    def _know_habits(self, habits: Preferences) -> None:
        self._state.open_next = habits.open_next

    # --- outcomes ---------------------------------------------------------------------------------

    def _logged(self, done: Done) -> None:
        outcome = done.wish.outcome
        said = sentences.logged(full_name(done.row), outcome, done.first, len(done.answers) - 1)
        self._ctx.notices.say(said, lambda: self._conductor.outcomes.undo(done))
        self._tell(done.row.id, *(patient for patient, _ in done.wish.also))
        self._leave(done.row)

    def _tell(self, *ids: UUID) -> None:
        """Tell open screens at once; the server's own word comes to this desk as to the others, but later."""
        changes = (Change.QUEUE, Change.PATIENTS, Change.APPOINTMENTS)
        self._ctx.board.tell(Notice(change, frozenset(ids)) for change in changes)

    def _kept(self, row: QueueRow, wish: OutcomeWish) -> None:
        name = _name(row)
        self._ctx.notices.say(
            tr(
                "{name}: {outcome} · kept on this PC until the database is back",
                name=name,
                outcome=words.outcome(wish.outcome),
            )
        )
        self._page.offline_counted.emit(len(self._state.kept))
        self._conductor.offline.look()
        self._leave(row)

    def _leave(self, row: QueueRow) -> None:
        """Go on after an outcome: to the next patient, to whom this desk holds, or down the list without a database."""
        conductor = self._conductor
        self._page.pane.logged(row.id)
        self._page.pane.set_busy(False)
        self._page.errors.hide()
        conductor.flow.logged(row.id)
        held = conductor.flow.held
        if held is not None:
            self._page.list.select(held.id)
            conductor.show_row(held)
        elif self._state.away:
            self._page.list.go_below(row.id, self._state.kept)
        elif self._state.open_next:
            conductor.flow.next()
        conductor.offer()

    def _refused(self, refused: Refused) -> None:
        """Keep the note, say why, and show the patient as she stands now."""
        self._page.pane.set_busy(False)
        self._conductor.fail(refused.error)
        if isinstance(refused.error, Conflict):
            self._conductor.read_shown(adopt=True)
            self._page.reading.again()
        self._page.list.repaint_times()

    def _nobody(self) -> None:
        self._ctx.notices.say(tr("Nobody else is free to be called now."))

    # --- taking back ------------------------------------------------------------------------------

    def _undone(self, back: TakenBack) -> None:
        self._tell(back.attempt.patient_id)
        word = words.outcome(back.attempt.outcome)
        if back.row is None:
            self._ctx.notices.say(tr("Undone: {outcome}", outcome=word))
            return
        name = _name(back.row)
        self._ctx.notices.say(tr("Undone: {outcome} for {name}", outcome=word, name=name))
        # Who has begun with the next patient is not torn away from her.
        begun = self._conductor.flow.activity.calling or self._page.pane.has_unsaved()
        if not begun and not self._conductor.taking.reason():
            self._conductor.flow.take(back.row.id)

    def _batch_undone(self, undone: Undone) -> None:
        self._tell()
        done = trn("{n} outcome undone", "{n} outcomes undone", len(undone.undone))
        if not undone.kept:
            self._ctx.notices.say(done)
            return
        reasons = " ".join(dict.fromkeys(undone.kept.values()))
        kept = trn("{n} could not be: {why}", "{n} could not be: {why}", len(undone.kept), why=reasons)
        self._page.errors.say(f"{done}. {kept}")

    # --- without the database ---------------------------------------------------------------------

    def back(self) -> None:
        """Note that the database answered; what waits on this PC goes there now."""
        if not self._state.away:
            return
        self._state.away = False
        self._page.errors.hide()
        self._conductor.offer()
        self._conductor.offline.send()

    def _waiting(self, count: int) -> None:
        self._page.offline_counted.emit(count)
        self._page.list.repaint_times()

    def _sent(self, count: int) -> None:
        self._tell()
        self._ctx.notices.say(trn("{n} kept outcome is logged now", "{n} kept outcomes are logged now", count))

    def _decide(self, refused: list[KeptOutcome]) -> None:
        """Say that what was kept could not be logged as it was, and offer to look at it."""
        said = trn(
            "{n} outcome kept on this PC was not logged: the patient had changed.",
            "{n} outcomes kept on this PC were not logged: the patients had changed.",
            len(refused),
        )
        self._page.errors.say(said, tr("Look"), self.look_at_kept)

    def look_at_kept(self) -> None:
        """Show what was refused, to decide on each."""
        KeptOutcomes(self._conductor.offline, self._ctx, self._page.window()).begin()


def _name(row: QueueRow) -> str:
    """Return a patient's name as it may be shown now."""
    return veiled(full_name(row))
