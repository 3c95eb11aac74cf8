"""Who may come in: signing in, the steps that may follow, unlocking, and the change to somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.people import ChooseClinic
from ui import formats, opening
from ui.frame.people_tiles import Known
from ui.frame.sign_in import SignInPage, Wish
from ui.opening import Signed, Told
from ui.tasks import Lane, Tasks
from ui.text import tr

if TYPE_CHECKING:
    from reactivate_desktop.bootstrap import Desk


class Mode(Enum):
    """What the card stands for: nobody is here, this person locked her desk, somebody else may come."""

    FRESH = "fresh"
    LOCKED = "locked"
    CHANGE = "change"


class Door(QObject):
    """`came(Signed)`: another person; `back(Signed)`: the one who was here; `leaving`: the former one goes now."""

    came = Signal(object)
    back = Signal(object)
    leaving = Signal()

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._page: SignInPage | None = None
        self._desk: Desk | None = None
        self._demo = False
        self._mode = Mode.FRESH
        self._here: Signed | None = None
        self._people: tuple[Known, ...] = ()
        self._wish = Wish("", "")
        self._told: Told | None = None
        self._choice: ChooseClinic | None = None

    def use(self, page: SignInPage) -> None:
        """Work with this page from now on; one in another language replaces it."""
        self._page = page
        page.form.asked.connect(self._ask)
        page.form.other_asked.connect(self.change)
        page.clinics.chosen.connect(self._choose)
        page.new_password.given.connect(self._renew)

    def be_at(self, desk: Desk, *, demo: bool) -> None:
        """Let people in at this desk; `demo`: its password is nobody's to know."""
        self._desk, self._demo = desk, demo

    @property
    def shut(self) -> bool:
        """Whether somebody is here whose workspace waits behind the card."""
        return self._mode in (Mode.LOCKED, Mode.CHANGE)

    # --- what the card shows ----------------------------------------------------------------------

    def ask_anyone(self, people: Sequence[Known]) -> None:
        """Nobody is here: ask who comes."""
        self._mode, self._here, self._people = Mode.FRESH, None, tuple(people)
        self._show().show_people(people)

    def show_again(self) -> None:
        """Show on a new page what the former one showed."""
        if self._here is None:
            self._show().show_people(self._people)
        else:
            self.lock(self._here)

    def lock(self, here: Signed, reason: str = "") -> None:
        """Ask for the password of who is here; `reason`: why, in a sentence."""
        self._mode, self._here = Mode.LOCKED, here
        since = tr("Since {time}. Your half-typed note is kept.", time=formats.clock(formats.now_here()))
        self._show().show_locked(here.known, since, free=self._demo)
        if reason:
            self._show().form.complain(reason)
        if self._desk is not None:
            desk = self._desk
            self._tasks.run(lambda: opening.hold_here_only(desk), self)

    def change(self) -> None:
        """Let somebody else sign in; whoever was here may come back as well."""
        if self._here is None or self._desk is None:
            return
        self._mode = Mode.CHANGE
        desk = self._desk
        page = self._show()
        page.show_people([self._here.known], tr("{name} is kept until then", name=self._here.person.first_name))
        self._tasks.run(lambda: opening.people_of(desk), self, self._show_others)

    def begin_change(self, here: Signed) -> None:
        """Lock, and ask who comes next."""
        self.lock(here)
        self.change()

    def _show_others(self, people: Sequence[Known]) -> None:
        if self._mode == Mode.CHANGE and self._here is not None:
            here = self._here
            others = [person for person in people if person.id != here.person.id]
            line = tr("Who comes next? What {name} typed is kept.", name=here.person.first_name)
            self._show().show_people([*others, here.known], line)

    def _show(self) -> SignInPage:
        assert self._page is not None, "the program gives its page first"
        return self._page

    # --- coming in --------------------------------------------------------------------------------

    def _ask(self, wish: Wish) -> None:
        desk = self._at()
        self._wish = wish
        self._show().form.show_busy(True)
        here = self._here
        if self._demo and here is not None and wish.email == here.person.email:
            self._tasks.run(lambda: opening.open_demo_again(desk), self, self._let_in, failed=self._refuse)
            return
        clinic = here.clinic_id if here is not None and self._mode == Mode.LOCKED else None
        self._tasks.run(
            lambda: opening.try_password(desk, wish.email, wish.password, clinic),
            self,
            self._go_on,
            failed=self._refuse,
        )

    def _refuse(self, error: ExpectedError) -> None:
        page = self._show()
        page.form.show_busy(False)
        if isinstance(error, ChooseClinic):
            self._choice = error
            page.ask_clinic(error.clinics)
            return
        page.ask_password()
        page.form.complain(str(error))

    def _choose(self, clinic: UUID) -> None:
        desk, choice, email = self._at(), self._choice, self._wish.email
        assert choice is not None, "a choice was offered"
        self._tasks.run(
            lambda: Told(desk.sign_in.choose(choice, clinic), email), self, self._go_on, failed=self._refuse
        )

    def _go_on(self, told: Told) -> None:
        self._told = told
        if told.wants_new:
            self._show().form.show_busy(False)
            self._show().ask_new_password()
        else:
            self._take(told)

    def _renew(self, new: str) -> None:
        desk, told, old = self._at(), self._told, self._wish.password
        assert told is not None, "a new password follows a sign-in"
        token = told.signed_in.token
        self._show().new_password.show_busy(True)
        self._tasks.run(
            lambda: desk.sign_in.change_password(token, told.email, old, new),
            self,
            lambda _: self._take(told),
            failed=self._not_renewed,
            ended=lambda: self._show().new_password.show_busy(False),
        )

    def _not_renewed(self, error: ExpectedError) -> None:
        self._show().new_password.errors.say(str(error))

    def _take(self, told: Told) -> None:
        desk, here = self._at(), self._here
        if here is None or told.signed_in.user_id == here.person.id:
            self._tasks.run(lambda: opening.come_in(desk, told), self, self._let_in, failed=self._refuse)
            return
        # Long work ends first: it must not go on in somebody else's name. Its lane runs one after the other.
        self.leaving.emit()
        held = here.person.writes
        self._tasks.run(
            lambda: opening.hand_over(desk, told, held=held),
            self,
            self._let_in,
            failed=self._refuse,
            lane=Lane.LONG,
        )

    def _let_in(self, signed: Signed) -> None:
        here, self._here, self._told = self._here, None, None
        self._mode, self._wish = Mode.FRESH, Wish("", "")
        self._show().forget()
        if here is not None and here.person.id == signed.person.id:
            self.back.emit(signed)
        else:
            self.came.emit(signed)

    def _at(self) -> Desk:
        assert self._desk is not None, "the button waits for the desk"
        return self._desk
