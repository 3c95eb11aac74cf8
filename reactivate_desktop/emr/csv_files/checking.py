"""Reads a file as an import does, and counts column by column what its cells are: fine, empty, wrong, in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reactivate_desktop.domain.enums import PatientState, PhoneQuality
from reactivate_desktop.domain.import_checks import ColumnCheck
from reactivate_desktop.domain.imports import Incoming, IncomingPatient, Rejected
from reactivate_desktop.emr.csv_files.cells import Clinic, Refused
from reactivate_desktop.emr.csv_files.dates import DateReader, Triple, split_date
from reactivate_desktop.emr.csv_files.files import CsvFile
from reactivate_desktop.emr.csv_files.mapping import ColumnMapping
from reactivate_desktop.emr.csv_files.reader import as_it_stands, places_of, row_reader, values_of
from reactivate_desktop.emr.csv_files.records import Ragged

# Rows with a problem that are kept of each column, beside the first rows of the file.
_KEPT = 30
_CACHED = 50_000
# What stands in for a cell that a row cannot do without, so that its other cells can be read.
_STAND_INS = {
    "name": "x",
    "first_name": "x",
    "last_name": "x",
    "patient_name": "x",
    "patient_first_name": "x",
    "patient_last_name": "x",
    "patient_id": "x",
    "patient_date_of_birth": "1990-01-31",
    "time": "12:00",
    "status": "completed",
}
_IDS = frozenset({"external_id", "mrn"})
_OTHER = {"DMY": "MDY", "MDY": "DMY"}


@dataclass(frozen=True)
class CheckedCells:
    """A row under the eye: the clean texts by field, what they say together, and what is wrong with which field.

    `read` None: not even without the wrong cells. `reason`: why the row is refused; empty: it is taken.
    """

    row: int
    values: Mapping[str, str]
    read: Incoming | None
    problems: Mapping[str, str]
    doubts: Mapping[str, date]
    reason: str = ""


@dataclass
class _Tally:
    fine: int = 0
    empty: int = 0
    wrong: int = 0
    either: int = 0
    repeated: int = 0
    telling: int = 0
    kept: int = 0
    seen: set[int] = field(default_factory=set)


class CheckingReader:
    """Reads the rows of a file once; afterwards it knows what the cells of each column were.

    doubted: columns whose days fit two orders; `first`: how many rows at the beginning are kept whatever they hold.
    """

    def __init__(
        self, file: CsvFile, mapping: ColumnMapping, clinic: Clinic, *, doubted: Sequence[str] = (), first: int = 50
    ) -> None:
        self._file = file
        self._mapping = mapping
        self._reader = row_reader(mapping, clinic)
        self._first = first
        self._tallies = {name: _Tally() for name in mapping.columns.values()}
        self._ids = _IDS.intersection(self._tallies) if mapping.subject.value == "PATIENTS" else set()
        self._others = {
            mapping.columns[column]: _OtherDay(column, mapping, clinic)
            for column in doubted
            if column in mapping.columns
        }
        # Today is neither over nor ahead: no other rule speaks up because of it.
        self._stand_ins = {**_STAND_INS, "date": str(clinic.today), "starts_at": f"{clinic.today} 12:00"}
        self._without_field = 0
        self.samples: list[CheckedCells] = []
        self.reach: Counter[str] = Counter()
        self._reached = _Reached(clinic.today)

    def rows(self) -> Iterator[Incoming | Rejected]:
        """Yield what read_csv yields."""
        places = places_of(self._file, self._mapping)
        for number, cells in self._file.rows():
            if isinstance(cells, Ragged):
                raw = as_it_stands(self._file.columns, cells.cells)
                self._keep(CheckedCells(number, {}, None, {}, {}, cells.reason))
                yield Rejected(number, cells.reason, raw)
                continue
            values = values_of(cells, places)
            try:
                read = self._reader.read(number, values)
            except Refused as refused:
                column = self._mapping.column_of(refused.field) if refused.field else None
                self._look(self._mended(number, values, refused))
                yield Rejected(number, refused.reason, as_it_stands(self._file.columns, cells), column)
            else:
                self._look(CheckedCells(number, values, read, {}, {}))
                self._reached.add(read)
                yield read
        self.reach = self._reached.counts

    def columns(self) -> tuple[ColumnCheck, ...]:
        """Return what the cells of each mapped column were."""
        names = ("fine", "empty", "wrong", "either", "repeated", "telling")
        return tuple(
            ColumnCheck(column, name, *(getattr(self._tallies[name], count) for count in names))
            for column, name in self._mapping.columns.items()
        )

    def _mended(self, number: int, values: Mapping[str, str], first: Refused) -> CheckedCells:
        """Read a refused row again without its wrong cells, until nothing is wrong: each reason is found."""
        problems: dict[str, str] = {}
        mended, read, refused = dict(values), None, first
        while (name := refused.field) is not None:
            stand_in = self._stand_ins.get(name, "")
            if name in problems and mended.get(name, "") == stand_in:
                break
            problems.setdefault(name, refused.reason)
            mended[name] = "" if mended.get(name) not in (None, "", stand_in) else stand_in
            try:
                read = self._reader.read(number, mended)
                break
            except Refused as error:
                refused = error
        return CheckedCells(number, values, read, problems, {}, first.reason)

    def _look(self, cells: CheckedCells) -> None:
        """Count the cells of a row, and keep it when it is among the first or has something to show."""
        problems, doubts = dict(cells.problems), {}
        for name, text in cells.values.items():
            tally = self._tallies[name]
            if not text:
                tally.empty += 1
                continue
            if name in problems or _undialled(cells.read, name):
                problems.setdefault(
                    name, "This is not a phone number. It is kept as it stands, for the desk to correct."
                )
                tally.wrong += 1
                continue
            tally.fine += 1
            if name in self._ids:
                key = hash(text)
                tally.repeated += key in tally.seen
                tally.seen.add(key)
            elif name in self._others and (other := self._others[name].of(text)):
                tally.either += 1
                doubts[name] = other
            elif name in _TELLING and _TELLING[name](cells.read):
                tally.telling += 1
        self._keep(CheckedCells(cells.row, cells.values, cells.read, problems, doubts, cells.reason))

    def _keep(self, cells: CheckedCells) -> None:
        if cells.row <= self._first:
            self.samples.append(cells)
            return
        named = [name for name in (*cells.problems, *cells.doubts) if name in self._tallies]
        few = [name for name in named if self._tallies[name].kept < _KEPT]
        if few or (cells.reason and not named and self._without_field < _KEPT):
            for name in few:
                self._tallies[name].kept += 1
            self._without_field += not named
            self.samples.append(cells)


class _OtherDay:
    """Reads a column's days by the order that was not taken."""

    def __init__(self, column: str, mapping: ColumnMapping, clinic: Clinic) -> None:
        name = mapping.columns[column]
        self._reader = DateReader(name, _OTHER.get(mapping.orders.get(column, "")), clinic.today, birth="birth" in name)
        self._known: dict[str, date | None] = {}

    def of(self, text: str) -> date | None:
        """Return the other day that a text may mean, None when it means one day only."""
        if text not in self._known:
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> date | None:
        found = split_date(text)
        if found is None or not isinstance(found[0], Triple):
            return None
        parts = found[0]
        if len(parts.orders()) < 2 or parts.first == parts.second:
            return None
        try:
            return self._reader.read(text).day
        except Refused:
            return None


