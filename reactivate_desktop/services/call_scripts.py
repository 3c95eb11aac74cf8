"""The call script and the first text for a patient, from the clinic's templates and from those that come with us."""

from __future__ import annotations

import json
from functools import cache
from uuid import UUID

from reactivate_desktop.bundle import folder
from reactivate_desktop.domain.call_scripts import (
    ScriptBook,
    ScriptFacts,
    ScriptSource,
    Template,
    languages,
)
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.services.contact_checks import GONE
from reactivate_desktop.storage.queries import call_scripts
from reactivate_desktop.storage.queries.call_scripts import ScriptRow
from reactivate_desktop.storage.unit_of_work import Begin

_ENGLISH = "en"


class CallScripts:
    """Use cases of the script beside the phone."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def of(self, patient_id: UUID) -> ScriptSource:
        """Return what the scripts for a patient are made of: `filled()` writes them, with a free slot or without.

        The look is in the audit trail. Raises NotFound.
        """
        with self._begin() as tx:
            row = call_scripts.read(tx, patient_id)
            if row is None:
                raise NotFound(GONE)
            tx.audit("PATIENT_READ", "patient", patient_id)
            return source_of(row)


def source_of(row: ScriptRow) -> ScriptSource:
    """Return what a script is made of from what was read."""
    known = books()
    facts = ScriptFacts(
        first_name=row.first_name,
        clinic=row.clinic,
        caller=row.caller or "",
        provider=row.provider or "",
        location_phone=row.location_phone,
        location_address=row.location_address,
        last_visit_on=row.last_visit_on,
        days_away=row.days_away,
    )
    listed = row.templates or []
    calls, texts = (
        tuple(Template(language, name, text) for use, language, name, text in listed if use == wanted)
        for wanted in ("CALL", "TEXT")
    )
    return ScriptSource(facts, languages(row.language, row.clinic_language or _ENGLISH, known), known, calls, texts)


@cache
def books() -> dict[str, ScriptBook]:
    """Return the scripts that come with the program, by language; read once."""
    found = (
        ScriptBook.from_json(json.loads(path.read_text("utf-8")))
        for path in sorted((folder("resources") / "scripts").glob("*.json"))
    )
    return {book.language: book for book in found}
