"""Driver errors as expected errors: the one place that knows SQLSTATE codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from reactivate_desktop.domain.errors import (
    Conflict,
    ConnectionLost,
    ExpectedError,
    Invalid,
    NotAllowed,
    NotFound,
    SignedOut,
)

_UNIQUE_SENTENCES = {
    "uq_clinic_user_clinic_id_email": "A member of staff with this email is already in the clinic.",
    "uq_patient_external": "Another patient of this source already has this external id.",
    "uq_visit_external": "This visit is already recorded under the same external id.",
    "uq_appointment_external": "This appointment is already recorded under the same external id.",
    "uq_job_open": "The same job is already waiting or running.",
}
_CHECK_SENTENCES = {
    "clinic_keeps_an_admin": "The clinic would be left without an ADMIN. Please make somebody else ADMIN first.",
    "ck_patient_name_length": "A patient needs a first or last name (at most 400 letters together).",
    "ck_patient_date_of_birth": "The date of birth lies before 1850. Please check the year.",
    "ck_patient_phone_length": "The phone number is longer than 40 characters.",
    "ck_patient_email_length": "The email address must have 3 to 320 characters.",
    "ck_visit_visit_date": "The visit date lies before 1900. Please check the year.",
}
_VALUE_SENTENCES = {
    "22001": "A text is longer than what fits there. Please shorten it.",
    "22003": "A number is too large or too small. Please check it.",
    "22007": "A date or time cannot be read. Please write it as year-month-day, such as 2026-01-31.",
    "22008": "A date or time does not exist in the calendar. Please check it.",
    "22021": "A text has characters that are no valid text. Please type it anew.",
    "22P02": "Something that must be a number, a date or an id is none. Please check what you entered.",
    "22P05": "A text has characters that the database cannot store. Please type it anew.",
}


class Unreachable(psycopg.OperationalError):
    """A connection that did not come about, as a sentence that names the database."""

    def __init__(self, error: psycopg.OperationalError, where: str, user: str) -> None:
        super().__init__(_no_connection(error, where, user))


@contextmanager
def translated() -> Iterator[None]:
    """Turn driver errors inside the block into expected errors; bugs pass unchanged."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        cause = error.orig
        found = expected(cause) if isinstance(cause, psycopg.Error) else None
        if found is None:
            raise
        raise found from error
    except psycopg.Error as error:
        found = expected(error)
        if found is None:
            raise
        raise found from error
    except sa.exc.TimeoutError as error:
        raise ConnectionLost("All connections to the database are busy. Please try again in a moment.") from error


def expected(error: psycopg.Error) -> ExpectedError | None:
    """Return the expected error for a driver error, None when it is a bug of ours."""
    if isinstance(error, Unreachable):
        return ConnectionLost(str(error))
    state = error.sqlstate or ""
    constraint = error.diag.constraint_name or ""
    if state == "28000" and "password must be changed" in str(error):
        return NotAllowed("Please change your first password before anything else: reactivate password --email ...")
    if state in ("28000", "28P01") and "signed out" not in str(error):
        return ConnectionLost("The database refused this program's login. Please ask IT to check its password.")
    if state == "28000":
        return SignedOut("Please sign in again: this sign-in has ended.")
    if state == "42501":
        return NotAllowed(_role_sentence(error))
    if state == "23505":
        return Conflict(_UNIQUE_SENTENCES.get(constraint, "This already exists in the clinic."))
    if state == "23503":
        return NotFound("Something this refers to is not in this clinic (any more). Please look again and retry.")
    if state in ("23514", "23502", "22001", "22P02", "22003", "22007", "22008", "22021", "22P05", "22023"):
        return Invalid(_CHECK_SENTENCES.get(constraint) or _value_sentence(error, state))
    if state == "P0002":
        return NotFound("This is not in the clinic (any more).")
    if state in ("40001", "40P01", "55P03"):
        return Conflict("Somebody else is changing the same rows right now. Please try again.")
    if not state and isinstance(error, psycopg.DataError):
        return Invalid("A value cannot be stored as it is (a NUL character, or a number too large). Please check it.")
    return _outage(error, state)


def _role_sentence(error: psycopg.Error) -> str:
    """Some of our functions say which role they need; the policies only that this one may not."""
    _, needs, role = (error.diag.message_primary or "").partition("needs ")
    return f"This needs the role {role}. Ask an ADMIN of your clinic." if needs else "Your role does not allow this."


def _outage(error: psycopg.Error, state: str) -> ConnectionLost | None:
    if state.startswith("53"):
        reason = "its disk is full" if state == "53100" else "it is out of room for this"
        return ConnectionLost(f"The database could not save: {reason}. Nothing was changed. Please tell IT.")
    if state in ("25P03", "25P04"):
        return ConnectionLost("This was left open too long, so the database ended it. Nothing was changed.")
    if state == "25006":
        return ConnectionLost(
            "The database only reads at the moment (a standby server?). Nothing was changed. Please ask IT to name "
            "the main server in DATABASE_URL."
        )
    if state == "57014":
        return ConnectionLost("The database took too long to answer, so this was stopped. Nothing was changed.")
    if state.startswith(("3D", "28")):
        return ConnectionLost("The database refused the connection. Please ask IT to check DATABASE_URL.")
    if state.startswith(("08", "57P")) or (not state and isinstance(error, psycopg.OperationalError)):
        return ConnectionLost("The database cannot be reached. Nothing was changed; please try again in a moment.")
    return None


# What a refused connection says: the driver has no SQLSTATE for it.
_REFUSED_LOGIN = ("password authentication failed", "no password supplied", "not permitted to log in")
_REFUSED = ("does not exist", "no pg_hba.conf entry", "permission denied for database")
_FULL = ("too many clients", "too many connections", "remaining connection slots")


def _no_connection(error: psycopg.OperationalError, where: str, user: str) -> str:
    said = str(error)
    if any(words in said for words in _REFUSED_LOGIN):
        return f"The database at {where} refused the login {user}. Please ask IT to check its password."
    if any(words in said for words in _REFUSED):
        return f"The database at {where} refused the connection of {user}. Please ask IT to check DATABASE_URL."
    if any(words in said for words in _FULL):
        return f"The database at {where} has no connection free. Please try again in a moment, and tell IT."
    return (
        f"The database at {where} cannot be reached. Please try again in a moment; if it stays away, ask IT to look "
        "at the server and at DATABASE_URL."
    )


def _value_sentence(error: psycopg.Error, state: str) -> str:
    column, rule = error.diag.column_name, error.diag.constraint_name
    if state == "23502" and column:
        return f"{column} must not be empty. Please fill it in."
    if rule:
        return f"The database refused a value of {error.diag.table_name or 'a row'} (rule {rule}). Please check it."
    return _VALUE_SENTENCES.get(state, "A value is outside what is allowed there. Please check what you entered.")
