"""In which order each date column writes day and month: decided by its values, asked where they cannot tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.emr.csv_files.cells import clean
from reactivate_desktop.emr.csv_files.dates import ORDER_WORDS, Triple, is_serial, is_year, split_date
from reactivate_desktop.emr.csv_files.files import CsvFile
from reactivate_desktop.emr.csv_files.mapping import ORDERS, ColumnMapping, check_mapping, date_columns
from reactivate_desktop.emr.csv_files.records import Ragged

_KEPT = 100_000


class DatesUndecided(Invalid):
    """Every date of some columns can be read as day/month or month/day; `columns`: which ones to ask for."""

    def __init__(self, message: str, columns: Sequence[str]) -> None:
        super().__init__(message)
        self.columns = tuple(columns)


@dataclass
class _Evidence:
    """What the values of one column say; `decided`: order -> the first row, and its text, that allows no other."""

    decided: dict[str, tuple[int, str]] = field(default_factory=dict)
    either: str | None = None
    serials: bool = False
    years: bool = False
    others: bool = False

    def add(self, row: int, text: str) -> None:
        """Take one value into account."""
        if is_serial(text):
            self.years |= is_year(text)
            self.serials |= not is_year(text)
            return
        self.others = True
        found = split_date(text)
        if found is None or not isinstance(found[0], Triple):
            return
        possible, text = found[0].orders(), text[:40]
        if len(possible) == 1:
            self.decided.setdefault(possible[0], (row, text))
        elif possible and found[0].first != found[0].second:
            self.either = self.either or text


def settle_dates(file: CsvFile, mapping: ColumnMapping, answers: Mapping[str, str]) -> ColumnMapping:
    """Return the mapping with the order of each date column that has one, after one pass over the file.

    A value with a day above 12 decides for its column; years first and month names need no order; bare numbers are
    Excel's days only where the whole column holds nothing else. An answer (column -> order) or, without one, the
    order remembered in the mapping decides where the values cannot. Raises DatesUndecided where nothing does, Invalid
    when values contradict each other (unless an answer says which is right: the others are then refused one by one),
    or all of them the answer or the memory.
    """
    check_mapping(file, mapping)
    chosen = _checked(mapping, answers)
    evidence = _gather(file, date_columns(mapping))
    orders, undecided = {}, []
    for column, seen in evidence.items():
        order = _decide(column, seen, chosen.get(column), mapping.orders.get(column))
        if order is not None:
            orders[column] = order
        elif seen.either is not None:
            undecided.append(column)
    if undecided:
        raise DatesUndecided(" ".join(_question(column, evidence[column]) for column in undecided), undecided)
    return replace(mapping, orders=orders)


@dataclass(frozen=True)
class OrderDoubt:
    """A date column whose values leave its order open: the order taken, and a value that fits two ways.

    `both`: values contradict each other, those that do not fit the order are refused one by one.
    """

    column: str
    order: str
    example: str
    both: bool


def settle_or_guess(
    file: CsvFile, mapping: ColumnMapping, answers: Mapping[str, str], likely: str
) -> tuple[ColumnMapping, tuple[OrderDoubt, ...]]:
    """As settle_dates, but where the values do not decide, an answer does, else the memory, else `likely`.

    Returns the settled mapping and the columns in doubt, for a person to confirm; never raises for their values.
    """
    check_mapping(file, mapping)
    orders, doubts = {}, []
    for column, seen in _gather(file, date_columns(mapping)).items():
        said = answers.get(column) or mapping.orders.get(column)
        if seen.decided and said not in seen.decided:
            said = None
        both = len(seen.decided) > 1
        if (seen.serials and not seen.others) or not (both or (seen.either is not None and not seen.decided)):
            order = _decide(column, seen, said, None)
        else:
            order = said or next(iter(seen.decided), likely)
            example = seen.either or next(iter(seen.decided.values()))[1]
            doubts.append(OrderDoubt(column, order, example, both))
        if order is not None:
            orders[column] = order
    return replace(mapping, orders=orders), tuple(doubts)


def _checked(mapping: ColumnMapping, answers: Mapping[str, str]) -> dict[str, str]:
    chosen = {column: order.upper() for column, order in answers.items()}
    for column, order in chosen.items():
        if column not in date_columns(mapping):
            raise Invalid(
                f'There is no date column "{column}". The date columns are: {", ".join(date_columns(mapping))}.'
            )
        if order not in ORDERS:
            raise Invalid(f'"{order}" is no order of a date. Please say one of: {", ".join(ORDERS)}.')
    return chosen


def _gather(file: CsvFile, columns: Sequence[str]) -> dict[str, _Evidence]:
    evidence = {column: _Evidence() for column in columns}
    looks = [(file.columns.index(column), evidence[column], set[str]()) for column in columns]
    for row, cells in file.rows() if columns else ():
        if isinstance(cells, Ragged):
            continue
        for index, seen, known in looks:
            text = cells[index]
            if text in known:
                continue
            if text[4:5] == "-" and text[:4].isdigit():
                seen.others = True
                continue
            if len(known) >= _KEPT:
                known.clear()
            known.add(text)
            if bare := clean(text):
                seen.add(row, bare)
    return evidence


def _decide(column: str, seen: _Evidence, answer: str | None, remembered: str | None) -> str | None:
    """Return the order of one column, None where it needs none or nothing tells. Raises Invalid."""
    if seen.serials and not seen.others:
        return "SERIAL"
    if answer is not None:
        if seen.decided and answer not in seen.decided and answer != "SERIAL":
            raise Invalid(f"{_shown(column, seen)}, so it is not {ORDER_WORDS[answer]}.")
        return answer
    if len(seen.decided) > 1:
        raise Invalid(_contradiction(column, seen))
    said = remembered if remembered in ORDER_WORDS else None
    if not seen.decided:
        return said if seen.either is not None else None
    order = next(iter(seen.decided))
    if said not in (None, order) and seen.either is not None:
        raise Invalid(
            f"{_shown(column, seen)}, but files like this one used to have {ORDER_WORDS[said or order]}. "
            f"Please say which: {_option(column, order)}"
        )
    return order


def _shown(column: str, seen: _Evidence) -> str:
    order, (row, text) = next(iter(seen.decided.items()))
    return f'In the column "{column}", row {row} has {text}, which can only be {ORDER_WORDS[order]}'


def _contradiction(column: str, seen: _Evidence) -> str:
    (first, (row, text)), (second, (other_row, other)) = list(seen.decided.items())[:2]
    return (
        f'In the column "{column}", row {row} has {text}, which can only be {ORDER_WORDS[first]}, and row {other_row} '
        f"has {other}, which can only be {ORDER_WORDS[second]}. Please correct one of them, or say which order holds "
        f"(the rows that do not fit are then listed): {_option(column, first)} or {_option(column, second)}"
    )


def _question(column: str, seen: _Evidence) -> str:
    return (
        f'In the column "{column}" every date can be read as day/month or month/day (for example {seen.either}). '
        f"Please say which: {_option(column, 'MDY')} or {_option(column, 'DMY')}."
    )


def _option(column: str, order: str) -> str:
    answer = f"{column}={order}"
    return f'--dates "{answer}"' if " " in answer else f"--dates {answer}"
