"""How long after a commit the other desks hear of it."""

from __future__ import annotations

import time
from contextlib import nullcontext
from uuid import UUID

from reactivate_desktop.domain.changes import Change, read_notices
from tests.benchmarks.commits import LISTENERS, elected, own_patients
from tests.benchmarks.listeners import Heard, listening
from tests.benchmarks.place import Place
from tests.benchmarks.rows import Row, timed
from tests.benchmarks.timing import share
from tests.benchmarks.writers import Live, Order, Stack, Written, writing

_GROUP = "notices"
_PER_SECOND = 20


class NothingHeard(Exception):
    """Listeners missed notices: there is no latency to report."""


def run(place: Place, seconds: float = 10.0) -> list[Row]:
    """Return the latency of notices to 200 listeners, and how late the timers of the same processes were."""
    # A patient for each write: an id in a notice then names one commit.
    desks = own_patients(place, [int(_PER_SECOND * seconds) + 20])
    rows: list[Row] = []
    with listening(place.clinic_db.app, desks[0].channel, LISTENERS) as ears, writing(desks) as hands:
        for live in (Live.OUTBOX, Live.DIRECT):
            # What the writer's warm-up, or a group before, left there would be told as if it were new.
            with place.owner() as conn:
                conn.execute("DELETE FROM change_outbox")
            with elected(place) if live is Live.OUTBOX else nullcontext():
                ears.listen()
                start = time.monotonic() + 2.0
                order = Order(live, Stack.PROGRAM, start, start + seconds, 1 / _PER_SECOND)
                (written,) = hands.obey(order)
                time.sleep(1.0)
                rows += _rows(live, written, ears.rest())
    return rows


def _rows(live: Live, written: Written, heard: list[Heard]) -> list[Row]:
    committed = {commit.patient: commit.sent for commit in written.commits}
    delays: list[float] = []
    known: dict[str, list[UUID]] = {}
    for at, payload in (notice for each in heard for notice in each.notices):
        if payload not in known:
            known[payload] = [i for n in read_notices(payload) if n.change is Change.PATIENTS for i in n.ids]
        delays += [at - committed[patient] for patient in known[payload]]
    if len(delays) != len(committed) * LISTENERS:
        raise NothingHeard(f"{len(delays)} notices for {len(committed)} commits and {LISTENERS} listeners")
    late = [each for one in heard for each in one.late]
    way = "outbox, told every 100 ms" if live is Live.OUTBOX else "NOTIFY in each write"
    return [
        timed(_GROUP, f"{way}: commit to listener", delays, note=_shares(delays, f"{len(committed)} commits")),
        timed(_GROUP, f"{way}: timer of the listeners (idle control)", late, note=_shares(late, "20 ms timer")),
        timed(_GROUP, f"{way}: timer of the writer (idle control)", written.late, note=_shares(written.late, "")),
    ]


def _shares(seconds: list[float], text: str) -> str:
    return f"p99 {share(seconds, 0.99) * 1000:.1f} ms" + (f"; {text}" if text else "")
