"""The head of a record: the way back, who this is, how fresh it is, and what to do with her."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QBoxLayout, QWidget

from reactivate_desktop.domain.contact_strip import ContactStrip
from reactivate_desktop.domain.enums import CommunicationChannel, PatientState
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.records import RecordHead
from ui import formats, words
from ui.context import Context
from ui.patients.record.entry_words import joined
from ui.patients.record.freshness import age_of
from ui.patients.record.head_parts import IconTag, PlaceLine
from ui.privacy import veiled
from ui.text import tr
from ui.widgets.buttons import Button, Kind
from ui.widgets.marks import Avatar, LongPill, Tag
from ui.widgets.panels import column, row
from ui.widgets.text import BODY, SMALL, TITLE, Elided, Label


class RecordHeadView(QWidget):
    """`text_asked`, `book_asked`, `more_asked`: what its buttons are for; Call dials by itself (`call_started`)."""

    call_started = Signal()
    text_asked = Signal()
    book_asked = Signal()
    more_asked = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._head: RecordHead | None = None
        self._strip: ContactStrip | None = None
        self.place = PlaceLine()
        self._avatar = Avatar(54)
        self._name = Label("", TITLE)
        self._pill = LongPill()
        self._unscored = Label(tr("Not in the queue"), SMALL, "muted")
        self._segment = Tag()
        self._state, self._age = IconTag(), IconTag()
        self._line = Elided("", BODY, "muted")
        self.call = Button(tr("Call"), Kind.FILLED, "phone", "C")
        self.text = Button(tr("Text"), Kind.PLAIN, keys="T")
        self.book = Button(tr("Book"), Kind.PLAIN, keys="B")
        self.more = Button("", Kind.PLAIN, "dots-three")
        self.more.setAccessibleName(tr("More for this patient"))
        self._build()
        for button, id in ((self.call, "record-call"), (self.text, "record-text"), (self.book, "record-book")):
            button.setVisible(ctx.commands.allowed(id))
        self.call.clicked.connect(self.dial)
        self.text.clicked.connect(self.text_asked)
        self.book.clicked.connect(self.book_asked)
        self.more.clicked.connect(self.more_asked)
        ctx.privacy.changed.connect(self._show_words)
        self.clear()

    def clear(self) -> None:
        """Show nobody, while somebody is being read."""
        self._head = self._strip = None
        for mark in (self._state, self._age):
            mark.show_tag("", "")
        self._pill.show_priority(None)
        self._segment.show_word("")
        self._unscored.hide()
        self._show_words()
        self._show_actions()
        self.place.show_holder("", "")

    def show_head(self, head: RecordHead) -> None:
        """Show who this is."""
        self._head = head
        patient = head.patient
        self._pill.show_priority(patient.contact_priority)
        self._unscored.setVisible(patient.contact_priority is None)
        self._segment.show_word(words.segment(patient.segment))
        self._show_state(head)
        age = age_of(head.sources)
        self._age.show_tag("arrows-clockwise", age.words, "yellow" if age.old else "") if age else _hide(self._age)
        self._age.setToolTip(age.more if age else "")
        self._show_holder(head)
        self._show_words()
        self._show_actions()

    def show_strip(self, strip: ContactStrip) -> None:
        """Take over what may be done now: a button that may not be used says why."""
        self._strip = strip
        self._show_actions()

    def call_reason(self) -> str:
        """Return why nobody may be called now; empty: one may."""
        return self._reason(CommunicationChannel.VOICE)

    def text_reason(self) -> str:
        """Return why no text may be sent from here."""
        return self._reason(CommunicationChannel.SMS) or tr("Texting comes with the inbox.")

    def book_reason(self) -> str:
        """Return why nothing may be booked from here."""
        if self._head is None:
            return tr("The record is being read.")
        if self._head.merged_into is not None:
            return tr("This record was merged into another one. Please open that one.")
        if self._head.patient.patient_state == PatientState.DECEASED:
            return tr("The patient has died.")
        return ""

    def dial(self) -> None:
        """Hand the number to the telephone program of this PC."""
        if self._head is not None and not self.call_reason():
            address = QUrl()
            address.setScheme("tel")
            address.setPath("".join(sign for sign in self._number() if sign in "+0123456789"))
            QDesktopServices.openUrl(address)
            self.call_started.emit()

    def _number(self) -> str:
        assert self._head is not None, "asked with a patient only"
        address = self._strip.cell(CommunicationChannel.VOICE).decision.address if self._strip else None
        return address or self._head.patient.phone

    def _reason(self, channel: CommunicationChannel) -> str:
        if self._head is None:
            return tr("The record is being read.")
        cell = self._strip.cell(channel) if self._strip is not None else None
        return "" if cell is None or cell.decision.allowed else cell.sentence

    def _show_actions(self) -> None:
        self.call.forbid(self.call_reason())
        self.text.forbid(self.text_reason())
        self.book.forbid(self.book_reason())
        self.more.setEnabled(self._head is not None)

    def _show_words(self) -> None:
        patient = self._head.patient if self._head else None
        name = full_name(patient.first_name, patient.last_name) if patient else ""
        self._name.setText(veiled(name))
        self._avatar.show_letters(formats.initials(patient.first_name, patient.last_name) if patient else "")
        self._line.setText(_line(self._head) if self._head else "")

    def _show_state(self, head: RecordHead) -> None:
        state = head.patient.patient_state
        if state != PatientState.PRESENT:
            self._state.show_tag("info", words.patient_state(state), "red" if state == PatientState.DECEASED else "")
        elif head.patient.do_not_contact:
            self._state.show_tag("prohibit", tr("Do not contact"), "red")
        else:
            _hide(self._state)

    def _show_holder(self, head: RecordHead) -> None:
        holder = head.held_by
        if holder is None:
            self.place.show_holder("", "")
        elif holder.user_id == self.ctx.person.id:
            self.place.show_holder(
                self.ctx.person.name, tr("Held by you until {time}", time=formats.clock(holder.until))
            )
        else:
            said = tr("{name} is calling, until {time}", name=holder.name, time=formats.clock(holder.until))
            self.place.show_holder(holder.name, said)

    def set_narrow(self, narrow: bool) -> None:
        """Put tags and buttons below the name where there is no room beside it."""
        ways = QBoxLayout.Direction
        for layout in (self._top, self._whole):
            layout.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    def _build(self) -> None:
        marks, buttons = row(None, 8), row(None, 8)
        for mark in (self._pill, self._unscored, self._segment, self._state, self._age):
            marks.addWidget(mark)
        marks.addStretch(1)
        for button in (self.call, self.text, self.book, self.more):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._top, self._whole = (QBoxLayout(QBoxLayout.Direction.LeftToRight) for _ in range(2))
        self._top.setSpacing(8)
        self._top.addWidget(self._name)
        self._top.addLayout(marks, 1)
        middle = column(None, 2)
        middle.addLayout(self._top)
        middle.addWidget(self._line)
        person = row(None, 14)
        person.addWidget(self._avatar)
        person.addLayout(middle, 1)
        self._whole.setSpacing(8)
        self._whole.addLayout(person, 1)
        self._whole.addLayout(buttons)
        inner = column(self, 8)
        inner.addWidget(self.place)
        inner.addLayout(self._whole)


def _line(head: RecordHead) -> str:
    patient = head.patient
    born = tr("born {day}", day=formats.birth_date(patient.date_of_birth)) if patient.date_of_birth else ""
    return joined(
        formats.age(patient.date_of_birth),
        born,
        tr("MRN {number}", number=head.mrn) if head.mrn else None,
        veiled(formats.phone(patient.phone)) if patient.phone else tr("no phone number"),
        veiled(patient.email) if patient.email else None,
        tr("prefers {language}", language=words.spoken(head.language)) if head.language != "en" else None,
        ", ".join(head.tags) or None,
    )


def _hide(tag: IconTag) -> None:
    tag.show_tag("", "")
