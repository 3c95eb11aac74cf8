"""The tabs of a record beside the time line: one list each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Signal

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.notes import NoteRow
from reactivate_desktop.domain.time_line import MessageEntry, TimeLineKind, VisitEntry
from ui.context import Context
from ui.latest import Latest
from ui.patients.record import list_rows
from ui.patients.record.cells import CellList, ColumnSpec, ListRow
from ui.patients.record.entry_box import EntryBox
from ui.text import tr, trn
from ui.widgets.panels import Card, EmptyState, row
from ui.widgets.text import SMALL, Label, hairline

MOST = 200
Read = Callable[[Context, UUID], Sequence[ListRow]]


@dataclass(frozen=True)
class ListSpec:
    """A tab: its title, columns, how it is read (in a worker; rows are made there too), what it says when empty."""

    id: str
    title: str
    columns: tuple[ColumnSpec, ...]
    read: Read
    empty: tuple[str, str]


class RecordList(Card):
    """One tab's list; `changed`: a note was changed in it."""

    changed = Signal()

    def __init__(self, ctx: Context, spec: ListSpec) -> None:
        super().__init__(0, 0)
        self.ctx = ctx
        self.spec = spec
        self._latest = Latest(ctx.tasks, self)
        self._patient: UUID | None = None
        self.view = CellList(f"patient-{spec.id}", spec.title, spec.columns)
        self._empty = EmptyState("info", spec.empty[0], spec.empty[1])
        self._empty.hide()
        self.box = EntryBox(ctx)
        self.box.changed.connect(self.changed)
        self._foot = Label("", SMALL, "muted")
        foot = row(None)
        foot.setContentsMargins(16, 8, 14, 8)
        foot.addWidget(self._foot, 1)
        self.body.setContentsMargins(1, 4, 1, 1)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self.box)
        self.body.addWidget(hairline())
        self.body.addLayout(foot)
        self.view.moved.connect(self._show_box)

    def show_patient(self, patient_id: UUID) -> None:
        """Show another patient's list."""
        self._patient = patient_id
        self.view.show_rows([])
        self.box.show_patient(patient_id)
        self._foot.setText("")
        self.reload()

    def shows(self, patient_id: UUID) -> bool:
        """Return whether the list is this patient's and as it was read last."""
        return self._patient == patient_id

    def forget(self) -> None:
        """Read it anew when it is opened next."""
        self._patient = None

    def reload(self) -> None:
        """Read the list again; place and selection stay."""
        patient, ctx, read = self._patient, self.ctx, self.spec.read
        if patient is not None:
            self._latest.ask("rows", lambda: read(ctx, patient), self._take)

    def _take(self, rows: Sequence[ListRow]) -> None:
        self.view.show_rows(rows)
        self.view.setVisible(bool(rows))
        self._empty.setVisible(not rows)
        more = len(rows) >= MOST
        newest = trn("The newest entry", "The newest {n} entries", len(rows))
        self._foot.setText(newest if more else trn("{n} entry", "{n} entries · newest first", len(rows)))
        self._show_box(self.view.place())

    def _show_box(self, place: int) -> None:
        source = self.view.source_at(place)
        if isinstance(source, NoteRow):
            self.box.show_note(source)
        else:
            self.box.show_entry(source if isinstance(source, MessageEntry) else None)


def list_specs(ctx: Context) -> list[ListSpec]:
    """Return the tabs that the signed-in person may see, in their order."""
    found = [_visits(), _appointments(), _messages(), _notes(), _consents(), _scores()]
    return [*found, _audit()] if ctx.person.role == UserRole.ADMIN else found


def _visits() -> ListSpec:
    columns = (
        ColumnSpec(tr("When"), 120),
        ColumnSpec(tr("What"), 0),
        ColumnSpec(tr("With"), 170),
        ColumnSpec(tr("Known from"), 150),
    )

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        entries = ctx.desk.records.time_line(patient, [TimeLineKind.VISIT], limit=MOST)
        return [list_rows.visit_row(each) for each in entries if isinstance(each, VisitEntry)]

    return ListSpec("visits", tr("Visits"), columns, read, (tr("No visit yet"), tr("Visits come with the records.")))


def _appointments() -> ListSpec:
    columns = (
        ColumnSpec(tr("When"), 120),
        ColumnSpec(tr("What"), 0),
        ColumnSpec(tr("With"), 170),
        ColumnSpec(tr("State"), 190),
    )

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        return [list_rows.appointment_row(each) for each in ctx.desk.appointments.of_patient(patient, MOST)]

    empty = (tr("No appointment yet"), tr("What is booked here or in the record system is listed here."))
    return ListSpec("appointments", tr("Appointments"), columns, read, empty)


def _messages() -> ListSpec:
    columns = (
        ColumnSpec(tr("When"), 110),
        ColumnSpec(tr("How"), 200),
        ColumnSpec(tr("Text"), 0),
        ColumnSpec(tr("State"), 130),
    )

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        entries = ctx.desk.records.time_line(patient, [TimeLineKind.MESSAGE], limit=MOST)
        return [list_rows.message_row(each) for each in entries if isinstance(each, MessageEntry)]

    empty = (tr("No message yet"), tr("Texts, emails and chats with this patient are listed here."))
    return ListSpec("messages", tr("Messages"), columns, read, empty)


def _notes() -> ListSpec:
    columns = (ColumnSpec(tr("When"), 110), ColumnSpec(tr("Note"), 0))

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        return [list_rows.note_row(each) for each in ctx.desk.notes.of_patient(patient, MOST)]

    return ListSpec(
        "notes", tr("Notes"), columns, read, (tr("No note yet"), tr("Notes for colleagues are listed here."))
    )


def _consents() -> ListSpec:
    columns = (ColumnSpec(tr("Said"), 210), ColumnSpec(tr("Where from"), 0), ColumnSpec(tr("When"), 120))

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        return [list_rows.consent_row(each) for each in ctx.desk.consents.history(patient)]

    empty = (tr("No consent yet"), tr("What the patient agrees to and takes back is listed here."))
    return ListSpec("consents", tr("Consents"), columns, read, empty)


def _scores() -> ListSpec:
    columns = (
        ColumnSpec(tr("When"), 110),
        ColumnSpec(tr("Score"), 120),
        ColumnSpec(tr("Because"), 0),
        ColumnSpec(tr("By"), 170),
    )

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        return [list_rows.score_row(each) for each in ctx.desk.records.scores(patient, MOST)]

    empty = (tr("Not scored yet"), tr("Each scoring run that changes this patient's score is listed here."))
    return ListSpec("scores", tr("Scores"), columns, read, empty)


def _audit() -> ListSpec:
    columns = (ColumnSpec(tr("When"), 110), ColumnSpec(tr("Who"), 200), ColumnSpec(tr("What"), 0))

    def read(ctx: Context, patient: UUID) -> list[ListRow]:
        names: dict[UUID, str] = {each.id: f"{each.first_name} {each.last_name}" for each in ctx.desk.staff.list()}
        return list_rows.audit_rows(ctx.desk.audit.page(str(patient), limit=MOST), names)

    return ListSpec(
        "audit", tr("Audit"), columns, read, (tr("Nothing yet"), tr("Who looked at this record, and when."))
    )
