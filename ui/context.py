"""What every screen is given: the services, who is signed in, and the window's own helpers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole

if TYPE_CHECKING:
    # Loads the database libraries, which the first picture must not wait for.
    from reactivate_desktop.bootstrap import Desk
    from ui.change_board import ChangeBoard
    from ui.commands import Commands
    from ui.jobs import Jobs
    from ui.navigation import Navigation
    from ui.notices import Notices
    from ui.privacy import Privacy
    from ui.tasks import Tasks


@dataclass(frozen=True)
class Person:
    """Who is signed in at this desk."""

    id: UUID
    first_name: str
    last_name: str
    email: str
    role: UserRole

    @property
    def name(self) -> str:
        """Both names."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def writes(self) -> bool:
        """Whether the role may change anything."""
        return self.role != UserRole.VIEWER


@dataclass(frozen=True)
class Clinic:
    """The clinic, the site of this desk and its time zone's name."""

    name: str
    location: str
    timezone: str


@dataclass(eq=False)
class Context:
    """One signed-in window."""

    desk: Desk
    person: Person
    clinic: Clinic
    tasks: Tasks
    board: ChangeBoard
    commands: Commands
    notices: Notices
    navigation: Navigation
    privacy: Privacy
    jobs: Jobs
