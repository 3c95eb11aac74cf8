"""Shows the answers of the patients list: rows, counts, names of places and tags, and why there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QObject

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.patient_lists import EVERYBODY
from reactivate_desktop.domain.saved_views import BuiltInView
from ui.context import Context
from ui.patients.finder import Answer, narrowed
from ui.patients.parts import Parts
from ui.text import trn

Named = tuple[tuple[UUID, str], ...]


@dataclass(frozen=True)
class _Names:
    """The clinic's locations and tags."""

    locations: Named
    tags: Named


class ListAnswers(QObject):
    """Fills the parts of the list page."""

    def __init__(self, ctx: Context, parts: Parts, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._parts = parts
        self._everybody: int | None = None
        self._locations = 0
        listing = parts.listing
        listing.answered.connect(self._show)
        listing.total_known.connect(self._show_foot)
        listing.total_known.connect(self._show_found)
        listing.alike.connect(parts.foot.say_alike)
        listing.grown.connect(parts.foot.say_new)
        listing.failed.connect(self._failed)
        parts.view.shown_changed.connect(self._show_foot)
        parts.views.counted.connect(self._show_count)
        parts.views.changed.connect(lambda: parts.view_bar.show_views(parts.views.all()))
        parts.bulk.tags_changed.connect(self.read_names)
        self._seconds = 0.0

    def read_names(self) -> None:
        """Read the locations and tags that filters and bulk changes offer."""
        desk = self._ctx.desk

        def work() -> _Names:
            locations = tuple((row.id, row.name) for row in desk.clinics.locations())
            return _Names(locations, tuple((row.id, row.name) for row in desk.tags.all()))

        self._ctx.tasks.run(work, self, self._show_names, failed=lambda _: None)

    def _show_names(self, names: _Names) -> None:
        self._locations = len(names.locations)
        self._parts.filters.know(names.locations, names.tags)
        self._parts.bulk.know(names.locations, names.tags)
        self._show_line()

    def _show(self, answer: Answer) -> None:
        parts, wish = self._parts, answer.question.wish
        # Key stroke to rows, as the person waited; counting all of them goes on behind it.
        self._seconds = answer.question.seconds()
        parts.view.head.show_order(parts.listing.order)
        parts.foot.say_new(0)
        parts.foot.offer_review(bool(answer.rows) and answer.wish.duplicates)
        parts.foot.say_alike(0, among=answer.wish.only_similar, back=wish.only_similar)
        if answer.rows:
            parts.middle.show_list()
        elif wish == EVERYBODY:
            parts.middle.show_none()
        else:
            parts.middle.show_nobody(wish.text.strip(), filters=narrowed(wish))
        parts.views.count()

    def _show_found(self) -> None:
        listing, search = self._parts.listing, self._parts.search
        if search.text().strip() and listing.wish.text == search.text():
            search.say_found(listing.total, self._seconds, more=not listing.counted)

    def _show_foot(self) -> None:
        listing = self._parts.listing
        text = bool(listing.shown.text.strip())
        place = self._parts.view.shown_range()
        self._parts.foot.say(place, listing.total, listing.order, text=text, counted=listing.counted)

    def _show_count(self, key: str, count: int) -> None:
        self._parts.view_bar.show_count(key, count)
        if key == BuiltInView.EVERYONE:
            self._everybody = count
            self._show_line()

    def _show_line(self) -> None:
        if self._everybody is None:
            return
        line = trn("{n} patient", "{n} patients", self._everybody)
        if self._locations:
            line = f"{line} {trn('at {n} location', 'at {n} locations', self._locations)}"
        self._parts.head.say(line)

    def _failed(self, error: ExpectedError) -> None:
        self._parts.view.wait_for_rows(False)
        # The program's bar says it, and knows what to do when the sign-in has ended.
        self._ctx.tasks.on_failure(self, error)
        if self._parts.listing.total_shown() == 0:
            self._parts.middle.show_away(str(error))
