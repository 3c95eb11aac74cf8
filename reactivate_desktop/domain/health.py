"""What `doctor` and `db status` say: findings and figures without patient data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "OK"
    WARNING = "WARNING"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, how it is, and what to do when it is not well."""

    subject: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class DatabaseStatus:
    """Where the database is and how it stands; sizes in bytes."""

    where: str
    server_version: str
    schema_revision: str | None
    newest_revision: str
    min_client: str | None
    size_bytes: int
    clinics: int | None
    owner: str
    app: str
    worker: str
    warnings: tuple[str, ...]
