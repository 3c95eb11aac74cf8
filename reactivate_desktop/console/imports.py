"""`reactivate import`: files of patients, visits and appointments, and FHIR files, with every row accounted for."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import click

from reactivate_desktop.console.import_reports import counted, print_report, report_as_json, stoppable
from reactivate_desktop.console.output import json_option, print_rows, print_table, with_desk
from reactivate_desktop.domain.imports import ImportReport, ImportSubject

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("import")
def import_() -> None:
    """Import patients, visits and appointments from files.

    Every row is accounted for: new, changed, unchanged, rejected (with the reason), parked (its patient has not come
    yet) or repeated (a later row of the file says it again). The same file again changes nothing; one that was cut
    off goes on where it stood.
    """


def _common(command: _Command) -> _Command:
    """Add the options of every import."""
    for option in (
        click.option("--dry-run", is_flag=True, help="Say what would become of each row, and write nothing."),
        click.option("--rejects", type=_FILE, help="Write the rejected rows with their reasons to this CSV file."),
        json_option,
    ):
        command = option(command)
    return command


def _columns(command: _Command) -> _Command:
    """Add the options of an import from a table."""
    for option in (
        click.argument("file", type=_FILE),
        click.option("--source", default="CSV files", show_default=True, help="Where the file comes from, in words."),
        click.option("--profile", help="A remembered meaning of the columns; else the header finds it."),
        click.option(
            "--map", "columns", multiple=True, metavar="COLUMN=FIELD", help="What a column means; may repeat."
        ),
        click.option(
            "--dates", multiple=True, metavar="COLUMN=ORDER", help="DMY, MDY, YMD or SERIAL for a date column."
        ),
    ):
        command = option(command)
    return _common(command)


@import_.command()
@_columns
@with_desk
def patients(desk: Desk, **options: Any) -> None:
    """Import a CSV file of patients."""
    _import_csv(desk, ImportSubject.PATIENTS, **options)


@import_.command()
@_columns
@with_desk
def visits(desk: Desk, **options: Any) -> None:
    """Import a CSV file of visits: each row names its patient by id, or by name and date of birth."""
    _import_csv(desk, ImportSubject.VISITS, **options)


@import_.command()
@_columns
@with_desk
def appointments(desk: Desk, **options: Any) -> None:
    """Import a CSV file of appointments: each row names its patient by id, or by name and date of birth."""
    _import_csv(desk, ImportSubject.APPOINTMENTS, **options)


@import_.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", default="FHIR files", show_default=True, help="Where the files come from, in words.")
@_common
@with_desk
def fhir(desk: Desk, paths: tuple[Path, ...], source: str, dry_run: bool, rejects: Path | None, as_json: bool) -> None:
    """Import FHIR files (NDJSON or Bundles, also .gz) or folders of them: the patients first, then the visits."""
    _check_target(rejects)
    with stoppable(dry_run=dry_run) as progress:
        reports = desk.imports.fhir(paths, source=source, dry_run=dry_run, progress=progress)
    _finish(desk, reports, rejects, as_json=as_json)


@import_.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def runs(desk: Desk, limit: int, as_json: bool) -> None:
    """List the newest imports; one that is RUNNING or PAUSED goes on when its file is imported again."""
    rows = desk.imports.runs(limit)
    if as_json:
        print_rows(rows, (), as_json=True)
        return
    columns = [
        "id",
        "file",
        "subject",
        "state",
        "read",
        "new",
        "changed",
        "unchanged",
        "rejected",
        "parked",
        "repeated",
    ]
    cells = [
        [
            str(r.id),
            r.file_name,
            str(r.subject),
            str(r.run_state),
            str(r.counts.read),
            *map(str, vars(r.counts).values()),
        ]
        for r in rows
    ]
    print_table(columns, cells)


@import_.command("rejects")
@click.argument("run_id", type=click.UUID)
@json_option
@with_desk
def list_rejects(desk: Desk, run_id: UUID, as_json: bool) -> None:
    """List the rows that an import refused, with the reasons."""
    print_rows(desk.imports.rejects(run_id), ["row", "column", "reason"], as_json=as_json)


@import_.command()
@json_option
@with_desk
def profiles(desk: Desk, as_json: bool) -> None:
    """List the remembered meanings of columns."""
    print_rows(desk.imports.profiles(), ["subject", "name"], as_json=as_json)


@import_.command("forget-profile")
@click.argument("subject", type=click.Choice([str(s) for s in ImportSubject], case_sensitive=False))
@click.argument("name")
@with_desk
def forget_profile(desk: Desk, subject: str, name: str) -> None:
    """Forget a remembered meaning of columns: the next file is read by its header again."""
    desk.imports.forget_profile(ImportSubject(subject.upper()), name)
    click.echo("The profile was forgotten.")


def _import_csv(
    desk: Desk,
    subject: ImportSubject,
    *,
    file: Path,
    columns: Sequence[str],
    dates: Sequence[str],
    rejects: Path | None,
    as_json: bool,
    dry_run: bool,
    **options: Any,
) -> None:
    _check_target(rejects)
    choices, orders = _pairs(columns, "--map"), _pairs(dates, "--dates")
    with stoppable(dry_run=dry_run) as progress:
        report = desk.imports.csv(
            subject, file, columns=choices, dates=orders, dry_run=dry_run, progress=progress, **options
        )
    _finish(desk, [report], rejects, as_json=as_json)


def _pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    found = {}
    for text in texts:
        # Columns may hold an equals sign, fields and orders do not.
        column, equals, meaning = text.rpartition("=")
        if not equals:
            raise click.BadParameter(
                f'"{text}" is not COLUMN={"FIELD" if option == "--map" else "ORDER"}.', param_hint=option
            )
        found[column] = meaning
    return found


def _check_target(rejects: Path | None) -> None:
    """Refuse a target that is there already, before anything is imported."""
    if rejects is not None and rejects.exists():
        raise click.BadParameter(
            f"There is a file {rejects.name} already. Please choose another name.", param_hint="--rejects"
        )


def _finish(desk: Desk, reports: Sequence[ImportReport], rejects: Path | None, *, as_json: bool) -> None:
    """Print what became of the rows and write the reject files; exit code 1 when a file was refused."""
    written = _write_rejects(desk, reports, rejects)
    if as_json:
        click.echo(json.dumps([report_as_json(report) for report in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            print_report(report)
        for path, count in written.items():
            click.echo(f"{counted(count, 'rejected row')} written to {path}.")
    if any(report.refused for report in reports):
        raise click.exceptions.Exit(1)


def _write_rejects(desk: Desk, reports: Sequence[ImportReport], rejects: Path | None) -> dict[Path, int]:
    """Write a file for each report with rejected rows: the second one gets the number 2 in its name."""
    if rejects is None:
        return {}
    written: dict[Path, int] = {}
    for report in reports:
        if report.counts.rejected:
            number = len(written) + 1
            path = rejects if number == 1 else rejects.with_stem(f"{rejects.stem}-{number}")
            written[path] = desk.imports.write_rejects(report, path)
    return written
