"""Puts what was read into the tab: rows, order, counts, how fresh it is, and what an empty list says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from reactivate_desktop.domain.id_list import IdList
from reactivate_desktop.domain.outreach import QueueCounts, QueueFilter
from reactivate_desktop.domain.workday import Freshness
from ui import formats
from ui.priority_queue.lines import Line
from ui.text import tr, trn

if TYPE_CHECKING:
    from ui.priority_queue.conductor import Conductor


class Showing(QObject):
    """The reading half of the conductor: nothing here changes anything but what is on screen."""

    def __init__(self, conductor: Conductor) -> None:
        super().__init__(conductor)
        self._conductor = conductor
        self._page = conductor.page
        self.wish = QueueFilter()
        self._counts: QueueCounts | None = None
        self._age: Freshness | None = None
        page = self._page
        page.reading.first.connect(self._first)
        page.reading.index.connect(self._index)
        page.reading.counted.connect(self._counted)
        page.reading.aged.connect(self._aged)
        page.reading.stale.connect(page.list.model.refresh)
        page.reading.failed.connect(conductor.fail)
        page.tiles.chosen.connect(self.filter)
        page.list.chosen.connect(self._chosen)
        page.list.opened.connect(self._opened)

    def filter(self, wish: QueueFilter) -> None:
        """Show other rows."""
        self.wish = wish
        self._page.tiles.show_filter(wish)
        self._page.reading.show(wish)

    def everybody(self) -> None:
        """Show everybody again."""
        self.filter(QueueFilter())

    def _first(self, wish: QueueFilter, lines: Sequence[Line]) -> None:
        self._page.list.show_first(wish, lines)
        self._say_nobody()

    def _index(self, wish: QueueFilter, ids: IdList) -> None:
        self._page.list.show_index(wish, ids)
        self._say_nobody()

    def _counted(self, counts: QueueCounts) -> None:
        self._counts = counts
        self._page.tiles.show_counts(counts)
        self._page.counted.emit(counts.left_today)
        self._say_head()
        self._conductor.aftermath.back()

    def _aged(self, age: Freshness) -> None:
        self._age = age
        self._conductor.state.hear_clock(age.now)
        self._say_head()
        self._say_nobody()

    def _chosen(self, line: Line | None) -> None:
        conductor = self._conductor
        if line is not None:
            conductor.show_row(line.row)
        elif conductor.flow.held is None and conductor.state.busy is None:
            conductor.show_nobody()

    def _opened(self, line: Line) -> None:
        self._conductor.ctx.navigation.open_record(line.id)

    def _say_head(self) -> None:
        if self._counts is None:
            return
        clinic = self._conductor.ctx.clinic.name
        waiting = trn(
            "{n} patient to contact at {clinic}",
            "{n} patients to contact at {clinic}",
            self._counts.waiting,
            clinic=clinic,
        )
        self._page.header.say(" · ".join(part for part in (waiting, self._scored()) if part))

    def _scored(self) -> str:
        if self._age is None:
            return ""
        if self._age.scored_at is None:
            return tr("not scored yet")
        return tr("scored {ago}", ago=formats.ago(self._age.scored_at, self._conductor.state.now()))

    def _say_nobody(self) -> None:
        nobody, ctx = self._page.list.nobody, self._conductor.ctx
        unscored = self._age is not None and self._age.scored_at is None
        self._page.list.score.setVisible(unscored and self.wish == QueueFilter() and ctx.commands.allowed("score"))
        if self.wish != QueueFilter():
            nobody.say(tr("Nobody here"), tr("Press the tile again to see everybody."))
        elif unscored:
            nobody.say(tr("Not scored yet"), tr("Scoring says whom to contact first, and why."))
        else:
            nobody.say(
                tr("Nobody waits"),
                tr("Everybody was contacted or is not due yet. Who comes due appears here by itself."),
            )
