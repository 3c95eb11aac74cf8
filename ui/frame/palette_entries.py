"""Which entries the command palette lists for what was typed: patients, then what can be done, or staff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ui.actions import BY_ID
from ui.commands import shown_keys
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
    name, to = veiled(best.name), ctx.navigation
    if ctx.commands.allowed("claim"):
        said = tr("Call {name}", name=name)
        yield DoEntry(said, tr("Ctrl Enter"), "phone", best.held_elsewhere, partial(to.claim, best.id))
    if ctx.commands.allowed("record-book"):
        said, reason = tr("Book {name}", name=name), tr("The patient has died.") if best.deceased else ""
        yield DoEntry(said, _keys("record-book"), "calendar-plus", reason, partial(to.book, best.id))
    said = tr("Open the record of {name}", name=name)
    yield DoEntry(said, tr("Enter"), "user-circle", "", partial(to.open_record, best.id))
    said = tr("Why is {name} (not) in the queue?", name=name)
    yield DoEntry(said, _keys("record-why"), "question", "", partial(to.why, best.id))


def _keys(id: str) -> str:
    """Return the keys of a command on its own screen."""
    return shown_keys(BY_ID[id])


def _commands(ctx: Context, typed: str) -> Iterator[DoEntry]:
    """Yield the commands of the screen behind whose words begin as typed; each once."""
    seen = {"palette"}
    for command in ctx.commands.available():
        if command.action.id not in seen and matches(command.title, typed):
            seen.add(command.action.id)
            call = partial(ctx.commands.do, command)
            yield DoEntry(command.title, command.keys, command.action.icon, command.reason(), call)
