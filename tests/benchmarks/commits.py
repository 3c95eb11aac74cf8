"""Commit rate of many writers with live changes off, on (outbox and one notifier), and with NOTIFY in each write."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from reactivate_desktop.domain.changes import Notice
from reactivate_desktop.storage.listen import LiveChanges
from tests.benchmarks.listeners import Listeners, listening
from tests.benchmarks.place import Place
from tests.benchmarks.rows import Row
from tests.benchmarks.writers import Desk, Live, Order, Stack, Writers, writing

_GROUP = "commits"
WRITERS = 32
LISTENERS = 200
_BAR = 0.4


def run(place: Place, seconds: float = 4.0, rounds: int = 3) -> list[Row]:
    """Return commit rates and their ratio to the rate with live changes off, measured in turns."""
    desks = own_patients(place, [1] * WRITERS)
    with listening(place.clinic_db.app, desks[0].channel, LISTENERS) as ears, writing(desks) as hands:
        rates: dict[tuple[Stack, Live], list[float]] = {}
        for _ in range(rounds):
            for stack in Stack:
                for live in Live:
                    rates.setdefault((stack, live), []).append(_rate(place, ears, hands, stack, live, seconds))
    return [_row(stack, live, each, rates[stack, Live.OFF]) for (stack, live), each in rates.items()]


def own_patients(place: Place, counts: list[int]) -> list[Desk]:
    """Return one desk for each count, with so many patients that no other desk has."""
    with place.owner() as conn:
        found = conn.execute(
            "SELECT id FROM patient WHERE clinic_id = %s ORDER BY id LIMIT %s", (place.clinic, sum(counts))
        ).fetchall()
        row = conn.execute("SELECT 'c_' || live_key FROM clinic WHERE id = %s", (place.clinic,)).fetchone()
    assert row is not None, "the clinic was just filled"
    ids = iter([each[0] for each in found])
    token = place.person.signed_in.token
    return [
        Desk(place.clinic_db.app, token, place.clinic, str(row[0]), tuple(next(ids) for _ in range(count)))  # type: ignore[misc]
        for count in counts
    ]


@contextmanager
def elected(place: Place) -> Iterator[None]:
    """A desk with live changes on: being the only one, it is the one that tells all."""

    def hear(_: list[Notice]) -> None:
        """Count nothing: the listeners do."""

    live = LiveChanges(place.database, place.person.signed_in.token, hear)
    live.start()
    try:
        yield
    finally:
        live.stop()


def _rate(place: Place, ears: Listeners, hands: Writers, stack: Stack, live: Live, seconds: float) -> float:
    with elected(place) if live is Live.OUTBOX else nullcontext():
        if live is not Live.OFF:
            ears.listen()
        # Time for the election, and for what the phase before left behind.
        start = time.monotonic() + 2.0
        done = hands.obey(Order(live, stack, start, start + seconds))
        if live is not Live.OFF:
            ears.rest()
    counted = sum(commit.done <= start + seconds for each in done for commit in each.commits)
    return counted / seconds


def _row(stack: Stack, live: Live, rates: list[float], off: list[float]) -> Row:
    names = {
        Live.OFF: "live changes off",
        Live.OUTBOX: f"live changes on, {LISTENERS} listeners",
        Live.DIRECT: f"NOTIFY in each write, {LISTENERS} listeners",
    }
    middle = statistics.median(rates)
    return Row(
        _GROUP,
        f"{WRITERS} writers by {stack}: {names[live]}",
        per_second=middle,
        n=len(rates),
        ratio=None if live is Live.OFF else middle / statistics.median(off),
        bar=_BAR if live is Live.OUTBOX else None,
        at_least=True,
        note=f"{min(rates):,.0f} to {max(rates):,.0f} commits/s",
    )
