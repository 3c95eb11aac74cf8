"""The options of `reactivate score --evaluate`, and how its report is printed; only files need no sign-in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reactivate_desktop.console.output import desk as open_desk
from reactivate_desktop.console.output import sentences, show_step
from reactivate_desktop.domain.progress import Progress, Step

if TYPE_CHECKING:
    from reactivate_desktop.services.evaluation.ask import Shown

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path, dir_okay=False)

_OPTIONS = (
    click.option("--evaluate", is_flag=True, help="Measure the scores on outcomes that are known."),
    click.option("--dataset", type=click.Choice(["noshow", "cdnow", "hillstrom"]), help="The layout of a file."),
    click.option("--train", type=_FILE, help="CSV file (also .gz) to learn from."),
    click.option("--test", type=_FILE, help="CSV file to measure on; nothing of it is learned from."),
    click.option("--train-before", help="noshow: learn from appointments before this day, YYYY-MM-DD."),
    click.option("--test-from", help="noshow: measure on appointments from this day on."),
    click.option("--test-before", help="noshow: and before this day."),
    click.option("--train-as-of", help="cdnow: days to learn as of, joined by commas."),
    click.option("--test-as-of", help="cdnow: the day to measure as of."),
    click.option("--dormant", type=int, help="cdnow: measure on who has been away so many days (180)."),
    click.option("--horizon", type=int, help="cdnow: a return is a visit within so many days (90)."),
    click.option("--columns", help="cdnow: the file's headings of customer, date and value, joined by commas."),
)


def evaluation_options(command: _Command) -> _Command:
    """Add the options of an evaluation to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def evaluate(as_of: date | None, as_json: bool, options: dict[str, Any]) -> None:
    """Print the report of an evaluation; an expected error is a sentence and exit code 1.

    Without files: of the signed-in clinic's own outcomes.
    """
    given = [name for name, value in options.items() if value is not None]
    if not given:
        _print(_of_clinic(as_of), as_json)
        return
    if as_of:
        raise click.UsageError("With files, --evaluate has no use for --as-of.")
    if not options["dataset"] or not options["train"]:
        raise click.UsageError(
            "For files, --evaluate needs --dataset and --train. Without any of these it measures on the clinic's own "
            "outcomes."
        )
    # Late: statistics are for whoever asks for them.
    from reactivate_desktop.services.evaluation.ask import Asked
    from reactivate_desktop.services.evaluation.ask import evaluate as evaluated

    with sentences():
        report = evaluated(Asked(**options))
    _print(report, as_json)


def _of_clinic(as_of: date | None) -> Shown:
    with open_desk() as desk:
        report = desk.own_evaluation.evaluate(as_of, Progress(show_step))
        show_step(Step())
        return report


def _print(report: Shown, as_json: bool) -> None:
    click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1) if as_json else report.as_text())
