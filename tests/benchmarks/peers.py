"""The six operations of the peer bench through our services, beside plain SQL on the same server and files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from reactivate_desktop.domain.enums import ContactOutcome, PatientSegment
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.domain.outreach import LogOutcome
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.server import binaries
from tests.benchmarks.place import Place, durable_server, signed_in
from tests.benchmarks.rows import Row
from tests.benchmarks.timing import once
from tests.factories.clinics import ClinicMaker

_GROUP = "peers"
PEERS = Path(__file__).resolve().parents[3] / "shared" / "peers"
TODAY = date(2026, 11, 22)
# What three peers counted, each by itself, in these files.
DORMANT = 25_462
_TERMS = ["smi", "müll", "ngu", "o'br", "łuk", "иван", "alice gar", "+1200", "kow", "zzz"]
_REFERENCE = "peer_reference"


class WrongAnswer(Exception):
    """The product counted something else than the peers did: its times mean nothing."""


@dataclass(frozen=True)
class Operation:
    """One of the six: its name here and in the peer bench, how often it runs, and what it does at a turn."""

    name: str
    reference: str
    times: int
    do: Callable[[int], object]


def available() -> bool:
    """Return whether the peer bench's files are beside the project."""
    return (PEERS / "gen.py").exists()


def alone(folder: Path, patients: int = 100_000) -> list[Row]:
    """Run on a server of its own; without the peer bench's files beside the project there is nothing to run."""
    if not available():
        return [Row(_GROUP, "left out", note="the files of the peer bench are not beside the project")]
    with durable_server(folder) as clinic_db:
        database = Database(clinic_db.app)
        try:
            clinic = ClinicMaker(clinic_db, database).clinic()
        finally:
            database.close()
        with signed_in(clinic_db, clinic) as place:
            return run(place, patients)


def run(place: Place, patients: int = 100_000) -> list[Row]:
    """Load the peer bench's files into an empty clinic and time its operations; ratios are to plain SQL."""
    with tempfile.TemporaryDirectory(prefix="reactivate-peers-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, PEERS / "gen.py", folder, "--patients", str(patients)], check=True)
        rows = [*_load(place, folder), *_score(place, patients)]
        reference = _reference(place, folder)
    return rows + [_timed(operation, reference) for operation in _operations(place)]


def _load(place: Place, folder: Path) -> Iterator[Row]:
    imports = Imports(place.person.begin)
    for subject in ImportSubject:
        path = folder / f"{subject.lower()}.csv"
        started = time.perf_counter()
        new = imports.csv(subject, path).counts.new
        seconds = time.perf_counter() - started
        yield Row(_GROUP, f"import {subject.lower()}", seconds * 1000, n=1, per_second=new / seconds)


def _score(place: Place, patients: int) -> Iterator[Row]:
    started = time.perf_counter()
    report = Scoring(place.person.begin).run(as_of=TODAY)
    seconds = time.perf_counter() - started
    dormant = report.segments[PatientSegment.DORMANT]
    if patients == 100_000 and dormant != DORMANT:
        raise WrongAnswer(f"{dormant} dormant patients; the peers counted {DORMANT}")
    yield Row(_GROUP, "score all", seconds * 1000, n=1, note=f"{dormant:,} dormant")


def _operations(place: Place) -> list[Operation]:
    begin = place.person.begin
    queue, patients, outreach = Queue(begin), Patients(begin), place.person.outreach
    with place.owner() as conn:
        found = conn.execute("SELECT id FROM patient WHERE clinic_id = %s ORDER BY id", (place.clinic,)).fetchall()
        rows = conn.execute("SELECT id, version FROM patient_standing WHERE clinic_id = %s", (place.clinic,)).fetchall()
    versions: dict[Any, Any] = {row[0]: row[1] for row in rows}
    ids: list[Any] = [row[0] for row in found]

    def someone(turn: int) -> Any:
        return ids[turn * 7919 % len(ids)]

    def log(turn: int) -> object:
        return outreach.log_outcome(
            LogOutcome(ids[turn], ContactOutcome.NO_ANSWER, versions[ids[turn]], note="voicemail")
        )

    return [
        Operation("worklist, first 100", "worklist first 100 overdue", 100, lambda _: queue.page(limit=100)),
        Operation("how many in the queue", "overdue count (kept last_visit_at)", 60, lambda _: queue.counts()),
        Operation(
            "search partial name (10 terms)",
            "search partial name (10 terms)",
            100,
            lambda turn: patients.find(_TERMS[turn % len(_TERMS)]),
        ),
        Operation("one patient + history", "one patient + history", 100, lambda turn: patients.read(someone(turn))),
        Operation("who is dormant", "dormant from raw visits (full)", 30, lambda _: patients.count_by_segment()),
        Operation("record an outcome", "record outcome (commit)", 60, log),
    ]


def _timed(operation: Operation, reference: dict[str, float]) -> Row:
    for turn in range(3):
        operation.do(turn)
    seconds = sorted(once(lambda turn=turn: operation.do(turn + 3)) for turn in range(operation.times))  # type: ignore[misc]
    median = seconds[len(seconds) // 2] * 1000
    beside = reference[operation.reference]
    return Row(
        _GROUP,
        operation.name,
        median,
        seconds[0] * 1000,
        seconds[-1] * 1000,
        n=operation.times,
        ratio=median / beside,
        note=f"plain SQL {beside:.2f} ms; p95 {seconds[int(0.95 * len(seconds))] * 1000:.1f} ms",
    )


def _reference(place: Place, folder: Path) -> dict[str, float]:
    """Load the same files into plain tables on the same server; return the median ms of each operation."""
    admin = place.clinic_db.admin
    with psycopg.connect(admin.url(with_password=True), autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {_REFERENCE}")
    there = admin.on(_REFERENCE)
    environment = os.environ | {
        "PATH": f"{binaries.find(None)}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": there.host,
        "PGPORT": str(there.port),
        "PGUSER": there.user,
        "PGPASSWORD": there.password or "",
        "PGDATABASE": _REFERENCE,
    }
    subprocess.run(["bash", PEERS / "ref_pg_load.sh", folder], check=True, env=environment, stdout=subprocess.DEVNULL)
    return _run_reference(there.url(with_password=True), folder)


def _run_reference(dsn: str, folder: Path) -> dict[str, float]:
    subprocess.run(
        [sys.executable, PEERS / "bench_pg.py", dsn, TODAY.isoformat()],
        check=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PEERS)},
        stdout=subprocess.DEVNULL,
    )
    rows = json.loads((folder / "out_pg.json").read_text("utf-8"))
    return {row["op"]: row["p50"] for row in rows}
