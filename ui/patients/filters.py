"""The filters of the patients list: one button for each, with a menu; those that are set take the accent colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from reactivate_desktop.domain.patient_lists import EVERYBODY, PatientFilter
from ui import words
from ui.patients.filter_menus import (
    NO_LAST_VISIT,
    NO_MORE,
    Choice,
    last_visit_choices,
    last_visit_words,
    location_words,
    more_choices,
    more_words,
    priority_choices,
    segment_choices,
)
from ui.text import tr
from ui.widgets.filter_button import FilterButton, StayMenu
from ui.widgets.flow import FlowLayout
from ui.widgets.menus import open_below, plain

# (id, name) of locations and of tags.
Named = Sequence[tuple[UUID, str]]
# Lines of an open menu, and whether they are ticked.
Ticks = list[tuple[QAction, Callable[[], bool]]]


class FilterBar(QWidget):
    """Search field and filter buttons in one row that breaks where it must. `changed(PatientFilter)`: by the person."""

    changed = Signal(object)

    def __init__(self, search: QWidget) -> None:
        super().__init__()
        self._wish = EVERYBODY
        self._locations: Named = ()
        self._tags: Named = ()
        self._segment = FilterButton(tr("Segment"), tr("Any"))
        self._priority = FilterButton(tr("Priority"), tr("Any"))
        self._location = FilterButton(tr("Location"), tr("All"))
        self._last_visit = FilterButton(tr("Last visit"), tr("Any time"))
        self._more = FilterButton(tr("More"), "", "sliders-horizontal")
        inner = FlowLayout(self, 10)
        for part in (search, *self._buttons()):
            inner.addWidget(part)
        self._connect()

    def wish(self) -> PatientFilter:
        """Return what is set."""
        return self._wish

    def last(self) -> QWidget:
        """Return the part that Tab reaches last."""
        return self._more

    def show_wish(self, wish: PatientFilter) -> None:
        """Show what is set, as when a view is chosen."""
        self._wish = wish
        self._segment.show_value(None if wish.segment is None else words.segment(wish.segment))
        self._priority.show_value(None if wish.priority is None else words.priority(wish.priority))
        self._location.show_value(location_words(wish, self._locations))
        self._last_visit.show_value(last_visit_words(wish))
        self._more.show_value(more_words(wish, self._tags))

    def know(self, locations: Named, tags: Named) -> None:
        """Offer these locations and tags."""
        self._locations, self._tags = locations, tags
        # One location needs no filter.
        self._location.setVisible(len(locations) > 1 or bool(self._wish.location_ids))
        self.show_wish(self._wish)

    def _buttons(self) -> tuple[FilterButton, ...]:
        return self._segment, self._priority, self._location, self._last_visit, self._more

    def _connect(self) -> None:
        clears: dict[FilterButton, dict[str, Any]] = {
            self._segment: {"segment": None},
            self._priority: {"priority": None},
            self._location: {"location_ids": ()},
            self._last_visit: NO_LAST_VISIT,
            self._more: NO_MORE,
        }
        for button, nothing in clears.items():
            button.cleared.connect(partial(self._set, nothing))
        self._segment.asked.connect(lambda: self._one_of(self._segment, segment_choices()))
        self._priority.asked.connect(lambda: self._one_of(self._priority, priority_choices()))
        self._last_visit.asked.connect(lambda: self._one_of(self._last_visit, last_visit_choices()))
        self._location.asked.connect(self._choose_locations)
        self._more.asked.connect(self._choose_more)

    def _set(self, sets: dict[str, Any]) -> None:
        wish = replace(self._wish, **sets)
        if wish != self._wish:
            self.show_wish(wish)
            self.changed.emit(wish)

    def _one_of(self, button: FilterButton, choices: Sequence[Choice]) -> None:
        """Open a menu of which one line is chosen."""
        menu = QMenu(button)
        group = QActionGroup(menu)
        for choice in choices:
            action = menu.addAction(choice.word)
            action.setCheckable(True)
            action.setChecked(choice.on(self._wish))
            group.addAction(action)
            action.triggered.connect(partial(self._set, choice.sets))
        open_below(menu, button)

    def _choose_locations(self) -> None:
        menu = StayMenu(self._location)
        everywhere = Choice(tr("All locations"), {"location_ids": ()})
        ticks = [_ticked(menu, everywhere.word, lambda: everywhere.on(self._wish))]
        ticks[0][0].triggered.connect(lambda: self._tick(ticks, everywhere.sets))
        menu.addSeparator()
        for id, name in self._locations:
            tick = _ticked(menu, name, partial(self._has_location, id))
            tick[0].triggered.connect(partial(self._tick_location, ticks, id))
            ticks.append(tick)
        open_below(menu, self._location)

    def _has_location(self, id: UUID) -> bool:
        return id in self._wish.location_ids

    def _tick_location(self, ticks: Ticks, id: UUID, on: bool) -> None:
        others = tuple(each for each in self._wish.location_ids if each != id)
        self._tick(ticks, {"location_ids": (*others, id) if on else others})

    def _choose_more(self) -> None:
        menu = StayMenu(self._more)
        ticks: Ticks = []
        self._offer(menu, ticks, more_choices())
        if self._tags:
            menu.addSeparator()
            tagged = StayMenu(tr("Tag"), menu)
            menu.addMenu(tagged)
            self._offer(tagged, ticks, [Choice(name, {"tag_id": id}) for id, name in self._tags])
        open_below(menu, self._more)

    def _offer(self, menu: QMenu, ticks: Ticks, choices: Sequence[Choice]) -> None:
        for choice in choices:
            tick = _ticked(menu, choice.word, partial(self._is_on, choice))
            tick[0].triggered.connect(partial(self._tick_more, ticks, choice))
            ticks.append(tick)

    def _is_on(self, choice: Choice) -> bool:
        return choice.on(self._wish)

    def _tick_more(self, ticks: Ticks, choice: Choice, on: bool) -> None:
        self._tick(ticks, choice.sets if on else {name: NO_MORE[name] for name in choice.sets})

    def _tick(self, ticks: Ticks, sets: dict[str, Any]) -> None:
        """Set something and show in the open menu what that took back."""
        self._set(sets)
        for action, on in ticks:
            action.setChecked(on())


def _ticked(menu: QMenu, word: str, on: Callable[[], bool]) -> tuple[QAction, Callable[[], bool]]:
    action = menu.addAction(plain(word))
    action.setCheckable(True)
    action.setChecked(on())
    return action, on
