"""The program's life: opens the clinic in the background, lets people in and out, locks, closes in order."""

from __future__ import annotations

from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ExpectedError, NeedsUpdate, SignedOut
from ui import formats, liking
from ui.change_board import ChangeBoard
from ui.closing import Closing, let_go
from ui.context import Context
from ui.door import Door
from ui.failures import show_failure
from ui.frame.lock import IdleWatch, close_what_floats
from ui.frame.question import Question
from ui.listening import Listening
from ui.look import Look
from ui.look_changes import LookChanges
from ui.main_window import MainWindow
from ui.memory import Memory
from ui.opener import Opener
from ui.opening import Opened, Signed
from ui.privacy import Privacy
from ui.session import Session, Shared
from ui.tasks import Tasks
from ui.text import tr


class Program(QObject):
    """One running window with its desk. `entered`: a workspace stands and its first tab is open."""

    entered = Signal()

    def __init__(
        self, window: MainWindow, look: Look, memory: Memory, *, demo: bool = False, tour: bool = False
    ) -> None:
        super().__init__(window)
        self.window, self.memory = window, memory
        self.tasks = Tasks(self)
        self.session: Session | None = None
        self.idle = IdleWatch(self)
        self.door = Door(self.tasks, self)
        self._look, self._tour = look, tour
        self._board = ChangeBoard(self)
        self._shared = Shared(self.tasks, self._board, Privacy(self), Listening(self.tasks, self._board, self))
        self._opener = Opener(self.tasks, self, demo=demo)
        self._changes = LookChanges(look, self.tasks, lambda: self.session, self)
        self._closing = Closing(window, memory, self.door, lambda: self.session)
        self._connect()
        self._use_sign_in()

    def _connect(self) -> None:
        self.tasks.on_failure = self._failed
        self.window.again_asked.connect(self.start)
        self._opener.said.connect(self.window.show_opening)
        self._opener.opened.connect(self._opened)
        self._opener.refused.connect(self._not_opened)
        self.door.came.connect(self._enter)
        self.door.back.connect(self._resume)
        self.door.leaving.connect(self._stop_work)
        self.idle.idle.connect(self.lock)
        self._changes.changed.connect(self._show_choices)
        self._changes.respoken.connect(self._renew)

    @property
    def context(self) -> Context | None:
        """The context of who is signed in."""
        return None if self.session is None else self.session.context

    # --- opening ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the clinic in the background; the window shows how far it is."""
        self.window.show_opening(tr("Starting the database of this PC or finding the clinic's server."))
        self._opener.start()

    def _opened(self, opened: Opened) -> None:
        assert self._opener.desk is not None, "the desk was just opened"
        self.door.be_at(self._opener.desk, demo=self._opener.demo)
        self.window.sign_in.show_offer(self._opener.offer())
        if opened.signed is not None:
            self._enter(opened.signed)
        else:
            self.door.ask_anyone(opened.people)
            self.window.show_sign_in()

    def _not_opened(self, error: ExpectedError) -> None:
        if isinstance(error, NeedsUpdate):
            self.window.show_update_needed(str(error))
        else:
            self.window.sign_in.show_offer(self._opener.offer(error))
            self.window.show_sign_in()

    def _use_sign_in(self) -> None:
        """Listen to the sign-in page, which is a new one in another language."""
        page = self.window.sign_in
        self.door.use(page)
        page.theme_asked.connect(self._changes.next_theme)
        page.language_asked.connect(self._changes.next_language)
        page.form.place_asked.connect(self._opener.go_to)
        self._show_page()

    def _show_page(self) -> None:
        page = self.window.sign_in
        page.show_where(self.memory.word("clinic"), self.memory.word("address"))
        page.set_lock_minutes(self.memory.lock_minutes)
        if self._opener.desk is not None:
            page.show_offer(self._opener.offer())
        self._show_choices()

    def _show_choices(self) -> None:
        theme, language = self._look.words()
        self.window.sign_in.show_choices(theme, language, languages=len(liking.languages()) > 1)

    # --- in and out -------------------------------------------------------------------------------

    def _enter(self, signed: Signed) -> None:
        """Make a workspace for who came in; the former one ends."""
        formats.be_at(ZoneInfo(signed.clinic.timezone))
        self.memory.keep("clinic", ", ".join(part for part in (signed.clinic.name, signed.clinic.location) if part))
        self.memory.keep("address", signed.address)
        if self._look.follow(signed.preferences):
            self.window.renew()
            self._use_sign_in()
        self._show_page()
        self._begin(signed, self.memory.word("tab") or "queue")
        self.entered.emit()
        if self._tour and not signed.preferences.tour_seen and self.session is not None:
            self.session.commands.show_tour()

    def _begin(self, signed: Signed, tab: str) -> None:
        assert self._opener.desk is not None, "nobody enters without a desk"
        if self.session is not None:
            self.session.end()
        session = self.session = Session(self._opener.desk, self._shared, signed, self)
        session.commands.lock_asked.connect(self.lock)
        session.commands.change_asked.connect(self._change)
        session.commands.theme_asked.connect(self._changes.next_theme)
        session.commands.language_asked.connect(self._changes.next_language)
        session.workspace.opened.connect(partial(self.memory.keep, "tab"))
        self.window.show_workspace(session.room)
        session.start(tab)
        self.idle.start(self.memory.lock_minutes)

    def _renew(self) -> None:
        """Make everything anew, as in another language; the open tab stays open."""
        self.window.renew()
        self._use_sign_in()
        if self.session is None or self.door.shut:
            self.door.show_again()
            self.window.show_sign_in()
        else:
            self._begin(self.session.signed, self.session.workspace.tab())

    def lock(self, reason: str = "") -> None:
        """Hide everything behind the card until the password is given; what was typed stays."""
        if self.session is not None and not self.door.shut:
            self._shut()
            self.door.lock(self.session.signed, reason)

    def _change(self) -> None:
        if self.session is None:
            return
        if not self.session.workspace.unsaved():
            self._leave()
            return
        sentence = tr("What is typed here and not saved would be lost when somebody else signs in.")
        Question(self.session.workspace, tr("Change the person now?"), sentence, tr("Change"), self._leave)

    def _leave(self) -> None:
        if self.session is not None:
            self._shut()
            self.door.begin_change(self.session.signed)

    def _shut(self) -> None:
        close_what_floats(self.window)
        self.idle.stop()
        self.window.show_sign_in()

    def _resume(self, signed: Signed) -> None:
        if self.session is not None:
            self.session.signed = signed
            self.window.back_to_workspace()
            self.session.resume()
            self.idle.start(self.memory.lock_minutes)

    def _stop_work(self) -> None:
        if self.session is not None:
            self.session.context.jobs.cancel_all()

    # --- failing and closing ----------------------------------------------------------------------

    def _failed(self, owner: QObject, error: ExpectedError) -> None:
        if isinstance(error, SignedOut):
            self.lock(tr("Your sign-in has ended. Please give your password to go on."))
        elif self.session is not None:
            show_failure(owner, error, self.session.context, partial(self._board.tell_kinds, Change.EVERYTHING))

    def close(self) -> None:
        """Let go whom this desk holds, then stop what runs in order: long work, live changes, tasks, the desk."""
        if self.session is not None:
            self._stop_work()
            if self.session.signed.person.writes and self._opener.desk is not None:
                let_go(self._opener.desk)
        self._shared.listening.close()
        self.tasks.close()
        self._opener.close()
