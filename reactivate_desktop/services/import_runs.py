"""One run over one file: chunk by chunk, each a transaction, so that it goes on where it was cut off."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from reactivate_desktop.domain.enums import RunState, UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.domain.imports import ImportReport, ImportSubject, Incoming, Rejected, RowCounts, Source
from reactivate_desktop.domain.progress import Cancelled, Progress
from reactivate_desktop.storage.loading.chunk import load, release
from reactivate_desktop.storage.loading.keys import Scope
from reactivate_desktop.storage.loading.loaded import Overlay
from reactivate_desktop.storage.loading.locks import lock_source
from reactivate_desktop.storage.loading.prepared import Prepared, prepare
from reactivate_desktop.storage.queries import imports
from reactivate_desktop.storage.unit_of_work import Begin, Transaction, retrying

# No size from 1,000 to 10,000 was told apart from the others (30,000 patients, two rounds in opposite order).
CHUNK = 5000
Row = Incoming | Rejected
_OTHER = (
    "Another program is importing this file right now and goes on with it. "
    "Nothing is lost or doubled; please let it finish there."
)


def _nothing(_: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    return {}


@dataclass(frozen=True)
class FileToRead:
    """One subject of an opened file: what it is, how it is read from a row on, and its rows as they stand.

    `total` is the number of rows where it is known, else 0.
    """

    name: str
    subject: ImportSubject
    source: Source
    sha256: bytes
    mapping: Mapping[str, Any]
    read: Callable[[int], Iterator[Row]]
    total: int = 0
    # Rows as they stand in the file, for rejects that were found after reading.
    originals: Callable[[Sequence[int]], Mapping[int, Mapping[str, Any]]] = _nothing
    warnings: Callable[[], tuple[str, ...]] = tuple


@dataclass
class _Run:
    """Where the run stands in this program."""

    id: UUID
    scope: Scope
    next_row: int
    resumed_at: int
    duplicates: int = 0
    released: int = 0


class FileRun:
    """Reads one file into the database, or says what would become of its rows."""

    def __init__(self, begin: Begin, file: FileToRead, today: date, progress: Progress, chunk: int = CHUNK) -> None:
        self._begin = begin
        self._file = file
        self._today = today
        self._progress = progress
        self._chunk = chunk

    def run(self) -> ImportReport:
        """Import the file, or the rest of it when an earlier run of the same file was cut off.

        Raises Cancelled (with a sentence; the run can be taken up again), Conflict when another program imports
        the file at the same time, Invalid when the file changed while it was read.
        """
        run = retrying(self._start)
        try:
            self._release(run)
            with closing(self._chunks(run.scope, run.next_row)) as chunks:
                for chunk in chunks:
                    self._tell(run.next_row)
                    retrying(partial(self._write, run, chunk))
                    retrying(self._count)
            self._release(run)
            return retrying(lambda: self._finish(run))
        except Cancelled as stopped:
            raise Cancelled(retrying(lambda: self._pause(run))) from stopped
        except Invalid:
            retrying(lambda: self._pause(run))
            raise

    def dry_run(self, overlay: Overlay) -> ImportReport:
        """Say what would become of each row; nothing is written, and `overlay` remembers it for the next file."""
        with self._begin() as tx:
            connection = imports.source_id(tx, self._file.source, write=False)
            scope = Scope(tx.clinic_id, connection, self._today)
        counts, rejects, done = RowCounts(), list[Rejected](), 0
        with closing(self._chunks(scope, 0)) as chunks:
            for chunk in chunks:
                self._tell(done)
                with self._begin() as tx:
                    loaded = load(tx, scope, chunk, overlay)
                counts.add(loaded.counts)
                rejects += self._as_they_stand(loaded.rejects, chunk)
                done = chunk.last_row
        return replace(self._report(counts), dry_run=True, rejects=tuple(rejects))

    def _chunks(self, scope: Scope, start: int) -> Generator[Prepared, None, None]:
        rows = self._file.read(start)

        def take() -> Prepared | None:
            batch = list(islice(rows, self._chunk))
            return prepare(scope, batch) if batch else None

        return ahead(take)

    def _tell(self, done: int) -> None:
        self._progress.step(done, self._file.total, f"{self._file.name}: {self._file.subject.lower()}")

    def _start(self) -> _Run:
        with self._begin() as tx:
            tx.require(UserRole.STAFF)
            connection = imports.source_id(tx, self._file.source)
            wish = imports.NewRun(
                connection, self._file.subject, self._file.name, self._file.sha256, self._file.mapping
            )
            lock_source(tx, connection)
            known = imports.find_unfinished(tx, wish)
            run_id = known.id if known else imports.begin_run(tx, wish)
            done = known.next_row if known else 0
            if known:
                imports.set_state(tx, run_id, RunState.RUNNING)
            details = {"subject": str(self._file.subject), "resumed_at": done}
            tx.audit("IMPORT_STARTED", "import_run", run_id, details)
            return _Run(run_id, Scope(tx.clinic_id, connection, self._today), done, done)

    def _write(self, run: _Run, chunk: Prepared) -> None:
        with self._begin() as tx:
            self._check(tx, run)
            loaded = load(tx, run.scope, chunk)
            imports.keep_rejects(tx, run.id, self._as_they_stand(loaded.rejects, chunk))
            imports.move_on(tx, run.id, chunk.last_row, loaded.counts)
        run.next_row = chunk.last_row
        run.duplicates += loaded.duplicates

    def _count(self) -> None:
        with self._begin() as tx:
            imports.count_grown(tx)

    def _check(self, tx: Transaction, run: _Run) -> None:
        """Lock the source and the run. Raises Conflict when another program took the run further."""
        tx.require(UserRole.STAFF)
        lock_source(tx, run.scope.connection)
        if imports.lock_run(tx, run.id) != (RunState.RUNNING, run.next_row):
            raise Conflict(_OTHER)

    def _release(self, run: _Run) -> None:
        """Write the parked rows whose patient has come: before a file of visits, after one of patients."""
        while released := retrying(lambda: self._release_some(run)):
            run.released += released
            self._tell(run.next_row)

    def _release_some(self, run: _Run) -> int:
        with self._begin() as tx:
            self._check(tx, run)
            return release(tx, run.scope, self._chunk)

    def _finish(self, run: _Run) -> ImportReport:
        with self._begin() as tx:
            self._check(tx, run)
            imports.set_state(tx, run.id, RunState.COMPLETED)
            ended = imports.one(tx, run.id)
            assert ended is not None, "the run was just locked"
            counts = {**vars(ended.counts), "released": run.released, "duplicates": run.duplicates}
            tx.audit("IMPORT_ENDED", "import_run", run.id, {"subject": str(self._file.subject), **counts})
        return replace(
            self._report(ended.counts),
            run_id=run.id,
            resumed_at=run.resumed_at,
            released=run.released,
            duplicates=run.duplicates,
        )

    def _pause(self, run: _Run) -> str:
        """Keep the run for later and return a sentence; one that another program took further is left to it."""
        with self._begin() as tx:
            if imports.lock_run(tx, run.id) == (RunState.RUNNING, run.next_row):
                imports.set_state(tx, run.id, RunState.PAUSED)
                tx.audit("IMPORT_PAUSED", "import_run", run.id, {"next_row": run.next_row})
        return (
            f"Stopped after row {run.next_row:,} of {self._file.name}. All rows up to it are kept: "
            "import the same file again and it goes on from there."
        )

    def _as_they_stand(self, rejects: Sequence[Rejected], chunk: Prepared) -> list[Rejected]:
        """Return the rejects with their cells as the file has them."""
        later = [reject.row for reject in rejects if reject.row not in chunk.by_reader]
        found = self._file.originals(later) if later else {}
        return [replace(reject, raw=found.get(reject.row, reject.raw)) for reject in rejects]

    def _report(self, counts: RowCounts) -> ImportReport:
        return ImportReport(self._file.name, self._file.subject, counts, warnings=self._file.warnings())


def ahead(take: Callable[[], Prepared | None]) -> Generator[Prepared, None, None]:
    """Yield chunks; the next one is made ready in a thread while the server writes this one."""
    with ThreadPoolExecutor(1, thread_name_prefix="import") as reader:
        coming = reader.submit(take)
        while (chunk := coming.result()) is not None:
            coming = reader.submit(take)
            yield chunk
