"""How an import shows itself on a terminal: a line of progress, a way to stop, and what became of the rows."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from reactivate_desktop.console.output import plain
from reactivate_desktop.domain.imports import ImportReport
from reactivate_desktop.domain.progress import Cancelled, Progress, Step

_REASONS = 5


@contextmanager
def stoppable(*, dry_run: bool) -> Iterator[Progress]:
    """Show how far long work is on a terminal; Ctrl+C stops it after the chunk in hand, a second one at once."""
    progress = Progress(_show if sys.stderr.isatty() else lambda _: None)
    before = signal.getsignal(signal.SIGINT)

    def stop(_number: int, _frame: FrameType | None) -> None:
        progress.cancel()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield progress
    except Cancelled as stopped:
        click.echo("Stopped. Nothing was written." if dry_run else str(stopped), err=True)
        raise click.exceptions.Exit(130) from stopped
    finally:
        signal.signal(signal.SIGINT, before)
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", err=True, nl=False)


def _show(step: Step) -> None:
    total = f" of {step.total:,}" if step.total else ""
    click.echo(f"\r\x1b[K{step.text}: row {step.done:,}{total}", err=True, nl=False)


def report_as_json(report: ImportReport) -> Any:
    """Return a report as JSON can hold it, with the number of rows read."""
    values = plain(report)
    values["counts"] = {"read": report.counts.read, **values["counts"]}
    return values


def print_report(report: ImportReport) -> None:
    """Print what became of the rows of one file, in words."""
    if report.refused:
        click.echo(report.refused, err=True)
        return
    c = report.counts
    parts = [f"{c.new:,} new", f"{c.changed:,} changed", f"{c.unchanged:,} unchanged", f"{c.rejected:,} rejected"]
    parts += [f"{c.parked:,} parked until their patient comes"] if c.parked else []
    parts += [f"{c.repeated:,} repeated"] if c.repeated else []
    click.echo(f"{report.file_name}: {counted(c.read, 'row')} of {report.subject.lower()} read: {', '.join(parts)}.")
    if report.dry_run:
        click.echo("Nothing was written (dry run).")
    if report.resumed_at:
        click.echo(f"An earlier import of this file was taken up after row {report.resumed_at:,}.")
    if report.released:
        click.echo(f"Taken up because the patient has come: {counted(report.released, 'parked row')}.")
    if report.duplicates:
        click.echo(f"Perhaps one person each, for you to decide: {counted(report.duplicates, 'pair')} of patients.")
    for warning in report.warnings:
        click.echo(warning)
    for reject in report.rejects[:_REASONS]:
        click.echo(f"  row {reject.row}: {reject.reason}")
    if c.rejected and report.run_id:
        click.echo(f"See the rejected rows with: reactivate import rejects {report.run_id}")


def counted(number: int, thing: str) -> str:
    """Return a number with the thing that it counts: 1 row, 2 rows."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
