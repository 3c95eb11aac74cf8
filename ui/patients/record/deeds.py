"""What the menu of a record does: marks a patient, forbids contact, merges, prints; what lasts asks once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.patients import EditPatient, PatientRow
from reactivate_desktop.domain.records import RecordHead
from ui import formats
from ui.context import Context
from ui.patients.readings import read_past_day
from ui.patients.record.ask_bar import AskBar
from ui.patients.record.picker import PatientPicker
from ui.privacy import veiled
from ui.text import tr

Entry = tuple[str, Callable[[], None]] | None


class Deeds(QObject):
    """`changed`: the record was; `merge_asked(survivor id, merged id)`; the other `_asked` ones are for the page."""

    changed = Signal()
    edit_asked = Signal()
    merge_asked = Signal(object, object)
    merges_asked = Signal()
    print_asked = Signal()
    pdf_asked = Signal()

    def __init__(self, ctx: Context, ask: AskBar, picker: PatientPicker, parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._ask = ask
        self._picker = picker
        self._room = parent
        self._head: RecordHead | None = None

    def show_head(self, head: RecordHead | None) -> None:
        """Take over which patient is shown."""
        self._head = head

    def entries(self) -> list[Entry]:
        """Return what may be done with the patient who is shown; None: a line between two groups."""
        head = self._head
        if head is None:
            return []
        reading: list[Entry] = [
            (tr("Print for the chart…"), self.print_asked.emit),
            (tr("Save the chart as PDF…"), self.pdf_asked.emit),
            (tr("Copy the phone number"), self._copy),
            (tr("Merges of this record"), self.merges_asked.emit),
        ]
        if not self._ctx.person.writes or head.merged_into is not None:
            return reading
        edit: list[Entry] = [(tr("Edit the record"), self.edit_asked.emit), None]
        merge: list[Entry] = [None, (tr("Merge with another record…"), self.ask_merge)]
        return [*edit, *self._marks(head), *merge, *reading]

    def open_menu(self, at: QPoint) -> QMenu:
        """Show the menu with its right upper corner at a point of the screen."""
        menu = QMenu(self._room)
        menu.aboutToHide.connect(menu.deleteLater)
        for entry in self.entries():
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(entry[0], entry[1])
        menu.popup(QPoint(at.x() - menu.sizeHint().width(), at.y()))
        return menu

    def mark(self, state: PatientState) -> None:
        """Ask, then mark the patient as gone."""
        question, word, field = _questions(self._name())[state]

        def answer(typed: str) -> None:
            fields: dict[str, Any] = {"patient_state": str(state)}
            if state == PatientState.DECEASED:
                reading = read_past_day(typed, formats.today_here())
                if reading.problem:
                    self._ask.complain(reading.problem)
                    return
                fields["deceased_on"] = reading.value
            self._write(fields)

        self._ask.ask(question, word, answer, field)

    def forbid_contact(self) -> None:
        """Ask for the reason, then forbid every contact."""
        question = tr("Do not contact {name} any more? This closes every channel.", name=self._name())
        self._ask.ask(
            question,
            tr("Do not contact"),
            lambda reason: self._write({"do_not_contact": True}, reason),
            tr("Reason, kept as a note"),
        )

    def ask_merge(self) -> None:
        """Ask which other record is of the same person."""
        head = self._head
        if head is None:
            return
        patient = head.patient.id

        def take(other: PatientRow) -> None:
            self._picker.leave()
            self.merge_asked.emit(patient, other.id)

        question = tr("Which other record is of the same person? You compare both before anything is merged.")
        self._picker.ask(question, take, frozenset({patient}))

    def _marks(self, head: RecordHead) -> list[Entry]:
        found: list[Entry] = []
        if head.patient.patient_state == PatientState.PRESENT:
            found += [
                (tr("Mark as inactive…"), lambda: self.mark(PatientState.INACTIVE)),
                (tr("Mark as moved…"), lambda: self.mark(PatientState.MOVED)),
                (tr("Mark as deceased…"), lambda: self.mark(PatientState.DECEASED)),
            ]
        else:
            here = {"patient_state": str(PatientState.PRESENT), "deceased_on": None}
            found.append((tr("Mark as a patient here again"), lambda: self._write(here)))
        if head.patient.do_not_contact:
            found.append((tr("May be contacted again"), lambda: self._write({"do_not_contact": False})))
        else:
            found.append((tr("Do not contact…"), self.forbid_contact))
        return found

    def _write(self, fields: Mapping[str, Any], reason: str = "") -> None:
        """Change fields on the version that is shown; Undo puts back what was there."""
        head, ctx = self._head, self._ctx
        if head is None:
            return
        patient = head.patient
        was = {
            "patient_state": str(patient.patient_state),
            "deceased_on": head.deceased_on,
            "do_not_contact": patient.do_not_contact,
        }
        back = {name: was[name] for name in fields}

        def work() -> int:
            version = ctx.desk.patients.edit(EditPatient(patient.id, patient.version, dict(fields))).version
            if reason:
                ctx.desk.notes.add(patient.id, tr("Do not contact: {reason}", reason=reason))
            return version

        def done(version: int) -> None:
            self._ask.leave()
            undo = EditPatient(patient.id, version, back)
            ctx.notices.say(
                tr("Saved for {name}", name=self._name_of(head)),
                lambda: self._run(lambda: ctx.desk.patients.edit(undo)),
            )
            self.changed.emit()

        ctx.tasks.run(work, self, done, failed=self._refused)

    def _run(self, work: Callable[[], object]) -> None:
        self._ctx.tasks.run(work, self, lambda _: self.changed.emit())

    def _refused(self, error: ExpectedError) -> None:
        if self._ask.isHidden():
            self._ctx.tasks.on_failure(self, error)
        else:
            self._ask.complain(str(error))
        # After a conflict the next answer is about what is shown then.
        self.changed.emit()

    def _copy(self) -> None:
        if self._head is not None:
            QGuiApplication.clipboard().setText(self._head.patient.phone)
            self._ctx.notices.say(tr("The phone number is copied."))

    def _name(self) -> str:
        return self._name_of(self._head) if self._head is not None else ""

    @staticmethod
    def _name_of(head: RecordHead) -> str:
        return veiled(full_name(head.patient.first_name, head.patient.last_name))


def _questions(name: str) -> dict[PatientState, tuple[str, str, str]]:
    """Return question, answer and field for each way of being gone."""
    return {
        PatientState.INACTIVE: (
            tr("Mark {name} as inactive? The patient leaves the queue, and nothing is sent any more.", name=name),
            tr("Mark as inactive"),
            "",
        ),
        PatientState.MOVED: (
            tr("Mark {name} as moved? The patient leaves the queue, and nothing is sent any more.", name=name),
            tr("Mark as moved"),
            "",
        ),
        PatientState.DECEASED: (
            tr("Mark {name} as deceased? The patient leaves the queue, and nothing is sent any more.", name=name),
            tr("Mark as deceased"),
            tr("Day, if it is known"),
        ),
    }
