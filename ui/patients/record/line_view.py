"""Lists of the record: one place for how they keep their scroll place when rows come on top."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent

from ui.widgets.columns_model import ROW_ROLE
from ui.widgets.row_view import RowView


class PlacedView(RowView):
    """A list that shows the same rows after a change as before; `widths`: its columns, `rest` takes what is left."""

    def __init__(self, name: str, said: str, row_height: int, widths: tuple[int, ...] = (0,), rest: int = 0) -> None:
        super().__init__(name, said, row_height)
        self._widths, self._rest = widths, rest
        self._high = row_height

    def keep_place(self, change: Callable[[], None]) -> None:
        """Do `change`; the row at the top of the view stays there, the current row stays current."""
        bar = self.verticalScrollBar()
        at = bar.value()
        model = self.model()
        top = model.index(at // self._high, 0).data(ROW_ROLE) if at else None
        current = self.currentIndex().data(ROW_ROLE)
        change()
        places = {model.index(place, 0).data(ROW_ROLE).id: place for place in range(model.rowCount())}
        if current is not None and current.id in places:
            self.go_to_quietly(places[current.id])
        if top is not None and top.id in places:
            self.updateGeometries()
            bar.setValue(places[top.id] * self._high + at % self._high)

    def go_to_quietly(self, place: int) -> None:
        """Make a row current without scrolling to it."""
        if place != self.place():
            scrolls = self.hasAutoScroll()
            self.setAutoScroll(False)
            self.go_to(place)
            self.setAutoScroll(scrolls)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.set_widths(self._widths, self._rest)
