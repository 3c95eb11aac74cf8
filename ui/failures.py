"""Shows expected errors where they belong: in the bar of the tab whose work it was, else at the window's foot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError
from ui.context import Context
from ui.tab_page import TabPage
from ui.text import tr


def show_failure(owner: QObject, error: ExpectedError, ctx: Context, read_again: Callable[[], None]) -> None:
    """Show an error of work that `owner` asked for; after a lost connection with a way to read again."""
    page = _page_of(owner)
    if page is None:
        ctx.notices.say(str(error))
    else:
        page.errors.say(str(error), tr("Try again"), read_again if isinstance(error, ConnectionLost) else None)


def forget_failure(owner: QObject) -> None:
    """Take away what the bar of the owner's tab says, as when it is tried again."""
    page = _page_of(owner)
    if page is not None:
        page.errors.hide()


def _page_of(owner: QObject | None) -> TabPage | None:
    while owner is not None and not isinstance(owner, TabPage):
        owner = owner.parent()
    return owner
