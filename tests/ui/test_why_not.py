"""Why is someone not here: a name, then every rule."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from tests.factories.queue import QueueMaker
from tests.fixtures import FrontDesk
from tests.ui.queue_tab import open_tab, settled
from ui.context import Context
from ui.priority_queue.why_not import WhyNotDialog
from ui.widgets.text import Label


def _open(ctx: Context, qtbot: QtBot) -> WhyNotDialog:
    dialog = WhyNotDialog(ctx)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def _find(dialog: WhyNotDialog, qtbot: QtBot, text: str) -> None:
    dialog.search.setText(text)
    qtbot.waitUntil(lambda: not dialog._pause.isActive() and not dialog.ctx.tasks.busy)


def test_a_name_and_enter_show_what_keeps_her_out(ctx: Context, front_desk: FrontDesk, qtbot: QtBot) -> None:
    queue = QueueMaker(front_desk)
    first, _ = queue.waiting(last_name="Zwick"), queue.waiting(last_name="Zwick")
    queue.put("patient", first, do_not_contact=True)
    dialog = _open(ctx, qtbot)
    QAbstractItemModelTester(dialog.model, QAbstractItemModelTester.FailureReportingMode.Fatal, dialog)
    _find(dialog, qtbot, "zwick")
    assert len(dialog.patients()) == 2
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    QTest.keyClick(dialog.found, Qt.Key.Key_Down)
    QTest.keyClick(dialog.found, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: not ctx.tasks.busy)
    said = [label.text() for label in dialog.rules.findChildren(Label)]
    both = {dialog.model.item(place).data(Qt.ItemDataRole.UserRole + 1).id for place in range(2)}
    assert first in both
    shown = dialog.model.item(0).data(Qt.ItemDataRole.UserRole + 1).id
    wanted = "Asked not to be contacted: yes" if shown == first else "Asked not to be contacted: no"
    assert wanted in said


def test_the_only_one_found_is_explained_at_once(ctx: Context, front_desk: FrontDesk, qtbot: QtBot) -> None:
    queue = QueueMaker(front_desk)
    queue.put("patient", queue.waiting(last_name="Xanthopoulos"), patient_state="MOVED")
    dialog = _open(ctx, qtbot)
    _find(dialog, qtbot, "xantho")
    qtbot.waitUntil(lambda: not ctx.tasks.busy)
    said = [label.text() for label in dialog.rules.findChildren(Label)]
    assert "1 rule keeps the patient out." in said
    assert "The patient moved or goes to another clinic." in said


def test_nobody_found_says_so(ctx: Context, qtbot: QtBot) -> None:
    dialog = _open(ctx, qtbot)
    _find(dialog, qtbot, "qqqqqq")
    assert dialog.patients() == []
    assert dialog.search._said == "nobody found"


def test_who_asks_elsewhere_sees_the_rules_without_a_search(ctx: Context, front_desk: FrontDesk, qtbot: QtBot) -> None:
    queue = QueueMaker(front_desk)
    patient = queue.waiting(last_name="Elsewhere")
    queue.put("patient", patient, patient_state="MOVED")
    page = open_tab(ctx, qtbot)
    ctx.navigation.why(patient)
    dialog = page.findChild(WhyNotDialog)
    assert isinstance(dialog, WhyNotDialog)
    qtbot.waitUntil(lambda: len(dialog.patients()) == 1)
    settled(qtbot, ctx)
    assert dialog.patients()[0].endswith("Elsewhere")
    said = [label.text() for label in dialog.rules.findChildren(Label)]
    assert "The patient moved or goes to another clinic." in said
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not dialog.isVisible())


def test_who_is_not_in_the_clinic_any_more_is_told(ctx: Context, qtbot: QtBot) -> None:
    dialog = _open(ctx, qtbot)
    dialog.show_patient(uuid4())
    settled(qtbot, ctx)
    assert "not in the clinic" in dialog.errors.accessibleName()
