"""How commands get a password: asked without echo, or read from standard input for scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])


def password_option(command: _Command) -> _Command:
    """Add --password-stdin to a command."""
    return click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")(
        command
    )


def read_password(from_stdin: bool, *, label: str = "Password", confirm: bool = False) -> str:
    """Return the password, asked at the terminal or read from standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(label, hide_input=True, confirmation_prompt=confirm, err=True))
