"""Opens the patients tab in tests, waits until it is at rest, and says what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout
from pytestqt.qtbot import QtBot

from reactivate_desktop.domain.patients import NewPatient
from reactivate_desktop.services.patients import Patients
from tests.factories.clinics import Person
from ui.context import Context
from ui.patients.parts import Parts
from ui.patients.tab import PatientsTab

PEOPLE = (
    NewPatient("Inés", "Márquez-Delgado", "+12125550144", date_of_birth=date(1988, 3, 2)),
    NewPatient("Paolo", "Marchetti", "+12125550103", date_of_birth=date(1951, 7, 19)),
    NewPatient("Vikram", "Kumar", "+12125550126", date_of_birth=date(1983, 9, 23), external_patient_id="Q-27740"),
    NewPatient("Chidi", "Okoye-Marshall", "", date_of_birth=date(1990, 12, 3)),
    NewPatient("Luis", "García", "+12125550182", date_of_birth=date(1969, 8, 28)),
    NewPatient("Aino", "Ruusunen", "+12125550137"),
)


def add_people(person: Person, people: Sequence[NewPatient] = PEOPLE) -> dict[str, UUID]:
    """Add patients and return their ids by first name."""
    patients = Patients(person.begin)
    return {each.first_name: patients.add(each) for each in people}


@dataclass(frozen=True)
class Screen:
    """The tab of a test."""

    tab: PatientsTab
    qtbot: QtBot

    @property
    def parts(self) -> Parts:
        """The parts of the list."""
        return self.tab.list.parts

    def rest(self) -> None:
        """Wait until nothing is asked and nothing is read."""
        tasks, finder = self.tab.ctx.tasks, self.parts.listing.finder
        self.qtbot.waitUntil(lambda: not finder.pending() and tasks.busy == 0, timeout=15_000)

    def type(self, text: str) -> None:
        """Type into the search and wait for what it finds."""
        self.parts.search.clear()
        for letter in text:
            # Not by keyClicks: it ends the program at letters that no key has.
            press = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(self.parts.search, press)
        self.rest()

    def shown(self, column: int = 1) -> list[str]:
        """Return the words of a column, row by row."""
        model = self.parts.listing.model
        # What nobody has painted yet is asked for here.
        self.qtbot.waitUntil(lambda: all(model.row_at(row) is not None for row in range(model.rowCount())))
        return [str(model.data(model.index(row, column))) for row in range(model.rowCount())]

    def first_names(self) -> list[str]:
        """Return the first names that are listed."""
        return [words.split(", ")[1].split(" ")[0] for words in self.shown(1 if self.ticks else 0)]

    @property
    def ticks(self) -> bool:
        """Whether the role has check boxes."""
        return self.tab.ctx.commands.allowed("select")

    def do(self, id: str) -> None:
        """Do a command as its keys would."""
        self.tab.ctx.commands.do_id(id)


def open_tab(ctx: Context, qtbot: QtBot) -> Screen:
    """Open the tab and wait for its first answer."""
    tab = PatientsTab(ctx)
    qtbot.addWidget(tab)
    tab.resize(1224, 866)
    with qtbot.waitExposed(tab):
        tab.show()
    # The context's own parts must outlive the tab's late answers, as the window's do.
    assert isinstance(tab.layout(), QVBoxLayout)
    screen = Screen(tab, qtbot)
    screen.rest()
    return screen
