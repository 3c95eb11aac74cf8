"""The form that records what a patient says about being contacted, with its source and wording."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from reactivate_desktop.domain.enums import CommunicationChannel, ContactPurpose
from reactivate_desktop.domain.outcomes import OPT_OUT_MEANS
from ui import words
from ui.context import Context
from ui.text import tr
from ui.widgets.buttons import Button, Chip, Kind
from ui.widgets.choice import Choice
from ui.widgets.fields import FormField
from ui.widgets.flow import FlowLayout
from ui.widgets.panels import column, row
from ui.widgets.text import FIRST, SMALL, SMALL_STRONG, Label


class ConsentForm(QFrame):
    """`recorded`: a word of the patient was stored."""

    recorded = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._patient: UUID | None = None
        self._channel = CommunicationChannel.VOICE
        self._asking = False
        self._granted = Choice((("yes", tr("Agrees")), ("no", tr("Takes it back"))))
        self._purpose = Choice(tuple((str(each), words.purpose(each)) for each in ContactPurpose))
        self.source = FormField(tr("Where this comes from: registration form"), tr("Where this comes from"))
        self.wording = FormField(tr("Version of the form or sentence"), tr("Wording the patient agreed to"))
        self._hint = Label("", SMALL, "red", wrap=True)
        self.save = Button(tr("Record this"), Kind.TONAL)
        self.stop = Button(tr("Opt out of this channel"), Kind.LINK)
        self._means = QWidget()
        self._build()
        self.save.clicked.connect(self._record)
        self.stop.clicked.connect(lambda: self._ask_means(asking=not self._asking))
        self._granted.changed.connect(self._show_wording)

    def begin(self, patient_id: UUID, channel: CommunicationChannel) -> None:
        """Begin with a channel of a patient; what was typed for another one is dropped."""
        self._patient, self._channel = patient_id, channel
        self.source.clear()
        self.wording.clear()
        self._granted.choose("yes")
        self._purpose.choose(str(ContactPurpose.CARE))
        self._complain("")
        self._ask_means(asking=False)

    def has_unsaved(self) -> bool:
        """Return whether something is typed."""
        return bool(self.source.text().strip() or self.wording.text().strip())

    def _record(self) -> None:
        patient, channel, ctx = self._patient, self._channel, self.ctx
        if patient is None:
            return
        purpose, granted = ContactPurpose(self._purpose.chosen()), self._granted.chosen() == "yes"
        source, wording = self.source.text(), self.wording.text() if granted else None
        self._run(
            lambda: ctx.desk.consents.record(patient, channel, purpose, granted, source, wording),
            tr("Recorded: {channel}, {what}", channel=words.channel(channel), what=self._granted.word()),
        )

    def _opt_out(self, means: str) -> None:
        patient, channel, ctx = self._patient, self._channel, self.ctx
        if patient is not None:
            said = tr("{channel} is closed: the patient opted out", channel=words.channel(channel))
            self._run(lambda: ctx.desk.consents.opt_out(patient, channel, means), said)

    def _run(self, work: Callable[[], object], said: str) -> None:
        self.save.setEnabled(False)

        def done(_: object) -> None:
            self.source.clear()
            self.wording.clear()
            self._ask_means(asking=False)
            self._complain("")
            self.recorded.emit(said)

        self.ctx.tasks.run(
            work, self, done, failed=lambda error: self._complain(str(error)), ended=lambda: self.save.setEnabled(True)
        )

    def _complain(self, sentence: str) -> None:
        self._hint.setText(sentence)
        self._hint.setVisible(bool(sentence))

    def _ask_means(self, *, asking: bool) -> None:
        self._asking = asking
        self._means.setVisible(asking)
        self.stop.setText(tr("No, leave it open") if asking else tr("Opt out of this channel"))
        self.stop.setAccessibleName(self.stop.text())
        self.stop.updateGeometry()

    def _show_wording(self) -> None:
        self.wording.setVisible(self._granted.chosen() == "yes")

    def _build(self) -> None:
        inner = column(self, 8)
        first = row(None, 8)
        first.addWidget(self._granted)
        first.addWidget(self._purpose)
        first.addStretch(1)
        inner.addWidget(Label(tr("The patient says now"), SMALL_STRONG))
        inner.addLayout(first)
        inner.addWidget(self.source)
        inner.addWidget(self.wording)
        last = row(None, 12)
        last.addWidget(self.save)
        last.addStretch(1)
        last.addWidget(self.stop)
        inner.addLayout(last)
        how = column(self._means, 6)
        how.addWidget(Label(tr("How did the opt-out reach you? It applies at once."), FIRST))
        flow = FlowLayout(None, 6)
        for means in OPT_OUT_MEANS:
            chip = Chip(words.means(means), checkable=False)
            chip.clicked.connect(lambda _=False, means=means: self._opt_out(means))
            flow.addWidget(chip)
        how.addLayout(flow)
        inner.addWidget(self._means)
        inner.addWidget(self._hint)
        inner.addStretch(1)
