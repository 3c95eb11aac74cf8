"""Half-filled forms, kept encrypted on this PC as they are typed, with what was stored when they were begun."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from PySide6.QtCore import QObject, QTimer

from ui.context import Context
from ui.latest import Latest

_KEEP_MS = 500
# Under names of their own: the half-typed note of the same patient stays beside it.
_FORMS = UUID("6f1c1f6e-2a53-4b0e-9d0a-9a6c7c1b7d10")


@dataclass(frozen=True)
class FormDraft:
    """What was typed by field, and of which version of the patient; `was`: the stored texts then."""

    texts: Mapping[str, str]
    version: int
    was: Mapping[str, Any]


class FormDrafts(QObject):
    """Keeps the form of one patient at a time; patient None: that of a new one."""

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._name: UUID | None = None
        self._pending: FormDraft | None = None
        self._timer = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._timer.timeout.connect(self.flush)

    def open(self, patient_id: UUID | None, found: Callable[[FormDraft | None], None]) -> None:
        """Begin with a patient; `found` gets what was left of an earlier form."""
        self.flush()
        name = uuid5(_FORMS, str(patient_id or "new"))
        self._name = name
        desk, person = self._ctx.desk, self._ctx.person.id
        self._latest.ask("read", lambda: _read(desk.drafts(person).of(name)), found)

    def keep(self, draft: FormDraft) -> None:
        """Keep what is typed so far, in a moment."""
        self._pending = draft
        self._timer.start()

    def flush(self) -> None:
        """Keep it now, in a thread."""
        self._timer.stop()
        draft, name, self._pending = self._pending, self._name, None
        if draft is None or name is None:
            return
        desk, person = self._ctx.desk, self._ctx.person.id
        self._ctx.tasks.run(lambda: desk.drafts(person).keep(name, _written(draft)), self)

    def forget(self) -> None:
        """Forget it: it was saved or given up."""
        self._timer.stop()
        name, self._pending = self._name, None
        if name is not None:
            desk, person = self._ctx.desk, self._ctx.person.id
            self._ctx.tasks.run(lambda: desk.drafts(person).forget(name), self)


def _written(draft: FormDraft) -> str:
    return json.dumps({"texts": dict(draft.texts), "version": draft.version, "was": _plain(draft.was)})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as JSON has them; dates and ids under marks that bring them back."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, date):
            kept[name] = {"date": value.isoformat()}
        elif isinstance(value, UUID):
            kept[name] = {"id": str(value)}
        else:
            kept[name] = value
    return kept


def _read(text: str) -> FormDraft | None:
    """Return the draft that was written; what cannot be read is none."""
    try:
        kept = json.loads(text) if text else None
    except ValueError:
        return None
    if not isinstance(kept, dict) or not isinstance(kept.get("texts"), dict):
        return None
    was = {name: _back(value) for name, value in kept.get("was", {}).items()}
    return FormDraft(kept["texts"], int(kept.get("version", 0)), was)


def _back(value: Any) -> Any:
    if isinstance(value, dict) and "date" in value:
        return date.fromisoformat(value["date"])
    if isinstance(value, dict) and "id" in value:
        return UUID(value["id"])
    return value
