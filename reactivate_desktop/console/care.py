"""`reactivate audit`, `jobs`, `watch` and `doctor`."""

from __future__ import annotations

import contextlib
import queue
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from reactivate_desktop.console.output import json_option, print_one, print_rows, say, with_desk
from reactivate_desktop.domain.changes import Change, Notice
from reactivate_desktop.domain.errors import SignedOut
from reactivate_desktop.domain.health import Verdict
from reactivate_desktop.domain.jobs import VERIFY_AUDIT, NewJob

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


@click.group()
def audit() -> None:
    """The audit trail (ADMIN)."""


@audit.command("list")
@click.option("--resource-id", help="Only rows about this id: who looked at this patient?")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def list_audit(desk: Desk, resource_id: str | None, limit: int, as_json: bool) -> None:
    """List the newest rows of the audit trail."""
    columns = ["created_at", "action", "resource_type", "resource_id", "user_id", "workstation"]
    print_rows(desk.audit.page(resource_id, limit=limit), columns, as_json=as_json)


@audit.command()
@json_option
@with_desk
def verify(desk: Desk, as_json: bool) -> None:
    """Check the audit trail against its seals; exit code 1 when something does not fit."""
    check = desk.audit.verify()
    if as_json:
        print_one(check, as_json=True)
    elif check.faults:
        print_rows(check.faults, ["seal_no", "fault"], as_json=False)
    else:
        click.echo(f"The audit trail fits its seals: {check.sealed} rows sealed, {check.unsealed} not sealed yet.")
    if check.faults:
        raise click.exceptions.Exit(1)


@click.group()
def jobs() -> None:
    """Long work of the signed-in clinic."""


@jobs.command("list")
@json_option
@with_desk
def list_jobs(desk: Desk, as_json: bool) -> None:
    """List the newest jobs."""
    print_rows(desk.jobs.list(), ["id", "kind", "job_state", "attempt", "created_at", "error"], as_json=as_json)


@jobs.command("verify-audit")
@with_desk
def ask_verify(desk: Desk) -> None:
    """Ask for a check of the whole audit trail in the background."""
    click.echo(desk.jobs.ask(NewJob(VERIFY_AUDIT, dedupe_key="all")))


@jobs.command()
@click.argument("job_id", type=click.UUID)
@with_desk
def cancel(desk: Desk, job_id: UUID) -> None:
    """Ask a job to stop."""
    desk.jobs.cancel(job_id)
    click.echo("Asked to stop.")


@jobs.command()
@with_desk
def run(desk: Desk) -> None:
    """Run the waiting jobs of this clinic on this PC, one after the other."""
    runner, count = desk.runner(), 0
    while runner.run_next():
        count += 1
    click.echo(f"{count} {'job' if count == 1 else 'jobs'} run.")


@click.command()
@with_desk
def watch(desk: Desk) -> None:
    """Print what changes in this clinic until Ctrl+C; meanwhile this PC tells changes and seals the audit trail."""
    # The listening thread only collects: what printing can meet (a closed pipe) belongs to this one.
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def heard(notices: list[Notice]) -> None:
        for notice in notices:
            lines.put(_words(notice))

    live = desk.live(heard, lambda stands: lines.put("live" if stands else "not live"))
    # Says at once, and in its own words, when this sign-in may not listen.
    with desk.begin():
        say("Watching. Ctrl+C ends it.")
    try:
        live.start()
        while live.running or not lines.empty():
            with contextlib.suppress(queue.Empty):
                line = lines.get(timeout=0.25)
                click.echo(f"{datetime.now().astimezone():%H:%M:%S} {line}")
    except KeyboardInterrupt:
        say("Ended.")
    finally:
        live.stop()
    if live.signed_out:
        raise SignedOut("This sign-in has ended. Please sign in again: reactivate sign-in --email you@clinic.com.")


def _words(notice: Notice) -> str:
    if notice.change is Change.EVERYTHING:
        return "EVERYTHING may have changed"
    return f"{notice.change} {len(notice.ids)} changed" if notice.ids else f"{notice.change} changed"


@click.command()
@json_option
@with_desk
def doctor(desk: Desk, as_json: bool) -> None:
    """Check this PC and its database; the report holds no patient data. Exit code 1 for a fault."""
    try:
        token = desk.token()
    except SignedOut:
        token = None
    findings = desk.health.look(token)
    print_rows(findings, ["subject", "verdict", "sentence"], as_json=as_json)
    if any(finding.verdict is Verdict.FAULT for finding in findings):
        raise click.exceptions.Exit(1)
