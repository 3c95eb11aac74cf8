"""A whole clinic scored by learned scorers: reading beside a scan, writing beside a COPY, and the memory it takes."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

import psutil

from reactivate_desktop.domain.enums import ScorerKind, UserRole
from reactivate_desktop.domain.progress import Progress, Step
from reactivate_desktop.domain.scorers import Learned
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.unit_of_work import begin
from tests.benchmarks.place import Place
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.score_arithmetic import arithmetic
from tests.benchmarks.score_load import top_up
from tests.benchmarks.timing import once
from tests.benchmarks.workers import answer, workers
from tests.factories.clinics import ClinicMaker

_GROUP = "scores"
# Held for 1,000,000 patients with 8,000,000 visits.
_SCAN_BAR, _COPY_BAR, _MEMORY_BAR = 4, 15, 1.5 * 2**30
_A_RUN_SECONDS = 3_600.0
# What a run reads, without any rule; one process, because a run is one.
_SCANS = (
    "SET LOCAL max_parallel_workers_per_gather = 0",
    "SELECT count(*), max(registered_on), max(phone), max(phone_second), max(email), max(patient_state) FROM patient "
    "WHERE clinic_id = %(clinic)s",
    "SELECT count(*), max(version), max(segment), max(contact_priority_score), max(churn_risk_score), "
    "max(next_action_at), count(contact_priority_factors) FROM patient_standing WHERE clinic_id = %(clinic)s",
    "SELECT count(*), max(visit_date), count(location_id), count(not_counted_reason) FROM visit "
    "WHERE clinic_id = %(clinic)s",
    "SELECT count(*), max(appointment_datetime), max(booked_at), max(cancelled_at), max(status) FROM appointment "
    "WHERE clinic_id = %(clinic)s",
)
# Scores as nobody computed them for a tenth of all patients: the next run writes these, and nobody else.
_MOVE = """
    UPDATE patient_standing SET contact_priority_score = (contact_priority_score + 0.5) %% 1
    WHERE clinic_id = %(clinic)s AND contact_priority IS NOT NULL
      AND hashtext(id::text) & 65535 < (
          SELECT 6554.0 * count(*) / nullif(count(contact_priority), 0) FROM patient_standing
          WHERE clinic_id = %(clinic)s)
"""
_COLUMNS = (
    "clinic_id, id, contact_priority, contact_priority_score, contact_priority_factors, queue_open, churn_risk_score, "
    "churn_risk_level, scored_at, updated_at"
)
# As many rows as the clinic has patients, all like those that are written.
_LIKE_THESE = f"""
    COPY (SELECT {_COLUMNS} FROM patient_standing
          CROSS JOIN generate_series(1, 1 + (SELECT count(*) / greatest(1, count(contact_priority))
                                             FROM patient_standing WHERE clinic_id = '{{clinic}}'))
          WHERE clinic_id = '{{clinic}}' AND contact_priority IS NOT NULL
          LIMIT {{patients}}) TO STDOUT
"""
_BARE = f"CREATE TABLE bare_standing AS SELECT {_COLUMNS} FROM patient_standing WITH NO DATA"


@dataclass(frozen=True)
class Ran:
    """One run in a process of its own: the seconds of each step, what it wrote, and the most memory it ever took."""

    steps: dict[str, float]
    patients: int
    moved: int
    risks: int
    stage: str
    memory: int

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return sum(self.steps.values())

    @property
    def reading(self) -> float:
        """Seconds of reading, features, scores and tiers."""
        return self.steps["Reading"] + self.steps["Scoring"]

    @property
    def writing(self) -> float:
        """Seconds of writing standings and predictions; with the look at who was changed meanwhile."""
        return self.steps.get("Writing", 0.0)


@dataclass
class _Steps:
    """Tells how long each step of a run takes."""

    seconds: dict[str, float] = field(default_factory=dict)
    _text: str = ""
    _since: float = field(default_factory=time.perf_counter)

    def tell(self, step: Step) -> None:
        self.end()
        self._text = step.text

    def end(self) -> None:
        now = time.perf_counter()
        if self._text:
            self.seconds[self._text] = self.seconds.get(self._text, 0.0) + now - self._since
        self._since = now


def run(place: Place, rounds: int = 3, sized: int = 100_000) -> list[Row]:
    """Return the rows of this group; the place's largest clinic gets more visits, learns, and is scored.

    sized: for so many patients and appointments the arithmetic alone is timed.
    """
    started = time.perf_counter()
    note = top_up(place)
    rows = [timed(_GROUP, "fill up", [time.perf_counter() - started], note=note), _learn(place)]
    task = (place.clinic_db.app, place.person.signed_in.token)
    with workers(_body, [task]) as (pipe,):

        def score() -> Ran:
            return _ordered(pipe)

        first = score()
        scans, still = _in_turns(rounds, lambda: _scan(place), score)
        copies, moved = _in_turns(rounds, lambda: _copy(place, first.patients), lambda: _moved(place, score))
        memory = score().memory
    rows += [*_whole(first, still), _reading(scans, still), _writing(copies, moved), _memory(memory, first)]
    return [*rows, *arithmetic(3 * rounds, sized)]


def _learn(place: Place) -> Row:
    """Learn both scorers and use them, whether or not they were better than the estimate."""
    maker = ClinicMaker(place.clinic_db, place.database)
    learning, found = Learning(maker.person(place.clinic, UserRole.ADMIN).begin), list[Learned]()
    seconds = once(lambda: found.extend(learning.learn()))
    for kind in ScorerKind:
        learning.use(kind, learning.scorers(kind)[0].id)
    said = "; ".join(f"{each.scorer}: {each.rows:,} rows, {each.stage}" for each in found)
    return timed(_GROUP, "learn both scorers", [seconds], note=said)


def _in_turns(rounds: int, side: Callable[[], float], score: Callable[[], Ran]) -> tuple[list[float], list[Ran]]:
    """Do both in turns, so that noise of the machine meets them alike."""
    seconds, runs = [], []
    for _ in range(rounds):
        seconds.append(side())
        runs.append(score())
    return seconds, runs


def _moved(place: Place, score: Callable[[], Ran]) -> Ran:
    with place.owner() as conn:
        conn.execute(_MOVE.encode(), {"clinic": place.clinic})
    return score()


def _scan(place: Place) -> float:
    with place.owner() as conn:
        return once(lambda: [conn.execute(statement.encode(), {"clinic": place.clinic}) for statement in _SCANS])


def _copy(place: Place, patients: int) -> float:
    """Return the seconds of the owner's COPY of so many rows into a table without index, key or check."""
    with tempfile.TemporaryFile() as file, place.owner() as conn:
        query = _LIKE_THESE.format(clinic=place.clinic, patients=patients)
        with conn.cursor().copy(query.encode()) as read:
            for block in read:
                file.write(block)
        conn.execute(_BARE.encode())
        file.seek(0)
        seconds = once(lambda: _send(conn, file))
        conn.execute("DROP TABLE bare_standing")
    return seconds


