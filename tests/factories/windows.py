"""Makes what a signed-in window is given, for tests and benchmarks of single screens."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from reactivate_desktop.bootstrap import Desk
from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.config.settings import Settings
from reactivate_desktop.storage.dsn import Dsn
from ui.change_board import ChangeBoard
from ui.commands import Commands
from ui.context import Clinic, Context, Person
from ui.jobs import Jobs
from ui.navigation import Navigation
from ui.notices import Notices
from ui.privacy import Privacy
from ui.tasks import Tasks


def open_context(window: QWidget, home: Path, app: Dsn, token: str) -> Context:
    """Return a context for the holder of `token`; its parts are children of `window`. Close it with close_context."""
    settings = Settings(home=home, database_url=app.url(with_password=True), token=token, workstation="test-desk")
    desk = Desk(settings, MemorySecrets())
    me, clinic = desk.staff.me(), desk.clinics.read()
    tasks = Tasks(window)
    return Context(
        desk=desk,
        person=Person(me.id, me.first_name, me.last_name, me.email, me.role),
        clinic=Clinic(clinic.name, "", clinic.timezone),
        tasks=tasks,
        board=ChangeBoard(window),
        commands=Commands(me.role, window),
        notices=Notices(window),
        navigation=Navigation(window),
        privacy=Privacy(window),
        jobs=Jobs(tasks, window),
    )


def close_context(ctx: Context) -> None:
    """Wait for its work and close its desk."""
    ctx.tasks.close()
    ctx.desk.close()
