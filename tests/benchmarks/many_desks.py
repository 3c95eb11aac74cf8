"""Two hundred desks on one queue while scoring and an import run: nobody twice, nothing lost, always the best free."""

from __future__ import annotations

import csv
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from statistics import median
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.domain.progress import Cancelled, Progress, Step
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import owner_connection
from reactivate_desktop.storage.unit_of_work import begin
from tests.benchmarks.desks import DeskPlace, Desks, Done, Held, Key, Work, working
from tests.benchmarks.load import fill
from tests.benchmarks.place import Place, Scale, durable_server, signed_in
from tests.benchmarks.rows import Row
from tests.benchmarks.workers import answer, workers
from tests.factories.clinics import ClinicMaker

_GROUP = "desks"
_BAR = 0.5
_STAFF = 8
_IMPORTED = 5_000
_BESIDE = ("score", "import")
_RATED = (Work.CLAIM, Work.BARE_ENTERED, Work.BARE)
_ROUNDS = 5


@dataclass(frozen=True)
class Background:
    """Work beside the desks until `stop` (monotonic seconds): "score" or "import"."""

    kind: str
    dsn: Dsn
    token: str
    folder: str


@dataclass(frozen=True)
class Findings:
    """What the desks' own notes and the database say after a run; good is 0 of each of the first three."""

    doubles: int
    lost: int
    out_of_order: int
    claims: int
    outcomes: int
    conflicts: int
    callbacks: int
    errors: tuple[str, ...]
    background: dict[str, int]


def run(place: Place, desks: int = 200, seconds: float = 60.0) -> list[Row]:
    """Return the claims per second beside single-row updates of as many processes, all beside scoring and an import."""
    Scoring(place.person.begin).run()
    with owner_connection(place.clinic_db.admin) as conn:
        # What the server does by itself soon after every row was written.
        conn.execute("VACUUM (ANALYZE) patient_standing, work_claim")
    with working(desk_places(place, desks)) as hands, background(place) as helpers:
        short = max(2.0, seconds / 10)
        # The first ten claims of a connection plan every statement anew: a desk that opens in the morning, not a rate.
        for each in _RATED:
            _phase(hands, helpers, each, short * 2)
        # In turns: this machine's pace changes by the minute.
        rounds = [[_rate(hands, helpers, each, short) for each in _RATED] for _ in range(_ROUNDS)]
        findings = work(place, hands, helpers, seconds)
    claims, signed_in, bare = (median(column) for column in zip(*rounds, strict=True))
    ratio = median(each[0] / each[1] for each in rounds)
    queue = findings.claims / seconds
    note = (
        f"{desks} desks, {seconds:.0f} s, beside {findings.background['score']} scorings and "
        f"{findings.background['import']} rows imported: {findings.doubles} double claims, {findings.lost} lost "
        f"outcomes, {findings.out_of_order} not the best, {findings.conflicts} conflicts, "
        f"{len(findings.errors)} errors; {findings.outcomes} outcomes, {findings.callbacks} promised calls"
    )
    return [
        Row(_GROUP, "single-row update of the owner, no transaction", per_second=bare),
        Row(_GROUP, "single-row update, signed in", per_second=signed_in, ratio=signed_in / bare),
        Row(_GROUP, "claim next, signed in", per_second=claims, ratio=ratio, bar=_BAR, at_least=True),
        Row(_GROUP, "claim next, beside the owner's update", ratio=median(each[0] / each[2] for each in rounds)),
        Row(_GROUP, "claim next and log", per_second=queue, ratio=queue / signed_in, note=note),
    ]


def alone(folder: Path, desks: int = 200, seconds: float = 60.0, patients: int = 100_000) -> list[Row]:
    """Run on a server of its own, with so many patients in one clinic."""
    with durable_server(folder) as clinic_db:
        clinic, _ = fill(clinic_db, Scale(patients, 1))
        with signed_in(clinic_db, clinic) as place:
            return run(place, desks, seconds)


def work(place: Place, hands: Desks, helpers: Sequence[Pipe], seconds: float) -> Findings:
    """Let the desks work the queue while scoring and an import run; return what came of it."""
    before = _open_now(place)
    done, counts = _phase(hands, helpers, Work.QUEUE, seconds)
    return _findings(place, done, before, counts)


def _rate(hands: Desks, helpers: Sequence[Pipe], work: Work, seconds: float) -> float:
    return sum(done.count for done in _phase(hands, helpers, work, seconds)[0]) / seconds


def _phase(hands: Desks, helpers: Sequence[Pipe], work: Work, seconds: float) -> tuple[list[Done], dict[str, int]]:
    """Give the desks and the background one order; return what each desk did, and how much ran beside."""
    order = hands.begin(work, seconds)
    for pipe in helpers:
        pipe.send(order.stop)
    done = hands.finish()
    return done, dict(zip(_BESIDE, (int(answer(pipe, 300.0)) for pipe in helpers), strict=True))


