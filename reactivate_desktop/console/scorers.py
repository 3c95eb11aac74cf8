"""`reactivate scorers`: learn from the clinic's own outcomes, see and check what was learned, choose what scores."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from reactivate_desktop.console.output import json_option, print_one, print_rows, show_step, with_desk
from reactivate_desktop.domain.enums import ScorerKind
from reactivate_desktop.domain.progress import Progress, Step

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_kind = click.argument("kind", type=click.Choice([str(kind) for kind in ScorerKind], case_sensitive=False))


@click.group()
def scorers() -> None:
    """Learned scorers of the signed-in clinic: list; check (STAFF); learn, use, back (ADMIN)."""


@scorers.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Learn only from what was known by this day.")
@json_option
@with_desk
def learn(desk: Desk, as_of: datetime | None, as_json: bool) -> None:
    """Learn who comes back and who misses appointments; a worse result is kept and does not score."""
    found = desk.learning.learn(as_of.date() if as_of else None, Progress(show_step))
    show_step(Step())
    if as_json:
        print_rows(found, list(type(found[0]).__dataclass_fields__), as_json=True)
        return
    for each in found:
        click.echo(
            f"{each.scorer}: {each.rows:,} outcomes, {each.positives:,} of them yes ({each.stage}). {each.sentence}"
        )
    click.echo("Scores change with the next run: reactivate score.")


@scorers.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Check as of this day; default: the clinic's today.")
@json_option
@with_desk
def check(desk: Desk, as_of: datetime | None, as_json: bool) -> None:
    """Check the scorers in use on outcomes they have not seen; each week's scoring run does it by itself (STAFF)."""
    found = desk.score_checks.check(as_of.date() if as_of else None, Progress(show_step))
    show_step(Step())
    if as_json:
        print_rows(found, [], as_json=True)
        return
    if not found:
        click.echo("Nothing learned scores yet, so there is nothing to check: reactivate scorers learn.")
    for each in found:
        click.echo(f"{each.scorer}: {each.sentence}" + ("" if each.new else " (Checked before on that day.)"))


@scorers.command("list")
@_kind
@json_option
@with_desk
def list_scorers(desk: Desk, kind: str, as_json: bool) -> None:
    """List what was learned, the newest first; without an active one the starting estimate scores."""
    rows = desk.learning.scorers(ScorerKind(kind.upper()))
    print_rows(rows, ["id", "name", "stage", "data_as_of", "active", "metrics"], as_json=as_json)


@scorers.command("show")
@_kind
@click.argument("scorer_id", type=click.UUID, required=False)
@with_desk
def show_scorer(desk: Desk, kind: str, scorer_id: UUID | None) -> None:
    """Print one as JSON, whole: what it weighs, what it saw, how good it was; default: the active one."""
    print_one(desk.learning.one(ScorerKind(kind.upper()), scorer_id), as_json=True)


@scorers.command()
@_kind
@click.argument("scorer_id", type=click.UUID, required=False)
@with_desk
def use(desk: Desk, kind: str, scorer_id: UUID | None) -> None:
    """Let one that is listed score from now on; without an id: the starting estimate."""
    desk.learning.use(ScorerKind(kind.upper()), scorer_id)
    click.echo("It scores from the next run on: reactivate score.")


@scorers.command()
@_kind
@with_desk
def back(desk: Desk, kind: str) -> None:
    """Go back to the one before in one step."""
    former = desk.learning.roll_back(ScorerKind(kind.upper()))
    click.echo(f"{former.name if former else 'The starting estimate'} scores from the next run on: reactivate score.")
