"""Runs over files: begun, taken up again, moved on by chunks, ended; and the rows that they refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import sqlalchemy as sa

from reactivate_desktop.domain.enums import ConnectionKind, RunState
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.identity import uuid7
from reactivate_desktop.domain.import_checks import EarlierRun
from reactivate_desktop.domain.imports import ImportRunRow, ImportSubject, Rejected, RowCounts, Source
from reactivate_desktop.storage.loading import sets
from reactivate_desktop.storage.loading.checks import storable
from reactivate_desktop.storage.loading.keys import as_text
from reactivate_desktop.storage.models.imports import EmrConnection, ImportReject, ImportRun
from reactivate_desktop.storage.unit_of_work import Transaction

_COUNTS = ("new", "changed", "unchanged", "rejected", "parked", "repeated")
# Not "id": SQLAlchemy keeps the names of columns for itself.
_ID = sa.bindparam("which", type_=sets.UUID)
_SOURCE_NAMED = sa.select(EmrConnection.id, EmrConnection.kind).where(
    EmrConnection.clinic_id == sets.CLINIC, EmrConnection.name == sa.bindparam("name", type_=sets.TEXT)
)
_FILE_SOURCE = sa.text("SELECT app.file_source(:which, :kind, :name)").bindparams(_ID)
_RUN = sa.select(
    ImportRun.id,
    ImportRun.subject,
    ImportRun.file_name,
    ImportRun.run_state,
    ImportRun.next_row,
    *(getattr(ImportRun, f"rows_{name}") for name in _COUNTS),
    ImportRun.created_at,
    ImportRun.finished_at,
)
_COUNT_GROWN = sa.text("SELECT app.count_grown()")
_OF_RUN = (ImportRun.clinic_id == sets.CLINIC) & (ImportRun.id == _ID)
_ONE = _RUN.where(_OF_RUN)
_MAPPING = sa.select(ImportRun.mapping).where(_OF_RUN)
_LOCKED = sa.select(ImportRun.run_state, ImportRun.next_row).where(_OF_RUN).with_for_update(key_share=True)
_NEWEST = (
    _RUN.where(ImportRun.clinic_id == sets.CLINIC)
    .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
    .limit(sa.bindparam("limit", type_=sets.INTEGER))
)
_UNFINISHED = (
    _RUN.where(
        ImportRun.clinic_id == sets.CLINIC,
        ImportRun.file_sha256 == sa.bindparam("sha256", type_=sets.BYTES),
        ImportRun.connection_id == sa.bindparam("connection", type_=sets.UUID),
        ImportRun.subject == sa.bindparam("subject", type_=sets.TEXT),
        ImportRun.mapping == sa.bindparam("mapping", type_=sets.JSON),
        ImportRun.run_state.in_([str(RunState.RUNNING), str(RunState.PAUSED)]),
    )
    .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
    .limit(1)
)
_OF_FILE = (
    sa.select(
        ImportRun.id,
        ImportRun.subject,
        EmrConnection.name.label("source"),
        ImportRun.next_row,
        ImportRun.created_at,
        ImportRun.finished_at,
        ImportRun.mapping,
    )
    .join_from(
        ImportRun,
        EmrConnection,
        (EmrConnection.clinic_id == sets.CLINIC) & (EmrConnection.id == ImportRun.connection_id),
    )
    .where(
        ImportRun.clinic_id == sets.CLINIC,
        ImportRun.file_sha256 == sa.bindparam("sha256", type_=sets.BYTES),
        ImportRun.run_state.in_([str(state) for state in (RunState.RUNNING, RunState.PAUSED, RunState.COMPLETED)]),
    )
    .order_by(ImportRun.created_at.desc(), ImportRun.id.desc())
    .limit(1)
)
_REJECTS = sets.RowSet(
    {
        "id": sets.UUID,
        "row_number": sets.INTEGER,
        "column_name": sets.TEXT,
        "reason": sets.TEXT,
        "raw": sets.JSON,
    }
)
_INSERT_REJECTS = _REJECTS.insert(
    sets.table_of(ImportReject), clinic_id=sets.CLINIC, run_id=sa.bindparam("run", type_=sets.UUID)
)
_REJECTED = (
    sa.select(ImportReject.row_number, ImportReject.reason, ImportReject.raw, ImportReject.column_name)
    .where(
        ImportReject.clinic_id == sets.CLINIC,
        ImportReject.run_id == _ID,
        ImportReject.row_number > sa.bindparam("after", type_=sets.INTEGER),
    )
    .order_by(ImportReject.row_number)
    .limit(sa.bindparam("limit", type_=sets.INTEGER))
)
_PAGE = 1000


@dataclass(frozen=True)
class NewRun:
    """The wish to begin a run: one subject of one file, read with one mapping."""

    connection: UUID
    subject: ImportSubject
    file_name: str
    sha256: bytes
    mapping: Mapping[str, Any]


def source_id(tx: Transaction, source: Source, *, write: bool = True) -> UUID:
    """Return the id of a source of files, which is made when nobody used it before (unless write=False).

    Raises Invalid when a source of another kind has this name.
    """
    known = tx.connection.execute(_SOURCE_NAMED, {"clinic": tx.clinic_id, "name": source.name}).one_or_none()
    if known is not None:
        if known.kind != source.kind:
            raise Invalid(
                f'The source "{source.name}" is one of {_WORDS.get(known.kind, known.kind)}. '
                "Please choose another name for these files: --source NAME."
            )
        return UUID(str(known.id))
    if not 1 <= len(source.name) <= 200:
        raise Invalid("The name of a source has 1 to 200 letters.")
    wanted = uuid5(tx.clinic_id, f"source:{source.kind}:{source.name}")
    if write:
        values = {"which": wanted, "kind": str(source.kind), "name": source.name}
        return UUID(str(tx.connection.execute(_FILE_SOURCE, values).scalar_one()))
    return wanted


_WORDS = {ConnectionKind.CSV: "CSV files", ConnectionKind.FHIR_FILES: "FHIR files"}


def find_unfinished(tx: Transaction, wish: NewRun) -> ImportRunRow | None:
    """Return the newest run of the same file, source and mapping that did not come to its end."""
    values = {
        "clinic": tx.clinic_id,
        "sha256": wish.sha256,
        "connection": wish.connection,
        "subject": str(wish.subject),
        "mapping": dict(wish.mapping),
    }
    found = tx.connection.execute(_UNFINISHED, values).one_or_none()
    return None if found is None else _row(found)


def newest_of_file(tx: Transaction, sha256: bytes) -> EarlierRun | None:
    """Return the newest run of this very file, from whichever source; None: nobody imported it."""
    row = tx.connection.execute(_OF_FILE, {"clinic": tx.clinic_id, "sha256": sha256}).one_or_none()
    if row is None:
        return None
    meaning = row.mapping.get("mapping", {})
    return EarlierRun(
        id=row.id,
        subject=ImportSubject(row.subject),
        source=row.source,
        next_row=row.next_row,
        created_at=row.created_at,
        finished_at=row.finished_at,
        columns=meaning.get("columns", {}),
        dates=meaning.get("orders", {}),
    )


def begin_run(tx: Transaction, wish: NewRun) -> UUID:
    """Begin a run at the first row and return its id."""
    run = uuid7()
    tx.connection.execute(
        sa.insert(ImportRun).values(
            clinic_id=tx.clinic_id,
            id=run,
            connection_id=wish.connection,
            subject=str(wish.subject),
            file_name=wish.file_name,
            file_sha256=wish.sha256,
            mapping=dict(wish.mapping),
            run_state=str(RunState.RUNNING),
            created_by=tx.user_id,
        )
    )
    return run


def lock_run(tx: Transaction, run: UUID) -> tuple[RunState, int]:
    """Lock a run until the end of the transaction and return its state and how many rows are dealt with."""
    row = tx.connection.execute(_LOCKED, {"clinic": tx.clinic_id, "which": run}).one()
    return row.run_state, row.next_row


def move_on(tx: Transaction, run: UUID, next_row: int, counts: RowCounts) -> None:
    """Say that the rows up to `next_row` are dealt with, and add what became of them; the run is locked."""
    columns = ImportRun.__table__.c
    added = {f"rows_{name}": columns[f"rows_{name}"] + getattr(counts, name) for name in _COUNTS}
    added["rows_read"] = columns.rows_read + counts.read
    tx.connection.execute(sa.update(ImportRun).where(_OF_RUN).values(next_row=next_row, **added), _key(tx, run))


def set_state(tx: Transaction, run: UUID, state: RunState) -> None:
    """Bring a run into another state; COMPLETED gets the time."""
    ended = sa.func.now() if state == RunState.COMPLETED else None
    tx.connection.execute(
        sa.update(ImportRun).where(_OF_RUN).values(run_state=str(state), finished_at=ended), _key(tx, run)
    )


def count_grown(tx: Transaction) -> None:
    """Let the server count the tables that have doubled since it last did, so that it plans for what is in them."""
    tx.connection.execute(_COUNT_GROWN)


def one(tx: Transaction, run: UUID) -> ImportRunRow | None:
    """Return a run, None when not in this clinic."""
    found = tx.connection.execute(_ONE, _key(tx, run)).one_or_none()
    return None if found is None else _row(found)


def mapping_of(tx: Transaction, run: UUID) -> dict[str, Any]:
    """Return with what meaning of its columns a run of this clinic read its file."""
    return dict(tx.connection.execute(_MAPPING, _key(tx, run)).scalar_one())


def newest(tx: Transaction, limit: int) -> list[ImportRunRow]:
    """Return the newest `limit` runs."""
    return [_row(row) for row in tx.connection.execute(_NEWEST, {"clinic": tx.clinic_id, "limit": limit})]


def keep_rejects(tx: Transaction, run: UUID, rejects: Sequence[Rejected]) -> None:
    """Keep the rows that a run refused."""
    if not rejects:
        return
    rows = []
    for reject in rejects:
        reason, column, raw = storable(reject)
        rows.append(
            {"id": uuid7(), "row_number": reject.row, "column_name": column, "reason": reason, "raw": as_text(raw)}
        )
    tx.connection.execute(_INSERT_REJECTS, {**_REJECTS.values(rows), "clinic": tx.clinic_id, "run": run})


def rejects(tx: Transaction, run: UUID) -> Iterator[Rejected]:
    """Yield the rows that a run refused, in the order of the file; one row is refused once."""
    after = -1
    while True:
        page = tx.connection.execute(_REJECTED, {**_key(tx, run), "after": after, "limit": _PAGE}).all()
        yield from (Rejected(row.row_number, row.reason, row.raw, row.column_name) for row in page)
        if len(page) < _PAGE:
            return
        after = page[-1].row_number


def _key(tx: Transaction, run: UUID) -> dict[str, UUID]:
    return {"clinic": tx.clinic_id, "which": run}


def _row(row: Any) -> ImportRunRow:
    return ImportRunRow(
        id=row.id,
        subject=ImportSubject(row.subject),
        file_name=row.file_name,
        run_state=row.run_state,
        next_row=row.next_row,
        counts=RowCounts(**{name: getattr(row, f"rows_{name}") for name in _COUNTS}),
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
