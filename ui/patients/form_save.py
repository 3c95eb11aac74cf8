"""What the form of a patient asks of the services: to add, to change, and to look again after a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import CommunicationChannel, PatientState, UserRole
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.patients import EditPatient, NewPatient
from reactivate_desktop.domain.records import RecordHead
from ui.context import Context
from ui.patients.readings import Reading
from ui.text import tr

_OF_NEW = ("phone", "email", "date_of_birth", "preferred_channel", "language", "location_id")
_NAMES = ("first_name", "last_name")
_LOOKED_AT = 20


@dataclass(frozen=True)
class Saving:
    """What is being edited: the patient (None: a new one), the version and the values it was begun from."""

    patient: UUID | None = None
    version: int = 0
    was: Mapping[str, Any] = field(default_factory=dict)
    busy: bool = False


@dataclass(frozen=True)
class SeenAgain:
    """A patient as she is now, and who changed her last (empty: not told)."""

    head: RecordHead
    by: str


def add_patient(ctx: Context, sent: Mapping[str, Any]) -> tuple[UUID, str]:
    """Add a patient with all that was typed and return her id; the sentence says what could not be stored of it."""
    values = {name: sent[name] for name in _OF_NEW if name in sent}
    if "preferred_channel" in values:
        values["preferred_channel"] = CommunicationChannel(values["preferred_channel"])
    first, last = (str(sent.get(name, "")) for name in _NAMES)
    added = ctx.desk.patients.add(NewPatient(first, last, **values))
    more = {name: value for name, value in sent.items() if name not in (*_OF_NEW, *_NAMES)}
    if more:
        try:
            version = ctx.desk.patients.read(added).patient.version
            ctx.desk.patients.edit(EditPatient(added, version, more))
        except ExpectedError as error:
            return added, str(error)
    return added, ""


def edit_patient(ctx: Context, patient: UUID, version: int, sent: Mapping[str, Any]) -> UUID:
    """Change fields of a patient as she was seen, and return her id. Raises Conflict, Invalid."""
    ctx.desk.patients.edit(EditPatient(patient, version, dict(sent)))
    return patient


def seen_again(ctx: Context, patient: UUID) -> SeenAgain:
    """Return a patient as she is now; who changed her is told to an ADMIN, whose the audit trail is."""
    head = ctx.desk.records.head(patient)
    if ctx.person.role != UserRole.ADMIN:
        return SeenAgain(head, "")
    rows = ctx.desk.audit.page(str(patient), limit=_LOOKED_AT)
    changed = next((row.user_id for row in rows if row.action == "PATIENT_CHANGED"), None)
    by = next((row.first_name for row in ctx.desk.staff.list() if row.id == changed), "")
    return SeenAgain(head, by)


def question_before(wished: Mapping[str, Reading]) -> str:
    """Return what to ask before these changes are saved; empty: nothing."""
    state, closed = wished.get("patient_state"), wished.get("do_not_contact")
    if state is not None and state.value == PatientState.DECEASED:
        return tr("Save that this patient has died? The patient leaves the queue, and nothing is sent any more.")
    if closed is not None and closed.value:
        return tr("Save that this patient must not be contacted at all? No channel stays open.")
    return ""
