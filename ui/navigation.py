"""Where a person wants to go next; tabs ask here and do not know each other."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal


class Navigation(QObject):
    """`tab_asked(id)`, `record_asked(patient id)`, `search_asked(text)`, `claim_asked(patient id)`."""

    tab_asked = Signal(str)
    record_asked = Signal(object)
    search_asked = Signal(str)
    claim_asked = Signal(object)

    def open_tab(self, id: str) -> None:
        """Show a tab of the rail."""
        self.tab_asked.emit(id)

    def open_record(self, patient_id: UUID) -> None:
        """Show a patient's record."""
        self.tab_asked.emit("patients")
        self.record_asked.emit(patient_id)

    def search(self, text: str) -> None:
        """Show the patients that a text finds."""
        self.tab_asked.emit("patients")
        self.search_asked.emit(text)

    def claim(self, patient_id: UUID) -> None:
        """Take a patient in the queue and show her there."""
        self.tab_asked.emit("queue")
        self.claim_asked.emit(patient_id)