def _send(conn: Any, file: Any) -> None:
    with conn.cursor().copy(f"COPY bare_standing ({_COLUMNS}) FROM STDIN".encode()) as write:
        while block := file.read(1 << 20):
            write.write(block)


def _whole(first: Ran, still: list[Ran]) -> list[Row]:
    note = f"{first.patients:,} patients, {first.moved:,} rewritten, {first.risks:,} risks; {first.stage}"
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in first.steps.items())
    again = [each.seconds for each in still]
    rate = first.patients / first.seconds
    return [
        timed(_GROUP, "whole run, all rows to write", [first.seconds], per_second=rate, note=f"{note}; {parts}"),
        timed(
            _GROUP,
            "whole run, nothing to write",
            again,
            per_second=first.patients / statistics.median(again),
            note=f"{sum(each.moved for each in still)} rewritten",
        ),
    ]


def _reading(scans: list[float], still: list[Ran]) -> Row:
    scan, seconds = statistics.median(scans), [each.reading for each in still]
    return timed(
        _GROUP,
        "read, features, scores, tiers",
        seconds,
        ratio=statistics.median(seconds) / scan,
        bar=_SCAN_BAR,
        note=f"sequential scan of the same tables {scan * 1000:,.0f} ms",
    )


def _writing(copies: list[float], moved: list[Ran]) -> Row:
    copy, seconds = statistics.median(copies), [each.writing for each in moved]
    share = moved[0].moved / max(1, moved[0].patients)
    return timed(
        _GROUP,
        "write-back, a tenth moved",
        seconds,
        per_second=moved[0].moved / statistics.median(seconds),
        ratio=statistics.median(seconds) / copy,
        bar=_COPY_BAR,
        note=f"{moved[0].moved:,} rows ({share:.1%}); COPY of {moved[0].patients:,} such rows {copy * 1000:,.0f} ms",
    )


def _memory(memory: int, first: Ran) -> Row:
    note = f"{memory / 2**20:,.0f} MiB at the most, {first.patients:,} patients; bar 1.5 GiB"
    return Row(_GROUP, "memory of the scoring process", n=1, ratio=memory / _MEMORY_BAR, bar=1, note=note)


# --- the process that scores -----------------------------------------------------------------------------------------


def _ordered(pipe: Pipe) -> Ran:
    pipe.send("score")
    found: Ran = answer(pipe, _A_RUN_SECONDS)
    return found


def _body(pipe: Pipe, task: tuple[Dsn, str]) -> None:
    """Score whenever told to (the body of a process)."""
    dsn, token = task
    database = Database(dsn, pool_size=2)
    scoring = Scoring(lambda: begin(database, token, "scoring"))
    pipe.send("ready")
    while pipe.recv():
        steps = _Steps()
        report = scoring.run(progress=Progress(steps.tell))
        steps.end()
        moved = report.standings_moved
        pipe.send(Ran(steps.seconds, report.patients, moved, report.risks, report.stage, most_memory()))
    database.close()


def most_memory() -> int:
    """Return the most bytes of memory that this process ever held."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    status = Path("/proc/self/status")
    if status.is_file():
        # Linux: the usage that getrusage tells begins with that of the process which started this one.
        line = next(each for each in status.read_text("ascii").splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource  # only where there is one

    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
