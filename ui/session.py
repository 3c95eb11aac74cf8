"""One signed-in person's time at this window: her context, her workspace and the window's commands for her."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ui.change_board import ChangeBoard
from ui.commands import Commands
from ui.context import Context
from ui.frame.window_commands import WindowCommands
from ui.jobs import Jobs
from ui.listening import Listening
from ui.navigation import Navigation
from ui.notices import Notices
from ui.opening import Signed
from ui.privacy import Privacy
from ui.tasks import Tasks
from ui.text import tr
from ui.upkeep import Upkeep
from ui.widgets.panels import column
from ui.workspace import Workspace

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


@dataclass(frozen=True)
class Shared:
    """What sessions share: the parts of the program that outlive them."""

    tasks: Tasks
    board: ChangeBoard
    privacy: Privacy
    listening: Listening


class Session(QObject):
    """Begins when somebody comes in and ends when somebody else does; a lock is only a pause."""

    def __init__(self, desk: Desk, shared: Shared, signed: Signed, parent: QObject) -> None:
        super().__init__(parent)
        self.signed = signed
        self._desk, self._shared = desk, shared
        # Toasts name patients: they live in the room and vanish behind the lock with it.
        self.room = QWidget()
        self.context = Context(
            desk=desk,
            person=signed.person,
            clinic=signed.clinic,
            tasks=shared.tasks,
            board=shared.board,
            commands=Commands(signed.person.role, self),
            notices=Notices(self.room),
            navigation=Navigation(self),
            privacy=shared.privacy,
            jobs=Jobs(shared.tasks, self),
        )
        self.workspace = Workspace(self.context)
        column(self.room, 0).addWidget(self.workspace)
        where = tr("This PC only") if desk.place.embedded else tr("Clinic server")
        self.upkeep = Upkeep(self.context, self.workspace, where)
        self.commands = WindowCommands(self.context, self.workspace, self.upkeep)
        shared.listening.changed.connect(self.upkeep.set_live)

    def start(self, tab: str) -> None:
        """Open the first tab and hear the other desks."""
        self.workspace.open_tab(tab)
        self._shared.listening.start(self._desk)
        self.upkeep.start()

    def resume(self) -> None:
        """Go on after a lock, with the new sign-in."""
        self._shared.listening.start(self._desk)

    def end(self) -> None:
        """Stop what runs for her; the window takes the workspace away."""
        self.context.jobs.cancel_all()
        self._shared.listening.stop()
        self.deleteLater()
