"""`reactivate export`: the queue or the patients as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reactivate_desktop.console.output import say, with_desk
from reactivate_desktop.domain.progress import Progress, Step

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_TOLD_EVERY = 10_000


@click.command()
@click.argument("table", type=click.Choice(["queue", "patients"]))
@click.option("--format", default="csv", show_default=True, type=click.Choice(["csv"]), expose_value=False)
@click.option(
    "--out", "target", required=True, type=click.Path(path_type=Path), help="The file to write; its folder is there."
)
@click.option("--overwrite", is_flag=True, help="Write over a file that is there already.")
@with_desk
def export(desk: Desk, table: str, target: Path, overwrite: bool) -> None:
    """Write a table to a file that a spreadsheet opens; the export is audited.

    A VIEWER gets phone numbers, mail addresses and dates of birth masked.
    """
    done = desk.exports.export(table, target, progress=Progress(_tell), overwrite=overwrite)
    click.echo(f"Wrote {done.rows:,} rows to {done.path}.")


def _tell(step: Step) -> None:
    if step.done and step.done % _TOLD_EVERY == 0:
        say(f"{step.done:,} of {step.total:,} rows")