def desk_places(place: Place, desks: int) -> list[DeskPlace]:
    """Return the places of so many desks, signed in as a few members of the clinic's staff."""
    maker = ClinicMaker(place.clinic_db, place.database)
    people = [maker.person(place.clinic, UserRole.STAFF, f"desk{n}@harbour.example") for n in range(min(_STAFF, desks))]
    with place.owner() as conn:
        found = conn.execute(
            "SELECT id FROM patient WHERE clinic_id = %s ORDER BY id LIMIT %s", (place.clinic, desks)
        ).fetchall()
    db = place.clinic_db
    return [
        DeskPlace(
            number,
            db.app,
            db.admin,
            db.server.names.owner,
            people[number % len(people)].signed_in.token,
            place.clinic,
            UUID(str(row[0])),
        )
        for number, row in enumerate(found)
    ]


def _open_now(place: Place) -> dict[UUID, Key]:
    """Return who may be claimed now and is free, and where each stands."""
    with place.owner() as conn:
        rows = conn.execute(
            "SELECT s.id, s.priority_rank, s.contact_priority_score FROM patient_standing s "
            "JOIN work_claim c ON c.clinic_id = s.clinic_id AND c.id = s.id "
            "WHERE s.clinic_id = %s AND s.queue_open AND (c.claimed_until IS NULL OR c.claimed_until < now())",
            (place.clinic,),
        ).fetchall()
    return {UUID(str(i)): (int(str(rank)), -float(str(score)), str(i)) for i, rank, score in rows}


def _findings(place: Place, done: Sequence[Done], before: dict[UUID, Key], background: dict[str, int]) -> Findings:
    held = [each for one in done for each in one.held]
    attempts = {each.attempt for each in held if each.attempt is not None}
    with place.owner() as conn:
        kept = conn.execute(
            "SELECT id FROM contact_attempt WHERE clinic_id = %s AND id = ANY(%s) AND undone_at IS NULL",
            (place.clinic, list(attempts)),
        ).fetchall()
    return Findings(
        doubles=doubles(held),
        lost=len(attempts) - len(kept),
        out_of_order=out_of_order(held, before, _open_now(place)),
        claims=len(held),
        outcomes=len(attempts),
        conflicts=sum(one.conflicts for one in done),
        callbacks=sum(each.key[0] < 0 for each in held),
        errors=tuple(error for one in done for error in one.errors),
        background=background,
    )


def doubles(held: Sequence[Held]) -> int:
    """Return how often two desks held one patient at the same time."""
    by_patient: dict[UUID, list[Held]] = defaultdict(list)
    for each in held:
        by_patient[each.patient].append(each)
    return sum(
        later.had < earlier.logging
        for turns in by_patient.values()
        for earlier, later in pairwise(sorted(turns, key=lambda h: h.had))
    )


def out_of_order(held: Sequence[Held], before: dict[UUID, Key], after: dict[UUID, Key]) -> int:
    """Return how many claims passed over somebody better who was free all the while.

    Free all the while: open from the start, standing at the same place when she was claimed (or at the end), and
    nobody asked for her before the claim in question was had (or nobody claimed her at all).
    """
    first: dict[UUID, Held] = {}
    for each in sorted(held, key=lambda h: h.had):
        first.setdefault(each.patient, each)
    unmoved = {i: h for i, h in first.items() if before.get(i) == h.key}
    waiting = sorted(
        [(h.key, h.asked) for h in unmoved.values()]
        + [(key, float("inf")) for i, key in before.items() if after.get(i) == key and i not in first]
    )
    claims = sorted((h.key, h.had) for h in unmoved.values())
    # Walking from the best to the worst, the latest time at which somebody better was asked for.
    wrong, latest, at = 0, float("-inf"), 0
    for key, had in claims:
        while at < len(waiting) and waiting[at][0] < key:
            latest = max(latest, waiting[at][1])
            at += 1
        wrong += latest > had
    return wrong


@contextmanager
def background(place: Place) -> Iterator[list[Pipe]]:
    """A process that scores again and again, and one that imports files, each told when to stop."""
    with tempfile.TemporaryDirectory(prefix="reactivate-import-") as folder:
        token = place.person.signed_in.token
        tasks = [Background(kind, place.clinic_db.app, token, folder) for kind in _BESIDE]
        with workers(_run_background, tasks, forked=__name__) as pipes:
            yield pipes


def _run_background(pipe: Pipe, task: Background) -> None:
    """Work until the time it is told, then say how much it did (the body of a process)."""
    pipe.send("ready")
    database = Database(task.dsn, pool_size=2)
    while stop := pipe.recv():
        progress = _until(stop)
        done = 0
        while time.monotonic() < stop:
            try:
                done += _score(database, task, progress) if task.kind == "score" else _import(database, task, progress)
            except Cancelled:
                break
        pipe.send(done)
    database.close()


def _until(stop: float) -> Progress:
    def tell(_: Step) -> None:
        if time.monotonic() > stop:
            progress.cancel()

    progress = Progress(tell)
    return progress


def _score(database: Database, task: Background, progress: Progress) -> int:
    Scoring(lambda: begin(database, task.token, "scoring")).run(progress=progress)
    return 1


def _import(database: Database, task: Background, progress: Progress) -> int:
    path = Path(task.folder) / f"{time.monotonic_ns()}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "first_name", "last_name", "phone", "dob"])
        for number in range(_IMPORTED):
            phone = f"+1212555{number:04d}"
            writer.writerow([number, f"First{number % 97}", f"Last{number}", phone, f"19{number % 90 + 10}-03-14"])
    imports = Imports(lambda: begin(database, task.token, "import"))
    return imports.csv(ImportSubject.PATIENTS, path, source=path.stem, progress=progress).counts.read
