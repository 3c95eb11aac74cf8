"""Runs the benchmarks named on the command line and writes dist/bench.json and a table."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.benchmarks import (
    commits,
    idle,
    importing,
    launching,
    lists,
    many_desks,
    notices,
    peers,
    queueing,
    reads,
    scores,
    scoring,
    signing,
    window,
)
from tests.benchmarks.load import fill
from tests.benchmarks.machine import facts
from tests.benchmarks.place import Place, Scale, bench_folder, durable_server, signed_in
from tests.benchmarks.rows import Report, Row

_RESULT = Path(__file__).resolve().parents[2] / "dist" / "bench.json"
_QUICK_PATIENTS = 50_000
# A sign-in does not care how many patients there are.
_FEW = Scale(1000, 3)


@dataclass(frozen=True)
class Group:
    """Some benchmarks on the filled database: in full, and as a smoke run."""

    full: Callable[[Place], list[Row]]
    quick: Callable[[Place], list[Row]]
    needs_patients: bool = True


GROUPS = {
    "reads": Group(reads.run, reads.run),
    "commits": Group(commits.run, lambda place: commits.run(place, 2.0, 1)),
    "notices": Group(notices.run, lambda place: notices.run(place, 3.0)),
    "queue": Group(queueing.run, lambda place: queueing.run(place, 15, 6, 30)),
    "lists": Group(lists.run, lambda place: lists.run(place, 3)),
    "sign-in": Group(signing.run, lambda place: signing.run(place, 5), needs_patients=False),
    "window": Group(window.run, lambda place: window.run(place, 3, 2.0, 2_000)),
    # Last, because they score the clinic.
    "scoring": Group(scoring.run, lambda place: scoring.run(place, 3, 1)),
    "scores": Group(scores.run, lambda place: scores.run(place, 1)),
}


@dataclass(frozen=True)
class Alone:
    """Benchmarks on a server of their own: in full, and as a smoke run."""

    full: Callable[[Path], list[Row]]
    quick: Callable[[Path], list[Row]]


ALONE = {
    "launcher": Alone(lambda folder: launching.run(folder, 3), lambda folder: launching.run(folder, 1)),
    "imports": Alone(importing.run, lambda folder: importing.run(folder, 5_000)),
    "desks": Alone(many_desks.alone, lambda folder: many_desks.alone(folder, 20, 6.0, 10_000)),
    "one-clinic": Alone(lists.alone, lambda folder: lists.alone(folder, 10_000)),
    "peers": Alone(peers.alone, lambda folder: peers.alone(folder, 5_000)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the groups and return 0, whatever the figures say; a benchmark that cannot run ends with its error."""
    parser = _parser()
    wish = parser.parse_args(arguments)
    unknown = set(wish.groups) - {*GROUPS, *ALONE}
    if unknown:
        parser.error(f"no group is called {', '.join(sorted(unknown))}")
    # Ended by the system or by hand: the server must not stay behind.
    signal.signal(signal.SIGTERM, _leave)
    groups = wish.groups or [*GROUPS, *ALONE]
    report = Report(facts())
    started = time.monotonic()
    try:
        with bench_folder() as folder:
            _run(groups, _scale(wish, groups), wish.quick, folder, report)
    finally:
        report.machine["seconds"] = round(time.monotonic() - started)
        report.write(wish.out)
    print(f"\n{report.table()}\n\n{_verdict(report)}\n{wish.out}")
    return 0


def _run(groups: Sequence[str], scale: Scale, quick: bool, folder: Path, report: Report) -> None:
    report.add(*idle.probe("before", folder))
    for name in [name for name in ALONE if name in groups]:
        _title(name)
        (own := folder / name).mkdir(mode=0o755)
        report.add(*(ALONE[name].quick if quick else ALONE[name].full)(own))
        report.add(*idle.probe(f"after {name}", folder))
    chosen = [name for name in GROUPS if name in groups]
    if not chosen:
        return
    with durable_server(folder) as clinic_db:
        _title(f"load {scale.patients:,} patients in {scale.clinics} clinics")
        clinic, rows = fill(clinic_db, scale)
        report.add(*rows)
        with signed_in(clinic_db, clinic) as place:
            for name in chosen:
                _title(name)
                group = GROUPS[name]
                report.add(*(group.quick if quick else group.full)(place))
                report.add(*idle.probe(f"after {name}", folder))


def _scale(wish: argparse.Namespace, groups: Sequence[str]) -> Scale:
    if not any(GROUPS[name].needs_patients for name in groups if name in GROUPS):
        return _FEW
    patients = wish.patients or (_QUICK_PATIENTS if wish.quick else 1_000_000)
    return Scale(patients, wish.clinics)


def _verdict(report: Report) -> str:
    over = report.over()
    if not over:
        return "No figure is over its bar."
    listed = "\n".join(f"  {row.group}: {row.name}: {row.ratio:.2f}, bar {row.bar:g}" for row in over)
    return f"Over the bar:\n{listed}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 build bench", description="Run the benchmarks.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join([*GROUPS, *ALONE])}; none: all")
    parser.add_argument("--patients", type=int, help="how many patients (1,000,000)")
    parser.add_argument("--clinics", type=int, default=100, help="in how many clinics (100)")
    parser.add_argument("--quick", action="store_true", help="a smoke run: 50,000 patients, short phases")
    parser.add_argument("--out", type=Path, default=_RESULT, help="where the JSON goes (dist/bench.json)")
    return parser


def _title(text: str) -> None:
    print(f"{text}:", flush=True)


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(143)
