"""How each screen is reached: generators that yield where the window must come to rest."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QSlider, QWidget

from ui import names
from ui.context import Context
from ui.patients.import_wizard.page import ImportWizard
from ui.patients.tab import PatientsTab
from ui.program import Program
from ui.settings.model_card import ModelCardPanel
from ui.settings.tab import SettingsTab
from ui.widgets.row_view import RowView

# As people have it: dates that fit both ways, a number that is none, a name that lacks.
_FILE = """LAST_NM;FIRST_NM;CELL;BIRTH;EMAIL;LASTSEEN;CHART
Ferreira;Beatriz;555.010.2231;03/04/1986;bea.f@example.com;2025-10-02;A-20933
Osei;Kwame;n/a;11/12/1974;;2024-11-19;A-20934
Yılmaz;Elif;(212) 555-0930;01/02/1999;elif.y@example.com;2026-05-08;A-20935
;Olumide;(212) 555-0087;10/10/1988;olu@example.com;2026-03-06;A-20936
"""


class Walk:
    """What a way to a screen uses of the window."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.window = program.window

    @property
    def ctx(self) -> Context:
        """The signed-in context."""
        assert self.program.context is not None, "somebody is signed in"
        return self.program.context

    def do(self, action: str) -> None:
        """Do a declared action."""
        self.ctx.commands.do_id(action)

    def find(self, name: str) -> QWidget:
        """Return a widget by its object name."""
        found = self.window.findChild(QWidget, name)
        assert isinstance(found, QWidget), f"nothing is called {name}"
        return found

    def type(self, name: str, words: str) -> None:
        """Type into a field."""
        field = self.find(name)
        field.setFocus()
        QTest.keyClicks(field, words)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)


def queue(walk: Walk) -> Iterator[None]:
    """The queue with a patient in hand."""
    walk.ctx.navigation.open_tab("queue")
    yield
    walk.do("next")
    yield


def queue_nobody(walk: Walk) -> Iterator[None]:
    """The queue before the first call."""
    walk.ctx.navigation.open_tab("queue")
    yield


def queue_booking(walk: Walk) -> Iterator[None]:
    """Booking from the queue."""
    yield from queue(walk)
    walk.do("book")
    yield


def queue_rules(walk: Walk) -> Iterator[None]:
    """Every rule that keeps a patient in the queue."""
    yield from queue(walk)
    walk.do("why")
    yield


def palette(walk: Walk) -> Iterator[None]:
    """The command palette with what was typed."""
    walk.ctx.navigation.open_tab("queue")
    walk.do("palette")
    yield
    walk.type(names.COMMAND_PALETTE_INPUT, "gar")
    yield


def keys(walk: Walk) -> Iterator[None]:
    """All keys."""
    walk.key(Qt.Key.Key_Escape)
    walk.key(Qt.Key.Key_Escape)
    yield
    walk.do("keys")
    yield


def patients(walk: Walk) -> Iterator[None]:
    """The patients' list."""
    walk.key(Qt.Key.Key_Escape)
    walk.ctx.navigation.open_tab("patients")
    tab = walk.find(names.PATIENTS_TAB)
    assert isinstance(tab, PatientsTab), "the tab is open"
    tab.show_list()
    yield


def patients_search(walk: Walk) -> Iterator[None]:
    """A search, all found selected."""
    yield from patients(walk)
    walk.type(names.PATIENTS_SEARCH, "mar")
    yield
    walk.do("select-all")
    yield


def record(walk: Walk) -> Iterator[None]:
    """A patient's record."""
    yield from patients(walk)
    view = walk.find(names.PATIENTS_LIST)
    assert isinstance(view, RowView), "the list is shown"
    view.go_to(2)
    walk.do("open-record")
    yield


def form(walk: Walk) -> Iterator[None]:
    """Adding a patient."""
    yield from patients(walk)
    walk.do("add-patient")
    yield


