"""The clinic's tags: read, and added where they are first needed."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.changes import Change
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.tags import TagRow, check_tag
from reactivate_desktop.storage.queries import tags
from reactivate_desktop.storage.unit_of_work import Begin


class Tags:
    """Use cases of tags; putting them on patients is a bulk change (services/bulk.py)."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def all(self) -> list[TagRow]:
        """Return all tags of the clinic by name."""
        with self._begin() as tx:
            return tags.all_of(tx)

    def add(self, text: str) -> UUID:
        """Add a tag and return its id; one of this name, in whatever letters, is used as it is.

        Raises Invalid, NotAllowed.
        """
        name = check_tag(text)
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            new_id = uuid7()
            if not tags.insert(tx, new_id, name):
                known = tags.named(tx, name)
                assert known is not None, "its name was taken"
                return known.id
            tx.audit("TAG_ADDED", "tag", new_id)
            tx.changed(Change.PATIENTS)
            return new_id
