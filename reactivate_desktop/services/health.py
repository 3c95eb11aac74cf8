"""What `doctor` looks at on this PC and its database; the report holds no patient data."""

from __future__ import annotations

from reactivate_desktop import __version__
from reactivate_desktop.config.secrets import SecretStore
from reactivate_desktop.config.settings import Settings
from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.health import Finding, Verdict
from reactivate_desktop.services.fit import check_fit
from reactivate_desktop.storage import inspection
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.driver_errors import translated
from reactivate_desktop.storage.place import Place
from reactivate_desktop.storage.unit_of_work import begin


class Health:
    """The findings of `doctor`, in order."""

    def __init__(self, settings: Settings, secrets: SecretStore, place: Place) -> None:
        self._settings = settings
        self._secrets = secrets
        self._place = place

    def look(self, token: str | None) -> list[Finding]:
        """Return every finding; what cannot be looked at is a finding too, never an error."""
        return [self._program(), self._keyring(), self._site(), *self._database(token)]

    def _program(self) -> Finding:
        return Finding("Program", Verdict.OK, f"ReactivateAI Desktop {__version__} on {self._settings.workstation}.")

    def _keyring(self) -> Finding:
        if self._secrets.kind == "keyring":
            return Finding("Secrets", Verdict.OK, "Passwords and tokens are in this computer's keyring.")
        return Finding(
            "Secrets",
            Verdict.WARNING,
            f"This computer has no usable keyring: passwords and tokens are in owner-only files below "
            f"{self._settings.home}. Whoever can read this account's files can read them.",
        )

    def _site(self) -> Finding:
        if self._settings.site_file is None:
            return Finding("Site", Verdict.OK, "No site file: this PC is set up by itself.")
        return Finding("Site", Verdict.OK, f"Set up by {self._settings.site_file}.")

    def _database(self, token: str | None) -> list[Finding]:
        try:
            login = self._place.login("app")
            database = Database(login, listen_dsn=self._place.listen_login(login), pool_size=1)
        except ExpectedError as error:
            return [Finding("Database", Verdict.FAULT, str(error))]
        try:
            return [
                self._server(),
                *inspection.look(database),
                *self._live(database),
                self._fit(database),
                self._person(database, token),
            ]
        except ExpectedError as error:
            return [Finding("Database", Verdict.FAULT, str(error))]
        finally:
            database.close()

    def _server(self) -> Finding:
        server = self._place.server
        if server is None:
            return Finding("Database", Verdict.OK, "A shared Postgres server.")
        return Finding(
            "Database", Verdict.OK, f"This PC's own Postgres {server.version()}; its log: {server.log_file}."
        )

    @staticmethod
    def _live(database: Database) -> list[Finding]:
        if not database.dsn.pooled:
            return []
        try:
            with translated(), database.connect(autocommit=True, direct=True):
                return [Finding("Live changes", Verdict.OK, "Live changes are heard from the server itself.")]
        except ExpectedError as error:
            return [Finding("Live changes", Verdict.WARNING, str(error))]

    @staticmethod
    def _fit(database: Database) -> Finding:
        try:
            check_fit(database)
        except ExpectedError as error:
            return Finding("Version", Verdict.FAULT, str(error))
        return Finding("Version", Verdict.OK, "This program fits the database.")

    @staticmethod
    def _person(database: Database, token: str | None) -> Finding:
        if token is None:
            return Finding("Sign-in", Verdict.WARNING, "Nobody is signed in for console commands.")
        try:
            with begin(database, token) as tx:
                return Finding("Sign-in", Verdict.OK, f"Signed in as {tx.role}.")
        except ExpectedError as error:
            return Finding("Sign-in", Verdict.WARNING, str(error))
