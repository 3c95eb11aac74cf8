"""The `reactivate` command: groups and their commands, thin over the services."""

from __future__ import annotations

import click

from reactivate_desktop import __version__
from reactivate_desktop.console import (
    access,
    appointments,
    care,
    database,
    desk,
    duplicates,
    exports,
    imports,
    people,
    queue,
    records,
    scorers,
    scoring,
    sites,
    start,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """ReactivateAI Desktop from the console. Every command has --help."""


@main.command()
def version() -> None:
    """Print the program's version."""
    click.echo(f"reactivate {__version__}")


for command in (
    database.db,
    people.clinic,
    people.staff,
    sites.locations,
    access.sign_in,
    access.sign_out,
    access.password,
    access.whoami,
    records.patients,
    records.visits,
    appointments.appointments,
    appointments.credit,
    duplicates.duplicates,
    duplicates.merge,
    duplicates.unmerge,
    imports.import_,
    exports.export,
    scoring.score,
    scoring.why,
    scorers.scorers,
    queue.queue,
    desk.desk_commands,
    care.audit,
    care.jobs,
    care.watch,
    care.doctor,
    start.demo,
    start.start,
):
    main.add_command(command)
