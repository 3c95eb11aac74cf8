"""Where the data may live as the sign-in offers it, and what the errors of opening it mean there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reactivate_desktop.domain.errors import ExpectedError, NoTablesYet
from ui import formats
from ui.frame.place_tiles import DataPlace, PlaceState
from ui.text import tr

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_NAMED = "DATABASE_URL"


@dataclass(frozen=True)
class Offer:
    """What the sign-in shows: the place in use, each place with its state, and one sentence."""

    chosen: DataPlace
    states: dict[DataPlace, PlaceState]
    line: str


class Places:
    """The place in use. A PC that IT set up by a site file has no choice."""

    def __init__(self, *, demo: bool) -> None:
        self._given = os.environ.get(_NAMED)
        self.demo = demo
        self.left_server = False

    def offer(self, desk: Desk | None, problem: ExpectedError | None = None) -> Offer:
        """Return what to show; `problem`: why the place in use cannot be used."""
        here = desk.place.embedded if desk is not None else self.demo or not self._given
        managed = desk is not None and desk.settings.site_file is not None
        chosen = DataPlace.THIS_PC if here else DataPlace.SERVER
        states = {chosen: PlaceState(tr("Connected"), fine=True) if problem is None else _trouble(problem)}
        line = tr("Only this PC has this data.") if here else tr("Everyone at the clinic sees the same queue, live.")
        if problem is not None:
            again = tr("{problem} Press it to try again.", problem=problem)
            line = tr("Press it to make a demo clinic here.") if here and isinstance(problem, NoTablesYet) else again
        if not managed:
            states |= {DataPlace.SERVER: self._other_server()} if here else {DataPlace.THIS_PC: _other_pc()}
        return Offer(chosen, states, line)

    def go_to(self, place: DataPlace) -> None:
        """Open this place from the next start on; `This PC only` is its demo clinic."""
        self.demo = place == DataPlace.THIS_PC
        self.left_server = self.demo and bool(self._given)
        if self.demo:
            # Empty wins over the file .env too; there is no site file where there is a choice.
            os.environ[_NAMED] = ""
        elif self._given is not None:
            os.environ[_NAMED] = self._given

    def _other_server(self) -> PlaceState:
        if self.left_server:
            return PlaceState(tr("Not in use"))
        return PlaceState(tr("Set up by IT"), reason=tr("IT gives this PC a site file for the clinic's server."))


def _other_pc() -> PlaceState:
    return PlaceState(tr("Demo clinic, not shared"))


def _trouble(problem: ExpectedError) -> PlaceState:
    if isinstance(problem, NoTablesYet):
        return PlaceState(tr("No clinic here yet"))
    return PlaceState(tr("Not reachable since {time}", time=formats.clock(formats.now_here())), fine=False)
