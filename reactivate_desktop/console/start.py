"""`reactivate demo` and `reactivate start`: a clinic to try things on, made and opened in one go."""

from __future__ import annotations

import secrets as random
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from reactivate_desktop.console.output import say, with_desk
from reactivate_desktop.console.passwords import password_option, read_password
from reactivate_desktop.console.queue import print_queue

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk
    from reactivate_desktop.services.demo import DemoMade

_FIRST_ROWS = 8


@click.command()
@click.option("--patients", default=2_000, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The clinic's today; default: today.")
@password_option
@with_desk
def demo(desk: Desk, patients: int, seed: int, today: datetime | None, password_stdin: bool) -> None:
    """Make a synthetic clinic to try things on; equal arguments make equal rows, ids included.

    Its staff get the password that you give with --password-stdin, else a random one that is printed.
    """
    password = read_password(True) if password_stdin else random.token_urlsafe(12)
    made = _make(desk, patients, seed, today.date() if today else desk.demo.today(), password)
    click.echo(f"Made {made.name} ({made.clinic_id}) with {made.rows['patient']:,} patients.")
    if not password_stdin:
        click.echo(f"Password of {', '.join(made.emails)}: {password}")
    click.echo(f"Sign in with: reactivate sign-in --email {made.emails[0]}")


def _make(desk: Desk, patients: int, seed: int, today: date, password: str) -> DemoMade:
    desk.database_care.migrate(say=say)
    return desk.demo.make(patients, seed, today, password, say)


@click.command(hidden=True)
@with_desk
def start(desk: Desk) -> None:
    """Open this PC's demo clinic without the window; makes it at the first start (python3 build run --headless)."""
    report = desk.open_demo(say)
    click.echo(
        f"Scored {report.patients:,} patients in {report.seconds:.1f} s ({report.stage}): {report.eligible:,} may be "
        f"contacted, {report.standings_moved:,} moved."
    )
    click.echo(f"\n{desk.clinics.read().name}: whom to contact next, and why")
    print_queue(desk, desk.queue.page(limit=_FIRST_ROWS))
