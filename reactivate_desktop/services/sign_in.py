"""Signing in and out, and changing one's own password."""

from __future__ import annotations

from uuid import UUID

from reactivate_desktop import __version__
from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Invalid, NotAllowed
from reactivate_desktop.domain.people import ChooseClinic, ClinicChoice, SignedIn, check_email, check_password
from reactivate_desktop.services.passwords import derive_key
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.queries import organization, sign_in
from reactivate_desktop.storage.unit_of_work import Begin, begin

_REFUSED = "This email and password do not match. Please check both and try again."
_LOCKED = (
    "Too many wrong passwords: this address is locked for 15 minutes. An ADMIN of your clinic can unlock it now, "
    "or IT: reactivate staff unlock --email ..."
)


class SignIn:
    """Sign-in of a desk; `workstation` is the name of this PC in the audit trail."""

    def __init__(self, database: Database, workstation: str) -> None:
        self._database = database
        self._workstation = workstation

    def sign_in(self, email: str, password: str, clinic: UUID | None = None) -> SignedIn:
        """Return the sign-in for `email` and `password`.

        Raises NotAllowed for a wrong pair, a lock or a wait, ChooseClinic when several clinics match, Invalid
        for what cannot be an address, ConnectionLost.
        """
        attempt = self._try(check_email(email), password)
        return self._take(attempt, clinic)

    def choose(self, choice: ChooseClinic, clinic: UUID) -> SignedIn:
        """Go on with a sign-in that asked for the clinic. Raises NotAllowed when it waited too long."""
        return self._take(choice.attempt, clinic)

    def change_password(self, token: str, email: str, old: str, new: str) -> None:
        """Change the own password of the holder of `token` and end her other sign-ins.

        The old password is shown by a try like any other, so that guesses here are counted too. Raises
        NotAllowed when it is wrong, Invalid when the new one is too short or the same.
        """
        check_password(new)
        if new == old:
            raise Invalid("The new password is the old one. Please choose another.")
        attempt = self._try(check_email(email), old)
        derived = self._derive(email.strip(), new)
        _check(sign_in.change_password(self._database, token, attempt, derived), None)

    def sign_out(self, begin: Begin) -> None:
        """End this sign-in; the token is worthless afterwards."""
        with begin() as tx:
            tx.audit("SIGN_OUT", "clinic_user", tx.user_id)
            organization.call(tx, "sign_out")

    def _take(self, attempt: UUID, clinic: UUID | None) -> SignedIn:
        answer = sign_in.sign_in_take(self._database, attempt, clinic, self._workstation)
        if answer.status == "CHOOSE":
            raise ChooseClinic(tuple(ClinicChoice(UUID(c["id"]), c["name"]) for c in answer.clinics), attempt)
        _check(answer.status, answer.wait_seconds)
        if not answer.must_change_password:
            with begin(self._database, answer.token, self._workstation) as tx:
                organization.call(tx, "note_workstation", desk=self._workstation[:200], client=__version__)
        return SignedIn(
            token=answer.token,
            clinic_id=answer.clinic_id,
            user_id=answer.user_id,
            role=UserRole(answer.role),
            expires_at=answer.expires_at,
            must_change_password=answer.must_change_password,
        )

    def _try(self, email: str, password: str) -> UUID:
        return sign_in.sign_in_try(self._database, email, self._derive(email, password))

    def _derive(self, email: str, password: str) -> bytes:
        salt = sign_in.kdf_salt(self._database, email)
        return derive_key(password, salt.salt, salt.n, salt.r, salt.p)


def _check(status: str, wait_seconds: int | None) -> None:
    if status == "LOCKED":
        raise NotAllowed(_LOCKED)
    if status == "WAIT":
        raise NotAllowed(f"Please wait {wait_seconds or 2} seconds before the next try.")
    if status != "OK":
        raise NotAllowed(_REFUSED)
