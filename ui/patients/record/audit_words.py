"""What the audit trail says of a record, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ui.text import tr


def said(action: str, details: Mapping[str, Any] | None) -> str:
    """Return an action as a sentence; one that is not known here stays readable."""
    known = _reading() | _writing()
    word = known.get(action) or action.replace("_", " ").capitalize()
    fields = (details or {}).get("fields")
    if isinstance(fields, list) and fields:
        return f"{word}: {', '.join(str(name).replace('_', ' ') for name in fields)}"
    return word


def is_look(action: str) -> bool:
    """Return whether an action only read."""
    return action in _reading()


def _reading() -> dict[str, str]:
    return {
        "PATIENT_READ": tr("Opened the record"),
        "TIME_LINE_READ": tr("Read the time line"),
        "APPOINTMENTS_READ": tr("Read the appointments ahead"),
        "APPOINTMENTS_LISTED": tr("Read the appointments"),
        "ATTEMPTS_READ": tr("Read the contacts"),
        "CONSENTS_READ": tr("Read the consents"),
        "CONTACT_CHECKED": tr("Looked whether a contact is allowed"),
        "HOUSEHOLD_READ": tr("Read the household"),
        "NOTES_READ": tr("Read the notes"),
        "SCORES_READ": tr("Read the scores"),
        "SCORE_EXPLAINED": tr("Read why the score is what it is"),
        "PATIENTS_COMPARED": tr("Compared with another record"),
    }


def _writing() -> dict[str, str]:
    return {
        "PATIENT_ADDED": tr("Added the patient"),
        "PATIENT_CHANGED": tr("Changed the record"),
        "PATIENTS_MERGED": tr("Merged another record into it"),
        "PATIENTS_UNMERGED": tr("Took a merge back"),
        "CONSENT_RECORDED": tr("Recorded a consent"),
        "OPTED_OUT": tr("Recorded an opt-out"),
        "NOTE_ADDED": tr("Wrote a note"),
        "NOTE_CHANGED": tr("Changed a note"),
        "NOTE_REMOVED": tr("Removed a note"),
        "OUTCOME_LOGGED": tr("Logged a contact"),
        "OUTCOME_UNDONE": tr("Took a contact back"),
        "CLAIMED": tr("Took the patient in the queue"),
        "CLAIM_RELEASED": tr("Let the patient go"),
    }
