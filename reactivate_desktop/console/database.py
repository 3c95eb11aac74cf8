"""`reactivate db`: migrate, seed, reset, status, url, browse."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from reactivate_desktop.console.output import cell_text, json_option, plain, print_one, print_table, say, with_desk

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk
    from reactivate_desktop.storage.place import Role


@click.group()
def db() -> None:
    """The database: migrate, seed, reset, status, url, browse."""


@db.command()
@click.option("--single-role", is_flag=True, help="One login for everything (it then reads every clinic).")
@click.option("--new-passwords", is_flag=True, help="Give the shared logins new passwords.")
@with_desk
def migrate(desk: Desk, single_role: bool, new_passwords: bool) -> None:
    """Bring the database to the newest schema. Running it again changes nothing."""
    done = desk.database_care.migrate(single_role=single_role, new_passwords=new_passwords, say=say)
    if done.before == done.after:
        click.echo(f"The database is up to date (schema {done.after}).")
    else:
        click.echo(f"The database was brought from {done.before or 'empty'} to schema {done.after}.")
    for sentence in done.warnings:
        click.echo(f"Warning: {sentence}", err=True)
    for login in done.kept_logins:
        click.echo(f"The password of {login} was left to the database administrator.", err=True)


@db.command()
@with_desk
def seed(desk: Desk) -> None:
    """Write the schema's seed data (Downtown Medical Center; not in an installed program)."""
    today = datetime.now(ZoneInfo("America/New_York")).date()
    if desk.administration.seed(today):
        click.echo("Seeded: Downtown Medical Center with Alice, Bob and Carol.")
        click.echo("Sign in with: reactivate sign-in --email admin@downtownmedical.com   (password123)")
    else:
        click.echo("The seed data is there already; nothing was changed.")


@db.command()
@with_desk
def reset(desk: Desk) -> None:
    """Delete all data and make the tables anew. Asks for the database's name."""
    name = desk.database_care.name()
    typed = click.prompt(f'This deletes everything. Type the database name "{name}" to go on', err=True)
    desk.database_care.reset(str(typed))
    click.echo("Everything was deleted and the tables made anew.")


@db.command()
@json_option
@with_desk
def status(desk: Desk, as_json: bool) -> None:
    """Say where the database is and whether it is up to date."""
    print_one(desk.database_care.status(), as_json=as_json)


@db.command()
@click.option("--role", type=click.Choice(["app", "worker", "admin"]), default="app", show_default=True)
@click.option("--with-password", is_flag=True, help="Include the password.")
@with_desk
def url(desk: Desk, role: Role, with_password: bool) -> None:
    """Print the DSN of a login, for a site file or another tool."""
    click.echo(desk.database_care.url(role, with_password=with_password))


@db.command()
@click.argument("table", required=False)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@json_option
@with_desk
def browse(desk: Desk, table: str | None, limit: int, as_json: bool) -> None:
    """Show the newest rows of TABLE as you may see them (read-only, audited); without TABLE, the tables."""
    if table is None:
        click.echo("\n".join(desk.database_care.tables()))
        return
    columns, rows = desk.database_care.browse(desk.begin, table, limit)
    if as_json:
        click.echo(
            json.dumps([dict(zip(columns, plain(row), strict=True)) for row in rows], ensure_ascii=False, indent=1)
        )
        return
    print_table(columns, [[cell_text(c)[:40] for c in row] for row in rows])
