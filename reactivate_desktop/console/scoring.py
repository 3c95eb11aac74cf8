"""`reactivate score` and `reactivate why`: bring the queue up to date, and say why a patient is in it or not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from reactivate_desktop.console.evaluation import evaluate as evaluation
from reactivate_desktop.console.evaluation import evaluation_options
from reactivate_desktop.console.output import desk as open_desk
from reactivate_desktop.console.output import json_option, plain, print_one, print_table, show_step, with_desk
from reactivate_desktop.domain.progress import Progress, Step
from reactivate_desktop.domain.scores import EXCLUSION_WORDS, Factor, ScoreReport, WhyRow

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_as_of = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="A day of the clinic's calendar, YYYY-MM-DD; default: today."
)


@click.command()
@_as_of
@evaluation_options
@json_option
def score(as_of: datetime | None, evaluate: bool, as_json: bool, **options: Any) -> None:
    """Score every patient and bring segments, the queue and churn risk up to date.

    With --evaluate nothing is changed: it measures both scores on the clinic's own newest outcomes, overall and by
    age band, language and location (ADMIN). With --dataset and --train: on a file; that needs no database and no
    sign-in.
    """
    if evaluate:
        evaluation(as_of.date() if as_of else None, as_json, options)
        return
    if strange := [name for name, value in options.items() if value is not None]:
        raise click.UsageError(f"--{strange[0].replace('_', '-')} belongs to --evaluate.")
    with open_desk() as desk:
        _score(desk, as_of, as_json)


def _score(desk: Desk, as_of: datetime | None, as_json: bool) -> None:
    report = desk.scoring.run(as_of.date() if as_of else None, Progress(show_step))
    show_step(Step())
    if as_json:
        print_one(report, as_json=True)
    else:
        _print_report(report)


@click.command()
@click.argument("patient_id", type=click.UUID)
@_as_of
@json_option
@with_desk
def why(desk: Desk, patient_id: UUID, as_of: datetime | None, as_json: bool) -> None:
    """Say why a patient is in the queue or not, and what the score is made of; the look is audited."""
    row = desk.scoring.why(patient_id, as_of.date() if as_of else None)
    if as_json:
        print_one(row, as_json=True)
    else:
        _print_why(row)


def _print_report(report: ScoreReport) -> None:
    click.echo(f"Scored {report.patients:,} patients as of {report.as_of} ({report.stage}).\n")
    _print_counts("segment", {str(word): count for word, count in report.segments.items()})
    _print_counts("priority", {str(word): count for word, count in report.tiers.items()})
    left_out = [(f"{count:,}", EXCLUSION_WORDS[rule]) for rule, count in report.excluded.items() if count]
    if left_out:
        click.echo("Not in the queue:")
        print_table(["patients", "why"], left_out)
        click.echo()
    click.echo(
        f"{report.eligible:,} patients may be contacted. Rewrote {report.standings_moved:,} standings and "
        f"{report.segments_moved:,} segments, kept {report.predictions:,} predictions, in {report.seconds:.1f} s. "
        f"{report.risks:,} no-show risks moved."
    )
    if report.touched:
        click.echo(f"{report.touched:,} of them were changed at a desk meanwhile and scored again.")
    for sentence in report.checks:
        click.echo(sentence)


def _print_counts(title: str, counts: Mapping[str, int]) -> None:
    print_table([title, "patients"], [(word, f"{count:,}") for word, count in counts.items()])
    click.echo()


def _print_why(row: WhyRow) -> None:
    click.echo(f"{plain(row.name)}, {row.segment}, as of {row.as_of}\n{row.sentence}\n")
    width = max(len(check.exclusion) for check in row.rules)
    for check in row.rules:
        click.echo(f"{'✓' if check.passed else '✗'} {check.exclusion.ljust(width)}  {check.value}")
    if row.score is None or row.base is None:
        click.echo("\nNo score: there is no visit to come back from.")
        return
    logit = math.fsum([row.base, *(factor.points for factor in row.factors)])
    click.echo(f"\nScore {row.score:.3f} ({row.stage}), the chance of a visit within 90 days, from log-odds of")
    click.echo(_line(row.base, "where everybody starts"))
    for factor in row.factors:
        click.echo(_line(factor.points, _text(factor)))
    click.echo(_line(logit, "together"))


def _line(points: float, words: str) -> str:
    return f"{points:+8.3f}  {words}"


def _text(factor: Factor) -> str:
    return "".join(c if c.isprintable() else "�" for c in factor.text)
