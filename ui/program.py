"""The program's life: opens the clinic in the background, signs people in and out, closes in order."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError, SignedOut
from ui import formats
from ui.change_board import ChangeBoard
from ui.commands import Commands
from ui.context import Clinic, Context, Person
from ui.frame.sign_in import Wish
from ui.live import Live
from ui.main_window import MainWindow
from ui.navigation import Navigation
from ui.notices import Notices
from ui.privacy import Privacy
from ui.tab_page import TabPage
from ui.tasks import Lane, Tasks
from ui.text import tr
from ui.theme.theme import Theme
from ui.workspace import Workspace

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Signed:
    """Who has signed in, and where."""

    person: Person
    clinic: Clinic


class Program(QObject):
    """One running window with its desk. `entered`: a workspace stands and its first tab is open."""

    entered = Signal()

    def __init__(self, window: MainWindow, theme: Theme, *, demo: bool = False) -> None:
        super().__init__(window)
        self.window = window
        self.theme = theme
        self.tasks = Tasks(self)
        self.board = ChangeBoard(self)
        self.notices = Notices(window)
        self.privacy = Privacy(self)
        self.context: Context | None = None
        self._demo = demo
        self._open = ExitStack()
        self._desk: Desk | None = None
        self._live: Live | None = None
        self.tasks.on_failure = self._failed
        window.sign_in.asked.connect(self._sign_in)
        window.sign_in.retried.connect(self.start)

    # --- opening ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Open the clinic in the background; the window shows how far it is."""
        self.window.show_opening(tr("Starting the database of this PC or finding the clinic's server."))
        self.tasks.run(self._open_desk, self, self._opened, failed=self._not_opened, lane=Lane.LONG)

    def _open_desk(self) -> _Signed | None:
        """Open the desk in a thread; None: somebody has to sign in."""
        # Everything that talks to a database loads here, after the first picture.
        from reactivate_desktop.bootstrap import open_desk

        if self._desk is None:
            self._desk = self._open.enter_context(open_desk(self._say))
        if self._demo:
            self._desk.open_demo(self._say)
        try:
            return _read_signed(self._desk)
        except SignedOut:
            return None

    def _say(self, sentence: str) -> None:
        self.tasks.post(lambda: self.window.show_opening(sentence))

    def _opened(self, signed: _Signed | None) -> None:
        if signed is not None:
            self._enter(signed)
            return
        self._show_server()
        self.window.show_sign_in()

    def _not_opened(self, error: ExpectedError) -> None:
        self.window.sign_in.show_server(tr("Clinic server"), str(error), fine=False)
        self.window.show_sign_in()

    def _show_server(self) -> None:
        assert self._desk is not None, "the desk was just opened"
        embedded = self._desk.place.embedded
        self.window.sign_in.show_server(
            tr("This PC only") if embedded else tr("Clinic server"),
            tr("Connected"),
            fine=True,
        )

    # --- signing in and out -----------------------------------------------------------------------

    def _sign_in(self, wish: Wish) -> None:
        desk = self._desk
        assert desk is not None, "the button waits for the desk"
        self.window.sign_in.show_busy(True)

        def work() -> _Signed:
            desk.keep_token(desk.sign_in.sign_in(wish.email, wish.password, wish.clinic).token)
            return _read_signed(desk)

        self.tasks.run(work, self, self._enter, failed=self._refused)

    def _refused(self, error: ExpectedError) -> None:
        self.window.sign_in.show_busy(False)
        self.window.sign_in.complain(str(error))

    def _enter(self, signed: _Signed) -> None:
        assert self._desk is not None, "nobody enters without a desk"
        self.window.sign_in.forget()
        self._leave()
        formats.be_at(ZoneInfo(signed.clinic.timezone))
        self.context = Context(
            desk=self._desk,
            person=signed.person,
            clinic=signed.clinic,
            tasks=self.tasks,
            board=self.board,
            commands=Commands(signed.person.role, self),
            notices=self.notices,
            navigation=Navigation(self),
            privacy=self.privacy,
        )
        workspace = Workspace(self.context)
        self.window.show_workspace(workspace)
        workspace.strip.show_server(self._where(), tr("connecting"))
        self._live = Live(self._desk, self.tasks, self.board, self)
        self._live.changed.connect(lambda live: self._show_live(workspace, live))
        self._live.start()
        workspace.open_tab("queue")
        self.entered.emit()

    def _where(self) -> str:
        assert self._desk is not None, "somebody is signed in"
        return tr("This PC only") if self._desk.place.embedded else tr("Clinic server")

    def _show_live(self, workspace: Workspace, live: bool) -> None:
        state = tr("live") if live else tr("not reachable, trying again")
        workspace.strip.show_server(self._where(), state, fine=live)

    def _leave(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None
        self.notices.clear()
        self.window.end_workspace()
        if self.context is not None:
            self.context.commands.deleteLater()
            self.context = None

    # --- failing and closing ----------------------------------------------------------------------

    def _failed(self, owner: QObject, error: ExpectedError) -> None:
        """Show an expected error where it belongs: in the bar of its tab; a sign-in that ended, by the card."""
        if isinstance(error, SignedOut):
            self._leave()
            self._show_server()
            self.window.show_sign_in()
            self.window.sign_in.complain(str(error))
            return
        page = _page_of(owner)
        if page is None:
            self.notices.say(str(error))
            return
        page.errors.say(str(error), tr("Try again"), self._read_again if isinstance(error, ConnectionLost) else None)

    def _read_again(self) -> None:
        self.board.tell_kinds(Change.EVERYTHING)

    def close(self) -> None:
        """Stop what runs, in order: live changes, tasks, the desk."""
        self._leave()
        self.tasks.close()
        self._open.close()


def _read_signed(desk: Desk) -> _Signed:
    """Read who is signed in. Raises SignedOut."""
    me = desk.staff.me()
    clinic = desk.clinics.read()
    locations = desk.clinics.locations()
    here = next((row for row in locations if row.id == me.location_id), locations[0] if locations else None)
    return _Signed(
        Person(me.id, me.first_name, me.last_name, me.email, me.role),
        Clinic(clinic.name, here.name if here else "", here.timezone if here else clinic.timezone),
    )


def _page_of(owner: QObject | None) -> TabPage | None:
    while owner is not None and not isinstance(owner, TabPage):
        owner = owner.parent()
    return owner
