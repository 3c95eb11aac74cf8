"""What the window asks of the desk before and while somebody comes in; all of it runs in workers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import ConnectionLost, ExpectedError, SignedOut
from reactivate_desktop.domain.people import SignedIn
from reactivate_desktop.domain.preferences import Preferences
from ui import formats, words
from ui.context import Clinic, Person
from ui.frame.people_tiles import Known

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk

_log = logging.getLogger("reactivate_desktop.window")


@dataclass(frozen=True)
class Signed:
    """Who has signed in, where, and how she likes her window."""

    person: Person
    clinic: Clinic
    clinic_id: UUID
    address: str
    preferences: Preferences

    @property
    def known(self) -> Known:
        """The person as the sign-in shows her."""
        letters = formats.initials(self.person.first_name, self.person.last_name)
        return Known(self.person.id, self.person.name, self.person.email, words.role(self.person.role), letters)


@dataclass(frozen=True)
class Opened:
    """What was found: who is still signed in, or who used this desk lately."""

    signed: Signed | None
    people: tuple[Known, ...]


@dataclass(frozen=True)
class Told:
    """A sign-in that was let in, or first needs a password of its own (`wants_new`)."""

    signed_in: SignedIn
    email: str

    @property
    def wants_new(self) -> bool:
        """Whether the first password must be changed."""
        return self.signed_in.must_change_password


def look_around(desk: Desk) -> Opened:
    """Return who is signed in at this desk, else who used it. Raises ConnectionLost, Invalid."""
    try:
        return Opened(read_signed(desk), ())
    except SignedOut:
        return Opened(None, people_of(desk))


def read_signed(desk: Desk) -> Signed:
    """Read who is signed in. Raises SignedOut."""
    me = desk.staff.me()
    clinic = desk.clinics.read()
    locations = desk.clinics.locations()
    here = next((row for row in locations if row.id == me.location_id), locations[0] if locations else None)
    return Signed(
        Person(me.id, me.first_name, me.last_name, me.email, me.role),
        Clinic(clinic.name, here.name if here else "", here.timezone if here else clinic.timezone),
        clinic.id,
        here.address if here else "",
        desk.preferences.read(),
    )


def people_of(desk: Desk) -> tuple[Known, ...]:
    """Return who used this desk lately, newest first."""
    return tuple(
        Known(kept.user_id, kept.name, kept.email, _role(kept.role), _letters(kept.name))
        for kept in desk.recent_people.read()
    )


def try_password(desk: Desk, email: str, password: str, clinic: UUID | None) -> Told:
    """Check an email and password. Raises NotAllowed, ChooseClinic, Invalid, ConnectionLost."""
    return Told(desk.sign_in.sign_in(email, password, clinic), email)


def come_in(desk: Desk, told: Told) -> Signed:
    """Use this sign-in from now on and return who it is."""
    _keep(desk, told.signed_in.token)
    signed = read_signed(desk)
    _note(desk, signed)
    return signed


def hand_over(desk: Desk, told: Told, *, held: bool) -> Signed:
    """Let the person who was here go (whom she held too, with `held`) and let the next one in."""
    try:
        if held:
            release_held(desk)
        desk.sign_in.sign_out(desk.begin)
    except ExpectedError as error:
        # She may have been signed out elsewhere; the next one comes in all the same.
        _log.info("the former sign-in was not ended: %s", type(error).__name__)
    return come_in(desk, told)


def release_held(desk: Desk) -> None:
    """Let go whom this desk holds. Raises ConnectionLost, SignedOut."""
    claim = desk.outreach.held()
    if claim is not None:
        desk.outreach.release(claim.patient.id)


def hold_here_only(desk: Desk) -> None:
    """Take this desk's sign-in out of the keyring, so that a new start of the program asks for the password.

    What runs goes on with it in memory.
    """
    from reactivate_desktop.config.secrets import SecretsUnavailable

    try:
        desk.hold_token()
    except (SignedOut, SecretsUnavailable) as error:
        _log.info("no kept sign-in was taken away: %s", type(error).__name__)


def open_demo_again(desk: Desk) -> Signed:
    """Go on in the demo clinic, whose password nobody knows."""
    desk.open_demo()
    return read_signed(desk)


def let_go(desk: Desk) -> None:
    """Let go whom this desk holds, as when the window closes; a lease that cannot be ended ends by itself."""
    try:
        release_held(desk)
    except (ConnectionLost, SignedOut) as error:
        _log.info("nobody was let go at the end: %s", type(error).__name__)


def _keep(desk: Desk, token: str) -> None:
    from reactivate_desktop.config.secrets import SecretsUnavailable

    try:
        desk.keep_token(token)
    except SecretsUnavailable as error:
        # It is in memory, which is enough until the program ends.
        _log.info("the sign-in is not kept on this PC: %s", type(error).__name__)


def _note(desk: Desk, signed: Signed) -> None:
    from reactivate_desktop.config.recent_people import RecentPerson

    person = signed.person
    try:
        desk.recent_people.note(RecentPerson(person.id, person.name, str(person.role), person.email))
    except OSError as error:
        _log.info("recent people were not kept: %s", type(error).__name__)


def _role(kept: str) -> str:
    return words.role(UserRole(kept)) if kept in list(UserRole) else ""


def _letters(name: str) -> str:
    parts = name.split()
    return formats.initials(parts[0], parts[-1] if len(parts) > 1 else "") if parts else ""
