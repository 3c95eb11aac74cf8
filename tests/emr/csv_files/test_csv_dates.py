"""Day and month are told apart by the whole column, asked for where it cannot tell, and never guessed."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, IncomingPatient, Rejected
from reactivate_desktop.emr.csv_files import (
    ColumnMapping,
    DatesUndecided,
    guess_mapping,
    open_csv,
    read_csv,
    settle_dates,
)
from reactivate_desktop.emr.csv_files.cells import Refused
from reactivate_desktop.emr.csv_files.dates import DateReader, Stamp
from tests.emr.csv_files.tables import NEW_YORK, TODAY, table, write

PATIENTS = ImportSubject.PATIENTS


def settled(
    folder: Path, values: list[str], answers: dict[str, str] | None = None, remembered: str | None = None
) -> ColumnMapping:
    """Return the mapping of a file with these birth dates."""
    path = write(folder, table([["name", "dob"], *(["x", value] for value in values)]))
    file = open_csv(path)
    mapping = guess_mapping(file, PATIENTS)
    if remembered:
        mapping = ColumnMapping(PATIENTS, mapping.columns, {"dob": remembered})
    return settle_dates(file, mapping, answers or {})


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["1985-03-04", "1985/3/4", "1985.03.04", "19850304"], None),
        (["4-Mar-1985", "March 4, 1985", "4 de marzo de 1985", "Mon, 4 Mar 85"], None),
        (["03/04/1985", "13/04/1985"], "DMY"),
        (["03/04/1985", "04/13/1985"], "MDY"),
        (["03.04.1985", "", "N/A", "31.12.1985"], "DMY"),
        (["3-4-85", "12-31-85"], "MDY"),
        (["85/03/04"], "YMD"),
        (["03041985", "31121985"], "DMY"),
        (["12311985"], "MDY"),
        (["03/03/1985", "12/12/2001"], None),
        (["31234", "40000", "1.0"], "SERIAL"),
        (["31234.5", "", "2005"], "SERIAL"),
        (["31234", "1985-03-04"], None),
        (["1985", "2001"], None),
        (["", "none"], None),
        (["not a date", "99/99/1985", "30/02/1985"], None),
        (["1985-03-04", "03/04/1985", '="13/04/1985"'], "DMY"),
        (["03/04/1985 09:00", "04/13/1985 9:00 AM"], "MDY"),
    ],
)
def test_the_column_tells_its_order(tmp_path: Path, values: list[str], order: str | None) -> None:
    assert settled(tmp_path, values).orders == ({"dob": order} if order else {})


def test_an_undecidable_column_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DatesUndecided) as asked:
        settled(tmp_path, ["1985-03-04", "03/04/1985", "05/06/1990"])
    assert asked.value.columns == ("dob",)
    assert str(asked.value) == (
        'In the column "dob" every date can be read as day/month or month/day (for example 03/04/1985). '
        "Please say which: --dates dob=MDY or --dates dob=DMY."
    )


def test_all_undecidable_columns_are_asked_for_at_once(tmp_path: Path) -> None:
    rows = [["name", "Birth Date", "last visit", "created at"], ["x", "03/04/1985", "01/02/2020", "25/12/2019"]]
    file = open_csv(write(tmp_path, table(rows)))
    mapping = guess_mapping(file, PATIENTS)
    with pytest.raises(DatesUndecided) as asked:
        settle_dates(file, mapping, {})
    assert set(asked.value.columns) == {"Birth Date", "last visit"}
    assert '--dates "Birth Date=MDY" or --dates "Birth Date=DMY"' in str(asked.value)
    answered = settle_dates(file, mapping, {"Birth Date": "mdy", "last visit": "DMY"})
    assert answered.orders == {"Birth Date": "MDY", "last visit": "DMY", "created at": "DMY"}
    (row,) = read_csv(file, PATIENTS, answered, zone=NEW_YORK, region="US", today=TODAY)
    assert isinstance(row, IncomingPatient)
    assert (row.date_of_birth, row.last_visit_on) == (date(1985, 3, 4), date(2020, 2, 1))
    assert row.registered_on == date(2019, 12, 25)


def test_what_was_remembered_answers_the_next_time(tmp_path: Path) -> None:
    assert settled(tmp_path, ["03/04/1985"], remembered="DMY").orders == {"dob": "DMY"}
    # Not where it is of no use, nor where the values say it themselves.
    assert settled(tmp_path, ["1985-03-04"], remembered="DMY").orders == {}
    assert settled(tmp_path, ["13/04/1985"], remembered="MDY").orders == {"dob": "DMY"}
    assert settled(tmp_path, ["03/04/1985"], {"dob": "MDY"}, remembered="DMY").orders == {"dob": "MDY"}


@pytest.mark.parametrize(
    ("values", "answers", "remembered", "sentence"),
    [
        (["04/13/1985", "01/02/1985", "13/04/1985"], {}, None,
         'In the column "dob", row 1 has 04/13/1985, which can only be month/day, and row 3 has 13/04/1985, which can '
         "only be day/month. Please correct one of them, or say which order holds (the rows that do not fit are then "
         "listed): --dates dob=MDY or --dates dob=DMY"),
        (["01/02/1985", "13/04/1985"], {"dob": "MDY"}, None,
         'In the column "dob", row 2 has 13/04/1985, which can only be day/month, so it is not month/day.'),
        (["01/02/1985", "13/04/1985"], {}, "MDY",
         "which can only be day/month, but files like this one used to have month/day. Please say which: --dates"),
        (["01/02/1985"], {"name": "MDY"}, None, 'There is no date column "name". The date columns are: dob.'),
        (["01/02/1985"], {"dob": "MDD"}, None, '"MDD" is no order of a date. Please say one of: YMD, DMY,'),
    ],
)  # fmt: skip
def test_contradictions_are_shown_with_their_rows(
    tmp_path: Path, values: list[str], answers: dict[str, str], remembered: str | None, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        settled(tmp_path, values, answers, remembered)
    assert not isinstance(refused.value, DatesUndecided)
    assert sentence in str(refused.value)


def test_an_answer_refuses_the_rows_that_do_not_fit(tmp_path: Path) -> None:
    path = write(tmp_path, table([["name", "dob"], ["x", "04/13/1985"], ["x", "13/04/1985"], ["x", "01/02/1985"]]))
    file = open_csv(path)
    mapping = settle_dates(file, guess_mapping(file, PATIENTS), {"dob": "MDY"})
    first, second, third = read_csv(file, PATIENTS, mapping, zone=NEW_YORK, region="US", today=TODAY)
    assert isinstance(first, IncomingPatient)
    assert first.date_of_birth == date(1985, 4, 13)
    assert isinstance(second, Rejected)
    assert second.reason == '"13/04/1985" does not fit its column, which is read as month/day. Please check it.'
    assert second.column == "dob"
    assert isinstance(third, IncomingPatient)
    assert third.date_of_birth == date(1985, 1, 2)


def test_reading_without_settling_never_guesses(tmp_path: Path) -> None:
    path = write(tmp_path, table([["name", "dob"], ["x", "03/04/1985"], ["x", "13/04/1985"]]))
    file = open_csv(path)
    first, second = read_csv(file, PATIENTS, guess_mapping(file, PATIENTS), zone=NEW_YORK, region="US", today=TODAY)
    assert isinstance(first, Rejected)
    assert first.reason == '"03/04/1985" can be read as day/month or month/day. Please say which.'
    assert isinstance(second, IncomingPatient)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("1985-03-04", None, date(1985, 3, 4)),
        ("1985/3/4", "DMY", date(1985, 3, 4)),
        ("19850304", "MDY", date(1985, 3, 4)),
        ("20121985", "DMY", date(1985, 12, 20)),
        ("03/04/1985", "DMY", date(1985, 4, 3)),
        ("03/04/1985", "MDY", date(1985, 3, 4)),
        ("3 / 4 / 1985", "MDY", date(1985, 3, 4)),
        ("03 04 1985", "DMY", date(1985, 4, 3)),
        ("12-Mar-1985", None, date(1985, 3, 12)),
        ("12-MAR-85", None, date(1985, 3, 12)),
        ("March 12, 1985", None, date(1985, 3, 12)),
        ("Mar. 12 1985", None, date(1985, 3, 12)),
        ("mar 12, 1985", None, date(1985, 3, 12)),
        ("12th March 1985", None, date(1985, 3, 12)),
        ("Tuesday, March 12, 1985", None, date(1985, 3, 12)),
        ("Tue 03/12/1985", "MDY", date(1985, 3, 12)),
        ("martes 12 de marzo de 1985", None, date(1985, 3, 12)),
        ("12 SEPT 1985", None, date(1985, 9, 12)),
        ("1985-Mar-12", None, date(1985, 3, 12)),
        ("29/02/2000", "DMY", date(2000, 2, 29)),
        ("03/04/26", "MDY", date(2026, 3, 4)),
        ("12/04/26", "MDY", date(1926, 12, 4)),
        ("03/04/27", "MDY", date(1927, 3, 4)),
        ("85/03/04", "YMD", date(1985, 3, 4)),
        ("31234", "SERIAL", date(1985, 7, 6)),
        ("59", "SERIAL", date(1900, 2, 28)),
        ("61", "SERIAL", date(1900, 3, 1)),
        ("1", "SERIAL", date(1900, 1, 1)),
    ],
)
def test_birth_dates(text: str, order: str | None, day: date) -> None:
    assert DateReader("date_of_birth", order, TODAY, birth=True).read(text).day == day


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("03/04/27", "MDY", date(2027, 3, 4)),
        ("12/04/26", "MDY", date(2026, 12, 4)),
        ("03/04/46", "MDY", date(2046, 3, 4)),
        ("03/04/47", "MDY", date(1947, 3, 4)),
        ("03/04/99", "MDY", date(1999, 3, 4)),
    ],
)
def test_other_years_of_two_digits_may_lie_ahead(text: str, order: str, day: date) -> None:
    assert DateReader("date", order, TODAY).read(text).day == day


@pytest.mark.parametrize(
    ("text", "clock", "minutes"),
    [
        ("2026-01-05T09:30:00", time(9, 30), None),
        ("2026-01-05 9:30", time(9, 30), None),
        ("2026-01-05 09:30:15.123456", time(9, 30, 15), None),
        ("2026-01-05T09:30:00Z", time(9, 30), 0),
        ("2026-01-05 09:30 UTC", time(9, 30), 0),
        ("2026-01-05T09:30:00-05:00", time(9, 30), -300),
        ("2026-01-05T09:30:00+0215", time(9, 30), 135),
        ("01/05/2026 2:30 PM", time(14, 30), None),
        ("01/05/2026 12:30 a.m.", time(0, 30), None),
        ("01/05/2026, 12 PM", time(12), None),
        ("Jan 5, 2026 2:30 p. m.", time(14, 30), None),
        ("20260105T0930", time(9, 30), None),
        ("20260105093015", time(9, 30, 15), None),
    ],
)
def test_times_beside_a_day(text: str, clock: time, minutes: int | None) -> None:
    stamp = DateReader("starts_at", "MDY", TODAY).read(text)
    assert (stamp.day, stamp.clock) == (date(2026, 1, 5), clock)
    offset = stamp.offset.utcoffset(None) if stamp.offset else None
    assert (offset.total_seconds() / 60 if offset is not None else None) == minutes


def test_a_serial_number_with_a_share_of_the_day() -> None:
    reader = DateReader("starts_at", "SERIAL", TODAY)
    assert reader.read("46027.395833333") == Stamp(date(2026, 1, 5), time(9, 30))
    assert reader.read("46027") == Stamp(date(2026, 1, 5))


@pytest.mark.parametrize(
    ("text", "order", "sentence"),
    [
        ("1985-02-30", None, '"1985-02-30" is no day that exists. Please check day and month.'),
        ("1985-13-01", None, "is no day that exists"),
        ("31/04/1985", "DMY", "is no day that exists"),
        ("29/02/1900", "DMY", "is no day that exists"),
        ("00/00/1985", "MDY", "is no day that exists"),
        ("60", "SERIAL", '"60" is 29 February 1900 in Excel, a day that does not exist.'),
        ("1985", None, '"1985" names no day. Please write the whole date, like 1985-03-31.'),
        ("1985-03", None, '"1985-03" names no day.'),
        ("Mar-85", None, '"Mar-85" names no day.'),
        ("marzo 1985", None, "names no day"),
        ("31234", None, '"31234" is a bare number, as Excel keeps days. Please format the whole column as dates'),
        ("12/03/985", "MDY", '"12/03/985" cannot be read as a date. Please write it like 1985-03-31.'),
        ("yesterday", None, "cannot be read as a date"),
        ("12 Foo 1985", None, "cannot be read as a date"),
        ("1985-03-04 25:00", None, "ends with what is no time of day"),
        ("1985-03-04 24:00", None, "ends with what is no time of day"),
        ("1985-03-04 and later", None, "ends with what is no time of day"),
        ("########", None, 'Excel wrote "########" because the column was too narrow. Please widen the column'),
        ("#VALUE!", None, 'The cell holds an error of Excel ("#VALUE!").'),
    ],
)
def test_what_is_no_day_has_its_sentence(text: str, order: str | None, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        DateReader("date", order, TODAY).read(text)
    assert sentence in refused.value.reason
    assert refused.value.field == "date"
