"""`reactivate sign-in`, `sign-out`, `password`, `whoami`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reactivate_desktop.console.output import say, with_desk
from reactivate_desktop.console.passwords import password_option, read_password
from reactivate_desktop.domain.errors import NotFound, SignedOut
from reactivate_desktop.domain.people import ChooseClinic, SignedIn

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


@click.command("sign-in")
@click.option("--email", required=True)
@click.option("--clinic", help="Name or id, where you work for several clinics.")
@click.option("--print-token", is_flag=True, help="Print the token for REACTIVATE_TOKEN instead of keeping it.")
@password_option
@with_desk
def sign_in(desk: Desk, email: str, clinic: str | None, print_token: bool, password_stdin: bool) -> None:
    """Sign in; the following commands are yours until you sign out."""
    password = read_password(password_stdin)
    signed_in = _sign_in(desk, email, password, clinic)
    if print_token:
        click.echo(signed_in.token)
    else:
        desk.keep_token(signed_in.token)
        click.echo(f"Signed in as {email} ({signed_in.role}) until {signed_in.expires_at.astimezone():%H:%M}.")
        if desk.secrets.kind == "file":
            say("This computer has no keyring: the token is in an owner-only file.")
    if signed_in.must_change_password:
        click.echo(
            f"Nothing else opens before you change your first password: reactivate password --email {email}", err=True
        )


def _sign_in(desk: Desk, email: str, password: str, clinic: str | None) -> SignedIn:
    try:
        return desk.sign_in.sign_in(email, password)
    except ChooseClinic as choice:
        if clinic is None:
            raise
        found = [c.id for c in choice.clinics if clinic.casefold() in (c.name.casefold(), str(c.id))]
        if len(found) != 1:
            raise NotFound(f'"{clinic}" is not one of your clinics. {choice}') from choice
        return desk.sign_in.choose(choice, found[0])


@click.command("sign-out")
@with_desk
def sign_out(desk: Desk) -> None:
    """End this sign-in."""
    token = desk.token()
    try:
        desk.sign_in.sign_out(desk.begin)
    except SignedOut:
        # It had ended already (expired, disabled): what is left is to forget it here.
        desk.forget_token(token)
        raise
    desk.forget_token(token)
    click.echo("Signed out.")


@click.command("password")
@click.option("--email", required=True, help="Your own address.")
@click.option("--password-stdin", is_flag=True, help="Read the old and the new password from standard input.")
@with_desk
def password(desk: Desk, email: str, password_stdin: bool) -> None:
    """Change your own password; your other sign-ins end."""
    old = read_password(password_stdin, label="Old password")
    new = read_password(password_stdin, label="New password", confirm=True)
    desk.sign_in.change_password(desk.token(), email, old, new)
    click.echo("Your password was changed.")


@click.command()
@with_desk
def whoami(desk: Desk) -> None:
    """Say who is signed in, and in which clinic."""
    with desk.begin() as tx:
        role, user = tx.role, tx.user_id
    person = next(row for row in desk.staff.list() if row.id == user)
    click.echo(f"{person.first_name} {person.last_name} <{person.email}>, {role}, {desk.clinics.read().name}")
