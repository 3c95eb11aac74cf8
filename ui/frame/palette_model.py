"""What the command palette lists: patients, commands and staff under their headings, as one short list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from reactivate_desktop.domain.enums import ContactPriority, PatientState
from reactivate_desktop.domain.names import fold, full_name
from reactivate_desktop.domain.patients import PatientRow
from reactivate_desktop.domain.people import StaffRow
from reactivate_desktop.domain.records import Holding
from ui import formats, words
from ui.privacy import veiled
from ui.text import tr

ENTRY_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Heading:
    """The title of a group."""

    title: str

    def said(self) -> str:
        """Return what assistive tools read."""
        return self.title


@dataclass(frozen=True)
class PatientEntry:
    """A patient that was found, ready to paint; `marks`: the typed fragments in the name.

    mine: this person holds her; held_elsewhere: the sentence of who else does, none: nobody.
    """

    id: UUID
    name: str
    letters: str
    age: str
    phone: str
    priority: ContactPriority | None
    score: int | None
    segment: str
    state: str
    state_second: str
    marks: Marks
    deceased: bool = False
    mine: bool = False
    held_elsewhere: str = ""

    @property
    def second(self) -> str:
        """Return the line below the name."""
        return " · ".join(part for part in (self.age, veiled(self.phone)) if part)

    def said(self) -> str:
        """Return what assistive tools read."""
        pill = self.segment if self.priority is None else words.priority_long(self.priority)
        return ", ".join(part for part in (veiled(self.name), self.second, pill, self.state) if part)


@dataclass(frozen=True)
class DoEntry:
    """Something that can be done: its words, keys and icon; `reason`: why it cannot be done now."""

    title: str
    keys: str
    icon: str
    reason: str
    call: Callable[[], None]

    def said(self) -> str:
        """Return what assistive tools read."""
        return ", ".join(part for part in (self.title, self.keys, self.reason) if part)


@dataclass(frozen=True)
class StaffEntry:
    """A colleague."""

    name: str
    letters: str
    role: str
    email: str

    def said(self) -> str:
        """Return what assistive tools read."""
        return f"{self.name}, {self.role}, {self.email}"


Entry = Heading | PatientEntry | DoEntry | StaffEntry


class PaletteModel(QAbstractListModel):
    """The entries of the palette; all of them at once, they are few."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return entry.said()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._entries[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def show(self, entries: Sequence[Entry]) -> None:
        """List other entries."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def entry(self, place: int) -> Entry | None:
        """Return the entry at a place."""
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def next_place(self, place: int, step: int) -> int:
        """Return the next place that can be chosen, round the ends; -1: there is none."""
        count = len(self._entries)
        for _ in range(count):
            place = (place + step) % count
            if not isinstance(self._entries[place], Heading):
                return place
        return -1

    def first(self) -> PatientEntry | None:
        """Return the best patient."""
        return next((entry for entry in self._entries if isinstance(entry, PatientEntry)), None)


def patient_entry(row: PatientRow, typed: str, held: Holding | None, me: UUID) -> PatientEntry:
    """Return what the palette shows of a patient that `typed` found; held: who has claimed her, me: who looks."""
    name = full_name(row.first_name, row.last_name)
    mine = held is not None and held.user_id == me
    state, second = _state(row) if held is None else _held(held, mine=mine)
    return PatientEntry(
        id=row.id,
        name=name,
        letters=formats.initials(row.first_name, row.last_name),
        age=formats.age(row.date_of_birth),
        phone=formats.phone(row.phone) if row.phone else "",
        priority=row.contact_priority,
        score=None if row.contact_priority_score is None else round(row.contact_priority_score * 100),
        segment=words.segment(row.segment),
        state=state,
        state_second=second,
        marks=marks(name, typed),
        deceased=row.patient_state == PatientState.DECEASED,
        mine=mine,
        held_elsewhere="" if mine else state if held is not None else "",
    )


def _held(held: Holding, *, mine: bool) -> tuple[str, str]:
    """Return who holds a patient and until when, as the queue says it."""
    said = tr("Held by you") if mine else tr("{name} is calling", name=held.name.partition(" ")[0])
    return said, tr("until {time}", time=formats.clock(held.until))


def _state(row: PatientRow) -> tuple[str, str]:
    """Return the most pressing thing to know of a patient, and what goes below it."""
    seen = tr("Never seen") if row.last_visit_on is None else tr("Last visit {day}", day=formats.day(row.last_visit_on))
    gone = {
        PatientState.DECEASED: tr("Deceased"),
        PatientState.MOVED: tr("Moved"),
        PatientState.INACTIVE: tr("Inactive"),
    }.get(row.patient_state, "")
    if gone:
        return gone, seen
    if row.do_not_contact:
        return tr("Do not contact"), seen
    if row.next_appointment_at is not None:
        # The day and the time have a line each: together they are too long beside "Open".
        day, _, clock = formats.moment(row.next_appointment_at).rpartition(" ")
        return tr("Booked {when}", when=day or clock), f"{clock} · {seen}" if day else seen
    return seen, tr("None booked")


def staff_entry(row: StaffRow) -> StaffEntry:
    """Return what the palette shows of a colleague."""
    return StaffEntry(
        f"{row.first_name} {row.last_name}".strip(),
        formats.initials(row.first_name, row.last_name),
        words.role(row.role),
        row.email,
    )


def matches(title: str, typed: str) -> bool:
    """Return whether each typed word begins a word of a title."""
    parts = fold(title).split()
    return all(any(part.startswith(wish) for part in parts) for wish in fold(typed).split())


def marks(name: str, typed: str) -> Marks:
    """Return where the typed words stand in a name as (start, end), accents and case ignored."""
    bare = [fold(letter) or " " for letter in name]
    line = "".join(part[0] for part in bare)
    found: list[tuple[int, int]] = []
    for wish in fold(typed).split():
        start = next(
            (at for at in range(len(line)) if line.startswith(wish, at) and (at == 0 or line[at - 1] == " ")), -1
        )
        start = line.find(wish) if start < 0 else start
        if start >= 0:
            found.append((start, start + len(wish)))
    return tuple(sorted(found))
