"""What the services that keep things on this PC share: expected errors, and values as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from reactivate_desktop.config.secrets import SecretsUnavailable
from reactivate_desktop.domain.errors import Invalid

_T = TypeVar("_T")


@contextmanager
def keeping(what: str) -> Iterator[None]:
    """Turn errors of disk and keyring into Invalid; `what` is the thing, such as "This outcome"."""
    try:
        yield
    except SecretsUnavailable as error:
        raise Invalid(f"{what} could not be kept on this computer. {error}") from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Invalid(
            f"{what} could not be kept on this computer ({why}). Please write it down on paper, and tell IT."
        ) from error


@contextmanager
def looking(what: str) -> Iterator[None]:
    """Turn errors of disk and keyring into Invalid where something kept is read or forgotten."""
    try:
        yield
    except SecretsUnavailable as error:
        raise Invalid(f"{what} cannot be read on this computer now. {error}") from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Invalid(f"{what} cannot be read on this computer ({why}). Please tell IT.") from error


def utc_now() -> datetime:
    """Return this PC's time: there is no other while the database is away."""
    return datetime.now(UTC)


def as_json(value: Any) -> bytes:
    """Return a frozen value as JSON, for `from_json`."""
    return msgspec.json.encode(value)


def from_json(content: bytes, kind: type[_T]) -> _T | None:
    """Return the value of `kind` that was written as JSON; None where another version of it wrote something else."""
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError:
        return None
