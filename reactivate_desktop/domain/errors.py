"""The seven errors a user can meet in normal work; each message is a sentence that says what to do."""

from __future__ import annotations


class ExpectedError(Exception):
    """Base of the errors that are shown as a sentence and are not bugs."""


class SignedOut(ExpectedError):
    """Nobody is signed in, or the sign-in has ended (expired, revoked, disabled)."""


class NotAllowed(ExpectedError):
    """The signed-in role may not do this."""


class Conflict(ExpectedError):
    """Someone else changed or holds the same thing, or it already exists."""


class NotFound(ExpectedError):
    """The named thing is not in this clinic."""


class Invalid(ExpectedError):
    """The input cannot be used as it is; the message says which part and what is expected."""


class NeedsUpdate(Invalid):
    """The database needs a newer program than this one."""


class NoTablesYet(Invalid):
    """The database is empty: nobody has made the clinic's tables in it."""


class ConnectionLost(ExpectedError):
    """The database cannot be used right now; nothing was written unless the message says it may have been."""


class ProviderRefused(ExpectedError):
    """An outside service answered that it will not do this."""
