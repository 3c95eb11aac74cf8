"""How the signed-in person likes her window, kept in the database so that it follows her from PC to PC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reactivate_desktop.domain.preferences import (
    Preferences,
    Theme,
    columns_kept,
    preferences_from,
    theme_kept,
    zoom_kept,
)
from reactivate_desktop.storage.queries import preferences
from reactivate_desktop.storage.unit_of_work import Begin


class WindowPreferences:
    """The person's own, a VIEWER's too; nobody else sees them, so they are not in the audit trail."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def read(self) -> Preferences:
        """Return the preferences of the signed-in person."""
        with self._begin() as tx:
            return preferences_from(preferences.read(tx))

    def change(
        self,
        *,
        theme: Theme | None = None,
        language: str | None = None,
        zoom: float | None = None,
        columns: Mapping[str, Sequence[str]] | None = None,
        tour_seen: bool | None = None,
        open_next: bool | None = None,
    ) -> Preferences:
        """Change what is named and return all. language: empty is the PC's own again; columns: by screen, an empty
        choice is the screen's own one again. Raises Invalid for a zoom outside 0.8 to 2.
        """
        changes: dict[str, Any] = {}
        changes |= theme_kept(theme) if theme is not None else {}
        changes |= {"language": language or None} if language is not None else {}
        changes |= zoom_kept(zoom) if zoom is not None else {}
        changes |= columns_kept(columns) if columns is not None else {}
        changes |= {"tour_seen": tour_seen} if tour_seen is not None else {}
        changes |= {"open_next": open_next} if open_next is not None else {}
        with self._begin() as tx:
            return preferences_from(preferences.merge(tx, changes) if changes else preferences.read(tx))
