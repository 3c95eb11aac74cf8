"""How commands print: tables for people, JSON for scripts, one sentence for an expected error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.progress import Step

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_Command = TypeVar("_Command", bound=Callable[..., Any])


def json_option(command: _Command) -> _Command:
    """Add --json to a command that prints data."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def say(text: str) -> None:
    """Tell a person at a terminal what is going on; scripts are spared it."""
    if sys.stderr.isatty():
        click.echo(text, err=True)


@contextmanager
def desk() -> Iterator[Desk]:
    """Open this desk for one command; an expected error becomes a sentence and exit code 1."""
    with sentences():
        # Late: a command that only prints its help or the version loads no database.
        from reactivate_desktop.bootstrap import open_desk

        with open_desk(say) as opened:
            yield opened


@contextmanager
def sentences() -> Iterator[None]:
    """Turn an expected error into one sentence on stderr and exit code 1."""
    try:
        yield
    except ExpectedError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(1) from error


def with_desk(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hand an open desk to a command as its first argument."""

    def run(*arguments: Any, **options: Any) -> Any:
        with desk() as opened:
            return command(opened, *arguments, **options)

    return update_wrapper(run, command)


def print_rows(rows: Sequence[Any], columns: Sequence[str], *, as_json: bool) -> None:
    """Print dataclass rows: all their fields as JSON, or the named columns as a table."""
    if as_json:
        click.echo(json.dumps([plain(row) for row in rows], ensure_ascii=False, indent=1))
        return
    cells = [[cell_text(getattr(row, column)) for column in columns] for row in rows]
    print_table(columns, cells)


def print_table(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print aligned columns under their names; an empty table says so."""
    if not cells:
        click.echo("Nothing found.")
        return
    widths = [max(len(c), *(len(row[i]) for row in cells)) for i, c in enumerate(columns)]
    for row in (columns, *cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_one(value: Any, *, as_json: bool) -> None:
    """Print one dataclass: as JSON, or a line per field."""
    fields = cast(dict[str, Any], plain(value))
    if as_json:
        click.echo(json.dumps(fields, ensure_ascii=False, indent=1))
        return
    width = max(len(name) for name in fields)
    for name, content in fields.items():
        if isinstance(content, list):
            content = "; ".join(str(c) for c in content)
        click.echo(f"{name.replace('_', ' ').ljust(width)}  {cell_text(content)}")


def plain(value: Any) -> Any:
    """Return `value` as what JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(content) for name, content in asdict(value).items()}
    if isinstance(value, dict):
        return {str(name): plain(content) for name, content in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [plain(content) for content in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def cell_text(value: Any) -> str:
    """Return `value` as one cell of a table shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    # Control characters in data must not drive the terminal.
    return "".join(c if c.isprintable() else "�" for c in str(value))


def show_step(step: Step) -> None:
    """Tell a person at a terminal how far the work is, on one line; nothing: clear it."""
    if sys.stderr.isatty():
        count = f" {step.done:,} of {step.total:,}" if step.total else ""
        click.echo(f"\r{step.text}{count}".ljust(60) + "\r", nl=False, err=True)
