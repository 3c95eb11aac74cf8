"""Who used this desk lately, for the sign-in to offer: staff only, no secrets and no patients."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from reactivate_desktop.config.own_files import remove_own, write_own

MOST = 6
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RecentPerson:
    """Somebody who signed in at this desk; `role` as it was then."""

    user_id: UUID
    name: str
    role: str
    email: str


class RecentPeople:
    """The newest people of one database, newest first. Switched off it keeps nothing and forgets what was kept."""

    def __init__(self, home: Path, scope: str, *, on: bool = True) -> None:
        """`scope` names the database; `on` is the setting recent_people of the site."""
        self._file = home / "recent_people.json"
        self._scope = scope
        self._on = on

    def read(self) -> list[RecentPerson]:
        """Return up to six people, newest first; nobody when it is switched off, or when the file does not read."""
        if not self._on:
            return []
        found = self._all().get(self._scope)
        people = [_person(each) for each in found] if isinstance(found, list) else []
        return [person for person in people if person is not None][:MOST]

    def note(self, person: RecentPerson) -> None:
        """Put a person who has just signed in first. Raises OSError."""
        if not self._on:
            remove_own(self._file)
            return
        others = [each for each in self.read() if each.user_id != person.user_id]
        self._write([person, *others][:MOST])

    def forget(self, user_id: UUID) -> None:
        """Take a person off the list; one who is not on it is fine. Raises OSError."""
        self._write([each for each in self.read() if each.user_id != user_id])

    def _write(self, people: list[RecentPerson]) -> None:
        kept = {**self._all(), self._scope: [asdict(person) for person in people]}
        content = {scope: listed for scope, listed in kept.items() if listed}
        write_own(self._file, json.dumps(content, ensure_ascii=False, indent=1, default=str).encode())

    def _all(self) -> dict[str, Any]:
        """Return the file's content by database; empty when there is none. It is a convenience: a broken one goes."""
        try:
            found = json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            _log.info("recent_people.json is not used: %s", type(error).__name__)
            return {}
        return found if isinstance(found, dict) else {}


def _person(kept: object) -> RecentPerson | None:
    """Return what is kept of a person, None when it is not as this program writes it."""
    if not isinstance(kept, Mapping):
        return None
    texts = [kept.get(name) for name in ("name", "role", "email")]
    if not all(isinstance(text, str) for text in texts):
        return None
    try:
        return RecentPerson(UUID(str(kept.get("user_id"))), *map(str, texts))
    except ValueError:
        return None
