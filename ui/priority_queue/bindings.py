"""Ties the queue's commands to keys and buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.priority_queue.batches import Batches
from ui.priority_queue.export import ask_and_export
from ui.priority_queue.sheet_entry import SheetEntry
from ui.priority_queue.why_not import WhyNot
from ui.text import tr

if TYPE_CHECKING:
    from ui.priority_queue.tab import QueueTab


def bind(page: QueueTab) -> None:
    """Bind everything once; what the role may never do is left out by `commands` itself."""
    commands, conductor, view = page.ctx.commands, page.conductor, page.list.view
    flow, taking = conductor.flow, conductor.taking
    commands.bind("next", page, taking.next, taking.reason)
    # Only in the list: elsewhere Space presses what has the focus, and Escape leaves it.
    commands.bind("claim", view, taking.current, lambda: _cannot_take_current(page))
    commands.bind("release", view, flow.release, lambda: "" if flow.held else tr("This desk holds nobody."))
    commands.bind("open", page, conductor.open_record)
    commands.bind("undo", page, conductor.outcomes.undo_last, taking.away)
    commands.bind("undo-batch", page, lambda: _open_batches(page), taking.away)
    commands.bind("open-next", page, conductor.aftermath.toggle_next, taking.away)
    commands.bind("export-queue", page, lambda: ask_and_export(page.ctx, page), taking.away)
    commands.bind("call-sheet", page, lambda: _open_sheet(page))
    commands.bind("enter-sheet", page, lambda: SheetEntry(page).begin())
    commands.bind("why-not", page, WhyNot(page).ask, taking.away)
    commands.bind("show-other", page, page.sides.turn, lambda: _only_both(page))
    page.pane.bind_keys(page)
    page.search.clicked.connect(lambda: commands.do_id("palette"))
    page.other.clicked.connect(lambda: commands.do_id("show-other"))
    page.next.clicked.connect(lambda: commands.do_id("next"))
    page.export.clicked.connect(lambda: commands.do_id("export-queue"))
    page.sheet.clicked.connect(lambda: commands.do_id("call-sheet"))
    page.list.score.clicked.connect(lambda: commands.do_id("score"))
    page.list.why_not.clicked.connect(lambda: commands.do_id("why-not"))


def _cannot_take_current(page: QueueTab) -> str:
    line = page.list.current()
    if line is None:
        return tr("Choose a patient in the list first.")
    return page.conductor.taking.reason()


def _only_both(page: QueueTab) -> str:
    if not page.sides.one_only:
        return tr("List and patient are both shown.")
    return "" if page.pane.row is not None else tr("Nobody is open. Take the next patient first.")


def _open_sheet(page: QueueTab) -> None:
    # The printing library loads when somebody wants to print, not with the window.
    from ui.priority_queue.call_sheet import CallSheetCard

    CallSheetCard(page).begin()


def _open_batches(page: QueueTab) -> None:
    Batches(page.conductor.outcomes, page.ctx, page.window()).begin()
