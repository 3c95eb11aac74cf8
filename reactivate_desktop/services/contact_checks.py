"""May we contact this patient now: the strip of the record and of the queue's pane."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.contact_strip import ContactStrip, strip_of
from reactivate_desktop.domain.enums import ContactPurpose
from reactivate_desktop.domain.errors import NotFound
from reactivate_desktop.storage.queries import contact_facts
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

GONE = "This patient is not in the clinic (any more). Please search again."


class ContactChecks:
    """Use cases that ask whether a contact is allowed; a sending transaction asks again by itself."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def strip(self, patient_id: UUID, purpose: ContactPurpose = ContactPurpose.CARE) -> ContactStrip:
        """Return what a person may do now on each channel, by the server's clock. Raises NotFound."""
        with self._begin() as tx:
            found = strip(tx, patient_id, purpose)
            tx.audit("CONTACT_CHECKED", "patient", patient_id)
            return found


def strip(tx: Transaction, patient_id: UUID, purpose: ContactPurpose = ContactPurpose.CARE) -> ContactStrip:
    """Return the strip in this transaction, by one statement. Raises NotFound."""
    read = contact_facts.one(tx, patient_id)
    if read is None:
        raise NotFound(GONE)
    return strip_of(read.facts, read.now, purpose)