def import_columns(walk: Walk) -> Iterator[None]:
    """An import at its second step."""
    yield from patients(walk)
    walk.do("import")
    yield
    wizard = walk.find(names.IMPORT_WIZARD)
    assert isinstance(wizard, ImportWizard), "the wizard is open"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recall-october.csv"
        path.write_text(_FILE, encoding="utf-8")
        wizard.open([path])
        yield
        walk.do("import-on")
        yield


def duplicates(walk: Walk) -> Iterator[None]:
    """Records that may be one person."""
    yield from patients(walk)
    walk.do("duplicates")
    yield


def inbox(walk: Walk) -> Iterator[None]:
    """A tab that says what will be there."""
    walk.ctx.navigation.open_tab("inbox")
    yield


def scoring(walk: Walk) -> Iterator[None]:
    """The numbers of the desks while they are tried out."""
    walk.ctx.navigation.open_tab("settings")
    yield
    tab = walk.find(names.SETTINGS_TAB)
    assert isinstance(tab, SettingsTab), "the tab is open"
    tab.page.area.verticalScrollBar().setValue(0)
    if tab.has_unsaved():
        return
    for name, more in ((names.SCORING_CALLS, 14), (names.SCORING_MESSAGES, 32)):
        slider = walk.find(name)
        assert isinstance(slider, QSlider), "the page is shown"
        slider.setValue(slider.value() + more)
    yield


def scoring_leave(walk: Walk) -> Iterator[None]:
    """The question before changes would be left; the next screen finds none."""
    yield from scoring(walk)
    walk.ctx.navigation.open_tab("queue")
    yield


def scoring_history(walk: Walk) -> Iterator[None]:
    """The kept scorers."""
    walk.ctx.navigation.open_tab("settings")
    # The question first, then the changes.
    for _ in range(2):
        walk.do("settings-discard")
    walk.ctx.notices.clear()
    yield
    walk.do("settings-history")
    yield


def model_card(walk: Walk) -> Iterator[None]:
    """How good a score is here, once it learned from the clinic's outcomes; the clinic is scored anew."""
    walk.ctx.navigation.open_tab("settings")
    yield
    panel = walk.find(names.MODEL_CARD)
    assert isinstance(panel, ModelCardPanel), "the page is open"
    if panel.card is None or panel.card.scorer_id is None:
        walk.do("learn")
        yield
        # The clinic is scored with what was learned.
        yield
    walk.ctx.notices.clear()
    _scroll_to(panel)
    yield


def model_card_full(walk: Walk) -> Iterator[None]:
    """The plots and tables of the same card."""
    yield from model_card(walk)
    panel = walk.find(names.MODEL_CARD)
    assert isinstance(panel, ModelCardPanel), "the page is open"
    panel.turn_full()
    yield
    _scroll_to(walk.find(names.MODEL_CARD_FULL))
    yield


def _scroll_to(part: QWidget) -> None:
    """Scroll the area around a part so that the part begins at its top."""
    area = part.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    assert isinstance(area, QScrollArea), "the page scrolls"
    inside = area.widget()
    assert inside is not None, "there is a page"
    area.verticalScrollBar().setValue(part.mapTo(inside, QPoint()).y())


def sign_in(walk: Walk) -> Iterator[None]:
    """The card when somebody else wants to sign in."""
    walk.do("change-user")
    yield


SCREENS: dict[str, Callable[[Walk], Iterator[None]]] = {
    "queue-nobody": queue_nobody,
    "queue": queue,
    "queue-booking": queue_booking,
    "queue-rules": queue_rules,
    "palette": palette,
    "keys": keys,
    "patients": patients,
    "patients-search": patients_search,
    "record": record,
    "patient-form": form,
    "import-columns": import_columns,
    "duplicates": duplicates,
    "inbox": inbox,
    "model-card": model_card,
    "model-card-full": model_card_full,
    "scoring": scoring,
    "scoring-leave": scoring_leave,
    "scoring-history": scoring_history,
    # Last: nobody is signed in behind it.
    "sign-in": sign_in,
}
