"""Times several sides in turns, so that noise of the machine meets all of them alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

# A side does its work for one input, named by the number of the round.
Side = Callable[[int], object]


def interleaved(sides: Mapping[str, Side], rounds: int, warm_up: int) -> dict[str, list[float]]:
    """Return the seconds of each side, `rounds` of them; who goes first changes from round to round."""
    for number in range(warm_up):
        for side in sides.values():
            side(number)
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    gc.collect()
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            seconds[name].append(once(lambda name=name, number=number: sides[name](number)))  # type: ignore[misc]
    return seconds


def once(work: Callable[[], object]) -> float:
    """Return how many seconds `work` took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def share(values: list[float], part: float) -> float:
    """Return the value below which `part` (0-1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
