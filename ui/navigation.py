"""Where a person wants to go next; tabs ask here and do not know each other."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal


class Navigation(QObject):
    """`tab_asked(id)`, `search_asked(text)`; all others go with a patient's id."""

    tab_asked = Signal(str)
    record_asked = Signal(object)
    search_asked = Signal(str)
    claim_asked = Signal(object)
    booking_asked = Signal(object)
    why_asked = Signal(object)

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

    def book(self, patient_id: UUID) -> None:
        """Show a patient's record with the booking panel open."""
        self.tab_asked.emit("patients")
        self.booking_asked.emit(patient_id)

    def why(self, patient_id: UUID) -> None:
        """Show every rule of the queue with what it found for a patient."""
        self.tab_asked.emit("queue")
        self.why_asked.emit(patient_id)
