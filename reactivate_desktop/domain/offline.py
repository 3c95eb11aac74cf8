"""Outcomes typed while the database was away: what waits on this PC, and what became of it when it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from reactivate_desktop.domain.outreach import Logged, LogOutcome


class SentState(StrEnum):
    """What became of an outcome that was sent."""

    DONE = "DONE"  # it is in the database, now or since an earlier try
    CONFLICT = "CONFLICT"  # it was refused; it waits for a person's decision
    WAITING = "WAITING"  # the database went away again; it is sent next time


@dataclass(frozen=True)
class KeptOutcome:
    """An outcome that waits on this PC. `problem`: the sentence why it was refused, None: not tried yet.

    key: names it here, and in the database as the batch of its attempt. by: who typed it, and alone may send it.
    name: the patient's, for lists while the database cannot be asked.
    """

    key: UUID
    by: UUID
    kept_at: datetime
    wish: LogOutcome
    name: str = ""
    problem: str | None = None


@dataclass(frozen=True)
class Sent:
    """What became of one outcome; `logged` where it was written just now, `sentence` where it was not written."""

    key: UUID
    patient_id: UUID
    state: SentState
    sentence: str = ""
    logged: Logged | None = None
