"""The household of a patient: who belongs to it or shares a number, how they stand, and who joins or leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from reactivate_desktop.domain.errors import ExpectedError
from reactivate_desktop.domain.names import full_name
from reactivate_desktop.domain.outreach import HouseholdMember
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.domain.records import RecordHead
from ui import formats, names, words
from ui.context import Context
from ui.patients.record.entry_words import joined
from ui.patients.record.picker import PatientPicker
from ui.privacy import veiled
from ui.text import tr, trn
from ui.theme.fonts import MEDIUM, font
from ui.theme.theme import tokens
from ui.widgets import paint, pills
from ui.widgets.buttons import Button, Kind
from ui.widgets.panels import Card, clear, column, row
from ui.widgets.text import SMALL, STRONG, Label

_HIGH = 40


class Member(QAbstractButton):
    """One person of the household; a click opens her record."""

    def __init__(self, member: HouseholdMember, today: date) -> None:
        super().__init__()
        self.member = member
        self._below = _below(member, today)
        self.setAccessibleName(f"{full_name(member.first_name, member.last_name)}, {self._below}")
        self.setAccessibleDescription(tr("Opens the record"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(240, _HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        found = tokens()
        box = QRectF(self.rect())
        if self.underMouse() or self.hasFocus():
            line = found.accent if self.hasFocus() else None
            paint.rounded(painter, box, 8, found.sub_surface, line, 2)
        middle = box.center().y()
        letters = formats.initials(self.member.first_name, self.member.last_name)
        paint.avatar(painter, QRectF(6, middle - 13, 26, 26), letters, muted=self.member.by_number)
        right = box.width() - 8
        if self.member.priority is not None:
            pill = QRectF(right - 78, middle - 12, 78, pills.PILL_HEIGHT)
            pills.pill(painter, pill, self.member.priority)
            right = pill.x() - 10
        name = veiled(full_name(self.member.first_name, self.member.last_name))
        paint.text(painter, QRectF(42, 2, right - 42, 18), name, font(13, MEDIUM), found.text)
        paint.text(painter, QRectF(42, 20, right - 42, 17), self._below, font(12), found.muted)


class HouseholdCard(Card):
    """`opened(patient id)`; `changed`: somebody joined or left."""

    opened = Signal(object)
    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__(16, 6)
        self.setObjectName(names.PATIENT_HOUSEHOLD)
        self.ctx = ctx
        self._head: RecordHead | None = None
        self._members: tuple[HouseholdMember, ...] = ()
        self._count = Label("", SMALL, "muted")
        self.add = Button(tr("Add"), Kind.LINK)
        self.leave = Button(tr("Leave"), Kind.LINK)
        self.add.clicked.connect(self._ask)
        self.leave.clicked.connect(self._leave)
        self._rows = column(None, 2)
        self.picker = PatientPicker(ctx)
        head = row(None, 8)
        head.addWidget(Label(tr("Household"), STRONG))
        head.addWidget(self._count, 1)
        head.addWidget(self.leave)
        head.addSpacing(6)
        head.addWidget(self.add)
        self.body.setContentsMargins(16, 12, 14, 10)
        self.body.addLayout(head)
        self.body.addLayout(self._rows)
        self.body.addWidget(self.picker)
        ctx.privacy.changed.connect(self.update)
        self.clear()

    def clear(self) -> None:
        """Show nobody's."""
        self._head, self._members = None, ()
        clear(self._rows)
        self._count.setText("")
        self.picker.leave()
        self.add.hide()
        self.leave.hide()

    def show_members(self, head: RecordHead, members: Sequence[HouseholdMember]) -> None:
        """Show who belongs to the patient of `head`."""
        self._head, self._members = head, tuple(members)
        clear(self._rows)
        today = formats.today_here()
        for member in members:
            button = Member(member, today)
            button.clicked.connect(lambda _=False, id=member.id: self.opened.emit(id))
            self._rows.addWidget(button)
        self._count.setText(_count(head))
        self.add.setVisible(self.ctx.person.writes)
        self.leave.setVisible(self.ctx.person.writes and head.household.id is not None)
        self.leave.setAccessibleName(tr("Take this patient out of the household"))

    def _ask(self) -> None:
        head = self._head
        if head is not None:
            family = {member.id for member in self._members if not member.by_number}
            self.picker.ask(tr("Who belongs to the household?"), self._join, frozenset({head.patient.id, *family}))

    def _join(self, other: PatientRow) -> None:
        head = self._head
        if head is None:
            return
        family = [member.id for member in self._members if not member.by_number]
        ids = [head.patient.id, *family, other.id]
        name = head.household.name or head.patient.last_name or head.patient.first_name
        who = veiled(full_name(other.first_name, other.last_name))
        desk = self.ctx.desk
        self._run(lambda: desk.households.create(ids, name), tr("{name} belongs to the household now", name=who))

    def _leave(self) -> None:
        head = self._head
        if head is None:
            return
        patient, desk = head.patient.id, self.ctx.desk
        family: list[UUID] = [patient, *(member.id for member in self._members if not member.by_number)]
        name = head.household.name or head.patient.last_name
        can_undo = len(family) > 1

        def undo() -> None:
            self._run(lambda: desk.households.create(family, name), "")

        self._run(lambda: desk.households.leave(patient), tr("Taken out of the household"), undo if can_undo else None)

    def _run(self, work: Callable[[], object], said: str, undo: Callable[[], None] | None = None) -> None:
        def done(_: object) -> None:
            self.picker.leave()
            if said:
                self.ctx.notices.say(said, undo)
            self.changed.emit()

        self.ctx.tasks.run(work, self, done, failed=self._refused)

    def _refused(self, error: ExpectedError) -> None:
        if self.picker.isHidden():
            self.ctx.tasks.on_failure(self, error)
        else:
            self.picker.complain(str(error))


def _count(head: RecordHead) -> str:
    household = head.household
    people = trn("{n} person", "{n} people", household.size) if household.id is not None else ""
    sharing = (
        trn("{n} with the same number", "{n} with the same number", household.sharing) if household.sharing else ""
    )
    return joined(people, sharing) or tr("lives alone, as far as is known")


def _below(member: HouseholdMember, today: date) -> str:
    age = formats.age(member.date_of_birth, today)
    if member.next_appointment_at is not None:
        state = tr("booked {when}", when=formats.moment(member.next_appointment_at))
    elif member.last_visit_on is not None:
        state = tr("last visit {span} ago", span=formats.since(member.last_visit_on, today))
    else:
        state = tr("no visit yet")
    first = tr("same number") if member.by_number else words.segment(member.segment).lower()
    return joined(", ".join(part for part in (first, age) if part), state)
