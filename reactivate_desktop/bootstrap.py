"""Builds every service once for the window, the console and the jobs: the only place that wires."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import LiteralString, TypeVar
from uuid import UUID

from reactivate_desktop.config import settings as config
from reactivate_desktop.config.logs import logging_to
from reactivate_desktop.config.recent_people import RecentPeople
from reactivate_desktop.config.sealed_files import SealedFiles
from reactivate_desktop.config.secrets import SecretStore, SecretsUnavailable, secret_store
from reactivate_desktop.domain.errors import Conflict, ConnectionLost, ExpectedError, Invalid, SignedOut
from reactivate_desktop.domain.scores import ScoreReport
from reactivate_desktop.jobs.rescoring import Rescorer
from reactivate_desktop.jobs.runner import Runner
from reactivate_desktop.jobs.works import works
from reactivate_desktop.services.administration import Administration
from reactivate_desktop.services.appointments import Appointments
from reactivate_desktop.services.attribution import Attribution
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.bulk import Bulk
from reactivate_desktop.services.call_scripts import CallScripts
from reactivate_desktop.services.call_sheets import CallSheets
from reactivate_desktop.services.clinics import Clinics
from reactivate_desktop.services.consents import Consents
from reactivate_desktop.services.contact_checks import ContactChecks
from reactivate_desktop.services.credit import Credits
from reactivate_desktop.services.database import DatabaseCare
from reactivate_desktop.services.demo import Demo
from reactivate_desktop.services.drafts import Drafts
from reactivate_desktop.services.duplicates import Duplicates
from reactivate_desktop.services.duties import Duties
from reactivate_desktop.services.evaluation.own_report import OwnEvaluation
from reactivate_desktop.services.exports import Exports
from reactivate_desktop.services.fit import check_fit
from reactivate_desktop.services.health import Health
from reactivate_desktop.services.households import Households
from reactivate_desktop.services.imports import Imports
from reactivate_desktop.services.jobs import Jobs
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.model_cards import ModelCards
from reactivate_desktop.services.notes import Notes
from reactivate_desktop.services.offline import OfflineOutcomes
from reactivate_desktop.services.outreach import Outreach
from reactivate_desktop.services.pane import Pane
from reactivate_desktop.services.patient_lists import PatientLists
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.preferences import WindowPreferences
from reactivate_desktop.services.queue import Queue
from reactivate_desktop.services.records import Records
from reactivate_desktop.services.saved_views import SavedViews
from reactivate_desktop.services.score_checks import ScoreChecks
from reactivate_desktop.services.score_settings import ScoreSettings
from reactivate_desktop.services.scoring import Scoring
from reactivate_desktop.services.sign_in import SignIn
from reactivate_desktop.services.slots import Slots
from reactivate_desktop.services.staff import Staff
from reactivate_desktop.services.tags import Tags
from reactivate_desktop.services.visits import Visits
from reactivate_desktop.services.workday import Workday
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.listen import LiveChanges
from reactivate_desktop.storage.place import Place
from reactivate_desktop.storage.unit_of_work import Answer, Transaction, at_once, begin

_T = TypeVar("_T")
_DEMO_PATIENTS = 2_000
_DEMO_ADMIN = "admin@demo.example"
_DEMO_PASSWORD = "demo-password"


class Desk:
    """One running program: its settings, its database, who is signed in, and the services."""

    def __init__(self, settings: config.Settings, secrets: SecretStore) -> None:
        self.settings = settings
        self.secrets = secrets
        self.place = Place(settings, secrets)
        self.administration = Administration(self.place.admin)
        self.database_care = DatabaseCare(self.place)
        self.demo = Demo(self.place.admin)
        self.health = Health(settings, secrets, self.place)
        self.kept_files = SealedFiles(settings.home / "kept", secrets, self.place.scope)
        self.recent_people = RecentPeople(settings.home, self.place.scope, on=settings.recent_people)
        self._database: Database | None = None
        self._token: str | None = None
        self._rescorer = Rescorer(lambda: self.scoring)

    @property
    def database(self) -> Database:
        """The database as the app login sees it, opened when first used.

        Raises NoTablesYet, NeedsUpdate, and NotFound without a login.
        """
        if self._database is None:
            login = self.place.login("app")
            database = Database(login, listen_dsn=self.place.listen_login(login))
            try:
                check_fit(database)
            except ExpectedError:
                database.close()
                raise
            self._database = database
        return self._database

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """Open a transaction of the signed-in person. Raises SignedOut when nobody is.

        An embedded server that died is started again: the transaction had not begun, so nothing is lost. Whom it
        touched is scored anew once it is committed.
        """
        with ExitStack() as stack:
            tx = self._reached(lambda: stack.enter_context(self._entered()))
            yield tx
        self._rescorer.touch(tx.touched)

    def at_once(self, statement: LiteralString, values: Sequence[object]) -> Answer:
        """Run a statement that is a whole transaction of the signed-in person (see unit_of_work). Raises as begin."""
        return self._reached(lambda: at_once(self.database, self.token(), self.settings.workstation, statement, values))

    def _entered(self) -> AbstractContextManager[Transaction]:
        return begin(self.database, self.token(), self.settings.workstation)

    def _reached(self, work: Callable[[], _T]) -> _T:
        """Run `work`; where an embedded server cannot be reached, once more when it is started again."""
        try:
            return work()
        except ConnectionLost:
            if not self.place.embedded:
                raise
            self.place.open()
            self.database.move(self.place.login("app"))
            return work()

    def token(self) -> str:
        """Return the token of this desk's sign-in: REACTIVATE_TOKEN, or the one kept by `sign-in`."""
        token = self._token or self.settings.token or self.secrets.get(self._token_name)
        if token is None:
            raise SignedOut("Nobody is signed in. Please sign in first: reactivate sign-in --email you@clinic.com.")
        return token

    def keep_token(self, token: str) -> None:
        """Use `token` for this and the following commands on this database."""
        self._token = token
        self.secrets.set(self._token_name, token)

    def hold_token(self) -> None:
        """Go on with this desk's sign-in in memory only. Raises SignedOut, SecretsUnavailable."""
        self._token = self.token()
        self.secrets.delete(self._token_name)

    def forget_token(self, token: str) -> None:
        """Forget `token`; one that somebody else keeps here stays."""
        self._token = None
        if self.secrets.get(self._token_name) == token:
            self.secrets.delete(self._token_name)

    @property
    def _token_name(self) -> str:
        # One sign-in per database: a token must never be shown to another server.
        return f"token@{self.place.scope}"

    @property
    def sign_in(self) -> SignIn:
        return SignIn(self.database, self.settings.workstation)

    @property
    def patients(self) -> Patients:
        return Patients(self.begin)

    @property
    def visits(self) -> Visits:
        return Visits(self.begin)

    @property
    def staff(self) -> Staff:
        return Staff(self.database, self.begin)

    @property
    def clinics(self) -> Clinics:
        return Clinics(self.begin)

    @property
    def audit(self) -> Audit:
        return Audit(self.begin)

    @property
    def imports(self) -> Imports:
        return Imports(self.begin)

    @property
    def exports(self) -> Exports:
        return Exports(self.begin)

    @property
    def scoring(self) -> Scoring:
        return Scoring(self.begin)

    @property
    def score_settings(self) -> ScoreSettings:
        return ScoreSettings(self.begin)

    @property
    def score_checks(self) -> ScoreChecks:
        return ScoreChecks(self.begin)

    @property
    def learning(self) -> Learning:
        return Learning(self.begin)

    @property
    def model_cards(self) -> ModelCards:
        return ModelCards(self.begin)

    @property
    def own_evaluation(self) -> OwnEvaluation:
        return OwnEvaluation(self.begin)

    @property
    def queue(self) -> Queue:
        return Queue(self.begin)

    @property
    def outreach(self) -> Outreach:
        return Outreach(self.begin, self.at_once)

    @property
    def households(self) -> Households:
        return Households(self.begin)

    @property
    def appointments(self) -> Appointments:
        return Appointments(self.begin)

    @property
    def credits(self) -> Credits:
        return Credits(self.begin)

    @property
    def attribution(self) -> Attribution:
        return Attribution(self.begin)

    @property
    def duplicates(self) -> Duplicates:
        return Duplicates(self.begin)

    @property
    def merges(self) -> Merges:
        return Merges(self.begin)

    @property
    def slots(self) -> Slots:
        return Slots(self.begin)

    @property
    def workday(self) -> Workday:
        return Workday(self.begin)

    @property
    def preferences(self) -> WindowPreferences:
        return WindowPreferences(self.begin)

    @property
    def call_sheets(self) -> CallSheets:
        return CallSheets(self.begin, self.kept_files)

    @property
    def offline(self) -> OfflineOutcomes:
        return OfflineOutcomes(self.kept_files, self.begin)

    def drafts(self, user_id: UUID) -> Drafts:
        """Return the half-typed notes of a person on this PC."""
        return Drafts(self.kept_files, user_id)

    @property
    def contact_checks(self) -> ContactChecks:
        return ContactChecks(self.begin)

    @property
    def consents(self) -> Consents:
        return Consents(self.begin)

    @property
    def records(self) -> Records:
        return Records(self.begin)

    @property
    def notes(self) -> Notes:
        return Notes(self.begin)

    @property
    def call_scripts(self) -> CallScripts:
        return CallScripts(self.begin)

    @property
    def pane(self) -> Pane:
        return Pane(self.begin)

    @property
    def patient_lists(self) -> PatientLists:
        return PatientLists(self.begin)

    @property
    def saved_views(self) -> SavedViews:
        return SavedViews(self.begin)

    @property
    def bulk(self) -> Bulk:
        return Bulk(self.begin)

    @property
    def tags(self) -> Tags:
        return Tags(self.begin)

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.begin)

    def open_demo(self, say: Callable[[str], None] = lambda _: None) -> ScoreReport:
        """Make sure that this PC's demo clinic is there and signed in, score it, and return what scoring did.

        Raises Invalid when DATABASE_URL names a shared database, SignedOut when another clinic lives on this PC.
        """
        if not self.place.embedded:
            raise Invalid(
                "DATABASE_URL names a shared database; the demo clinic is for this PC's own. Unset it, or make a demo "
                "clinic there on purpose: reactivate demo."
            )
        self.database_care.migrate(say=say)
        if not self.administration.clinics():
            self._make_demo(say)
        try:
            self.clinics.read()
        except SignedOut:
            password = self.secrets.get(_DEMO_PASSWORD)
            if password is None:
                raise SignedOut("Please sign in first: reactivate sign-in --email you@clinic.com.") from None
            self.keep_token(self.sign_in.sign_in(_DEMO_ADMIN, password).token)
        return self.scoring.run()

    def _make_demo(self, say: Callable[[str], None]) -> None:
        # Kept before the clinic is made: a crash in between must not leave a clinic that nobody can enter.
        password = self.secrets.get(_DEMO_PASSWORD) or random.token_urlsafe(12)
        self.secrets.set(_DEMO_PASSWORD, password)
        try:
            made = self.demo.make(_DEMO_PATIENTS, 1, self.demo.today(), password, say)
        except Conflict:
            say("Another program has just made the demo clinic.")
            return
        say(f"Made the demo clinic {made.name} with {made.rows['patient']:,} patients.")

    def runner(self) -> Runner:
        """Return the runner of long work on this desk."""
        return Runner(self.jobs, works(self.audit, self.scoring, self.learning), self.settings.workstation)

    def live(self, heard: Callable[..., None], state: Callable[[bool], None] = lambda _: None) -> LiveChanges:
        """Return the live changes of this desk's clinic, not started yet."""
        return LiveChanges(self.database, self.token(), heard, state)

    def close(self) -> None:
        """Score whom it touched, tell and seal what it wrote, close the connections, leave the embedded server."""
        self._rescorer.close()
        if self._database is not None:
            Duties(self._database).perform_once()
            self._database.close()
        self.place.close()


@contextmanager
def open_desk(say: Callable[[str], None] = lambda _: None) -> Iterator[Desk]:
    """Read the settings, start or join the database, and close everything at the end.

    Raises Invalid for settings that cannot be used, ConnectionLost when the database cannot be started.
    """
    try:
        settings = config.read_settings()
        with logging_to(settings.home, settings.log_level):
            desk = Desk(settings, secret_store(settings.home / "secrets"))
            try:
                desk.place.open(say)
                yield desk
            finally:
                desk.close()
    except (config.SettingsError, SecretsUnavailable) as error:
        raise Invalid(str(error)) from error
