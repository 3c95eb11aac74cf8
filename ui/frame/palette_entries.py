"""Which entries the command palette lists for what was typed: patients, then what can be done, or staff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ui.context import Context
from ui.frame.palette_find import MOST, PaletteFind
from ui.frame.palette_model import DoEntry, Entry, Heading, PatientEntry, matches
from ui.privacy import veiled
from ui.text import tr

_SHOWN, _SHOWN_ALONE = 5, MOST - 1


def entries(ctx: Context, found: PaletteFind, typed: str, *, alone: bool) -> Iterator[Entry]:
    """Yield the entries in their groups; `alone`: patients only, and more of them."""
    if typed.startswith("@"):
        yield from _group(tr("Staff"), found.staff())
        return
    shown = found.patients[: _SHOWN_ALONE if alone else _SHOWN]
    yield from _group(tr("Patients only") if alone else tr("Patients"), shown)
    if not alone:
        best = shown[0] if shown else None
        yield from _group(tr("Do"), [*_for_patient(ctx, best), *_commands(ctx, typed.removeprefix(">").strip())])


def _group(title: str, listed: Sequence[Entry]) -> Iterator[Entry]:
    if listed:
        yield Heading(title)
        yield from listed


def _for_patient(ctx: Context, best: PatientEntry | None) -> Iterator[DoEntry]:
    """Yield what can be done with the best hit."""
    if best is None:
        return
    name = veiled(best.name)
    if ctx.commands.allowed("claim"):
        call = partial(ctx.navigation.claim, best.id)
        yield DoEntry(tr("Call {name}", name=name), tr("Ctrl Enter"), "phone", "", call)
    read = partial(ctx.navigation.open_record, best.id)
    yield DoEntry(tr("Open the record of {name}", name=name), tr("Enter"), "user-circle", "", read)


def _commands(ctx: Context, typed: str) -> Iterator[DoEntry]:
    """Yield the commands of the screen behind whose words begin as typed; each once."""
    seen = {"palette"}
    for command in ctx.commands.available():
        if command.action.id not in seen and matches(command.title, typed):
            seen.add(command.action.id)
            call = partial(ctx.commands.do, command)
            yield DoEntry(command.title, command.keys, command.action.icon, command.reason(), call)
