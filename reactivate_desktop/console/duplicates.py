"""`reactivate duplicates`, `merge` and `unmerge`: records that may be one person, compared and joined by a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import click

from reactivate_desktop.console.output import cell_text, json_option, print_one, print_rows, print_table, with_desk
from reactivate_desktop.domain.merges import DuplicatePair, MergePreview, PersonCard

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_CARD = (
    "id",
    "name",
    "date_of_birth",
    "phone",
    "phone_second",
    "email",
    "external_patient_id",
    "mrn",
    "last_visit_on",
    "visit_count",
)


@click.group()
def duplicates() -> None:
    """The review list of records that may be one person."""


@duplicates.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--look-for", "patient_id", type=click.UUID, help="Look for records like this patient's first.")
@json_option
@with_desk
def list_pairs(desk: Desk, limit: int, patient_id: UUID | None, as_json: bool) -> None:
    """List undecided pairs, both records side by side, the likest first."""
    pairs = desk.duplicates.look_for(patient_id) if patient_id else desk.duplicates.open(limit)
    if as_json:
        print_rows(pairs, [], as_json=True)
        return
    for pair in pairs:
        _print_pair(pair)
    if not pairs:
        click.echo("Nothing found.")


def _print_pair(pair: DuplicatePair) -> None:
    click.echo(f"{pair.id}  {pair.likeness}  {cell_text(pair.reason)}")
    _print_cards(("one", "other"), (pair.one, pair.other))
    click.echo("")


def _print_cards(titles: tuple[str, str], cards: tuple[PersonCard, PersonCard]) -> None:
    cells = [[name.replace("_", " "), *(cell_text(getattr(card, name)) for card in cards)] for name in _CARD]
    print_table(["", *titles], cells)


@duplicates.command()
@click.argument("pair_id", type=click.UUID)
@with_desk
def dismiss(desk: Desk, pair_id: UUID) -> None:
    """Say that a pair is two people; it leaves the list for good."""
    desk.duplicates.dismiss(pair_id)
    click.echo("The pair left the list: these are two people.")


@duplicates.command("merges")
@click.argument("patient_id", type=click.UUID)
@json_option
@with_desk
def list_merges(desk: Desk, patient_id: UUID, as_json: bool) -> None:
    """List the merges into and of a record, the newest first."""
    columns = ["id", "survivor_id", "merged_id", "created_at", "undone_at"]
    print_rows(desk.merges.of_patient(patient_id), columns, as_json=as_json)


@click.command()
@click.argument("survivor_id", metavar="SURVIVOR", type=click.UUID)
@click.argument("merged_id", metavar="MERGED", type=click.UUID)
@click.option("--preview", is_flag=True, help="Only say what would move and how the two differ.")
@click.option("--take", multiple=True, metavar="FIELD", help="What SURVIVOR takes from MERGED; may be repeated.")
@click.option("--born-apart", is_flag=True, help="Merge although they were born on different days.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@with_desk
def merge(
    desk: Desk,
    survivor_id: UUID,
    merged_id: UUID,
    preview: bool,
    take: Sequence[str],
    born_apart: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Merge the record MERGED into SURVIVOR and print the merge's id; `unmerge` takes it back."""
    seen = desk.merges.preview(survivor_id, merged_id)
    if preview and as_json:
        print_one(seen, as_json=True)
        return
    if preview or not yes:
        _print_preview(seen)
    if preview:
        return
    if not yes:
        click.confirm("Are these one person?", abort=True)
    versions = seen.survivor.version, seen.merged.version
    click.echo(desk.merges.merge(survivor_id, merged_id, versions, take, force=born_apart))


def _print_preview(seen: MergePreview) -> None:
    _print_cards(("SURVIVOR", "MERGED"), (seen.survivor, seen.merged))
    click.echo("")
    if seen.differences:
        cells = [[d.field, cell_text(d.survivor), cell_text(d.merged)] for d in seen.differences]
        print_table(["differs", "SURVIVOR", "MERGED"], cells)
        click.echo("")
    for title, rows in (("Moves", seen.moves), ("Stays with MERGED", seen.stays)):
        counted = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in rows.items())
        click.echo(f"{title}: {counted or 'nothing'}")
    for sentence in seen.warnings:
        click.echo(sentence)


@click.command()
@click.argument("merge_id", metavar="MERGE-ID", type=click.UUID)
@json_option
@with_desk
def unmerge(desk: Desk, merge_id: UUID, as_json: bool) -> None:
    """Take a merge back: exactly what it moved goes back."""
    print_one(desk.merges.unmerge(merge_id), as_json=as_json)
