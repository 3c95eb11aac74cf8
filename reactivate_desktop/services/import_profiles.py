"""Remembered meanings of columns: found again by the header of a file, or by name."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotFound
from reactivate_desktop.domain.imports import ImportSubject, ProfileRow
from reactivate_desktop.services.import_files import OpenedCsv
from reactivate_desktop.storage.queries import import_profiles
from reactivate_desktop.storage.unit_of_work import Begin, Transaction

_NAME_LETTERS = 200


class ImportProfiles:
    """Use cases of the remembered profiles."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def profiles(self) -> list[ProfileRow]:
        """Return all profiles of the clinic by subject and name."""
        with self._begin() as tx:
            return import_profiles.listed(tx)

    def forget_profile(self, subject: ImportSubject, name: str) -> None:
        """Forget a profile. Raises NotFound, NotAllowed."""
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            known = import_profiles.named(tx, subject, name)
            if known is None:
                raise NotFound(_unknown(tx, subject, name))
            import_profiles.delete(tx, known.id)
            tx.audit("IMPORT_PROFILE_FORGOTTEN", "import_profile", known.id)

    def save_profile(self, subject: ImportSubject, name: str, opened: OpenedCsv) -> UUID:
        """Remember under a name of one's own what the columns of a file mean, and return the profile's id.

        A profile of this name is overwritten. Raises Invalid, NotAllowed.
        """
        if not 1 <= len(name) <= _NAME_LETTERS:
            raise Invalid("The name of a profile has 1 to 200 letters.")
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            known = import_profiles.named(tx, subject, name)
            return _write(tx, opened, known, name)


def choose(tx: Transaction, subject: ImportSubject, signature: str, name: str | None) -> ProfileRow | None:
    """Return the profile of this name, else the one last used for this header. Raises NotFound."""
    if name is None:
        return import_profiles.signed(tx, subject, signature)
    known = import_profiles.named(tx, subject, name)
    if known is None:
        raise NotFound(_unknown(tx, subject, name))
    return known


def remember(tx: Transaction, opened: OpenedCsv) -> None:
    """Remember what the columns of an imported file meant; the next file with this header is read the same way."""
    known = opened.profile
    if known is None:
        name = opened.file.name[:_NAME_LETTERS]
        if import_profiles.named(tx, opened.mapping.subject, name) is not None:
            name = f"{name[: _NAME_LETTERS - 11]} ({opened.file.signature[:8]})"
        known = import_profiles.named(tx, opened.mapping.subject, name)
        _write(tx, opened, known, name)
    elif (known.signature, dict(known.mapping)) != (opened.file.signature, opened.mapping.as_json()):
        _write(tx, opened, known, known.name)


def _write(tx: Transaction, opened: OpenedCsv, known: ProfileRow | None, name: str) -> UUID:
    signature, mapping = opened.file.signature, opened.mapping.as_json()
    if known is None:
        profile = import_profiles.insert(tx, opened.mapping.subject, name, signature, mapping)
    else:
        profile = known.id
        import_profiles.update(tx, profile, signature, mapping)
    tx.audit("IMPORT_PROFILE_SAVED", "import_profile", profile)
    return profile


def _unknown(tx: Transaction, subject: ImportSubject, name: str) -> str:
    names = [row.name for row in import_profiles.listed(tx) if row.subject == subject]
    known = f"Known are: {', '.join(names)}." if names else "None is remembered yet."
    return f'No profile for {subject.lower()} is called "{name}". {known}'