class _Reached:
    """Counts whom the rows would let the desk reach."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.counts: Counter[str] = Counter()

    def add(self, read: Incoming) -> None:
        """Count one row."""
        if not isinstance(read, IncomingPatient):
            return
        if read.do_not_contact or read.patient_state not in (None, PatientState.PRESENT):
            self.counts["forbidden"] += 1
            return
        numbers = (read.phone, read.phone_second)
        if any(number and number.quality == PhoneQuality.VALID for number in numbers):
            self.counts["by_phone"] += 1
        else:
            self.counts["by_email_only" if read.email else "not_at_all"] += 1
        if read.last_visit_on and (self._today - read.last_visit_on).days >= 180:
            self.counts["dormant"] += 1


def _undialled(read: Incoming | None, name: str) -> bool:
    if name not in ("phone", "phone_second") or not isinstance(read, IncomingPatient):
        return False
    number = read.phone if name == "phone" else read.phone_second
    return number is not None and number.quality == PhoneQuality.INVALID


def _away(read: Incoming | None) -> bool:
    return isinstance(read, IncomingPatient) and read.patient_state not in (None, PatientState.PRESENT)


def _forbidden(read: Incoming | None) -> bool:
    return isinstance(read, IncomingPatient) and bool(read.do_not_contact)


_TELLING: Mapping[str, Callable[[Incoming | None], bool]] = {
    "active": _away,
    "deceased_on": _away,
    "do_not_contact": _forbidden,
}
