"""One channel's consent: everything the patient ever said about it, and a form to record what she says now."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from reactivate_desktop.domain.consents import ConsentRow
from reactivate_desktop.domain.contact_strip import ContactCell
from reactivate_desktop.domain.enums import CommunicationChannel
from ui import names, words
from ui.context import Context
from ui.latest import Latest
from ui.patients.record.cells import CellList, ColumnSpec
from ui.patients.record.consent_form import ConsentForm
from ui.patients.record.list_rows import consent_row
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import Card, row
from ui.widgets.text import SMALL, STRONG, Label

_HIGH = 262


class ConsentPanel(Card):
    """`closed`: away with it; `changed`: something was recorded."""

    closed = Signal()
    changed = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__(16, 8)
        self.setObjectName(names.PATIENT_CONSENT)
        self.ctx = ctx
        self._latest = Latest(ctx.tasks, self)
        self._patient: UUID | None = None
        self.channel: CommunicationChannel | None = None
        self._title = Label("", STRONG)
        self._sentence = Label("", SMALL, "muted", wrap=True)
        self.history = CellList(
            "patient-consent-history",
            tr("What the patient said before"),
            (ColumnSpec(tr("Said"), 190), ColumnSpec(tr("Where from"), 0), ColumnSpec(tr("When"), 120)),
        )
        self.form = ConsentForm(ctx)
        self.form.recorded.connect(self.changed)
        self._build()
        self.form.setVisible(ctx.person.writes)
        self.setFixedHeight(_HIGH)
        self.hide()

    def open(self, patient_id: UUID, cell: ContactCell) -> None:
        """Show a channel."""
        if (patient_id, cell.channel) != (self._patient, self.channel) or self.isHidden():
            self.form.begin(patient_id, cell.channel)
            self.history.show_rows([])
        self._patient, self.channel = patient_id, cell.channel
        self.show_cell(cell)
        self.show()
        self.reload()

    def show_cell(self, cell: ContactCell) -> None:
        """Show what may be done on the channel now."""
        state = words.contact_reason(cell.decision.reason)
        self._title.setText(tr("{channel}: {state}", channel=words.channel(cell.channel), state=state))
        self._sentence.setText(cell.sentence)

    def reload(self) -> None:
        """Read the history again; what is typed stays."""
        patient, channel, ctx = self._patient, self.channel, self.ctx
        if patient is None or self.isHidden():
            return

        def show(rows: list[ConsentRow]) -> None:
            self.history.show_rows([consent_row(each) for each in rows if each.channel in (channel, None)])

        self._latest.ask("history", lambda: ctx.desk.consents.history(patient), show)

    def close_panel(self) -> None:
        """Put it away."""
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def has_unsaved(self) -> bool:
        """Return whether something is typed in its form."""
        return not self.isHidden() and self.form.has_unsaved()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            return
        super().keyPressEvent(event)

    def _build(self) -> None:
        close = Button("", Kind.QUIET, "x")
        close.setAccessibleName(tr("Close"))
        close.set_height(26)
        close.clicked.connect(self.close_panel)
        head = row(None, 10)
        head.addWidget(self._title)
        head.addWidget(self._sentence, 1)
        head.addWidget(close)
        both = row(None, 20)
        both.addWidget(self.history, 3)
        both.addWidget(self.form, 2)
        self.body.setContentsMargins(16, 10, 12, 12)
        self.body.addLayout(head)
        self.body.addLayout(both, 1)
