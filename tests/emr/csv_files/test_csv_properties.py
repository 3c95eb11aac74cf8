"""Whatever a file holds, each of its rows comes out once; names come back as they were written."""

from __future__ import annotations

import tempfile
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import PhoneQuality
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, Incoming, IncomingPatient, Rejected
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.emr.csv_files import CsvFile, Ragged
from tests.emr.csv_files.tables import opened, read_all, table

HEADERS = {
    ImportSubject.PATIENTS: ["id", "name", "phone", "dob", "zip"],
    ImportSubject.VISITS: ["id", "patient_id", "date", "time", "status"],
    ImportSubject.APPOINTMENTS: ["id", "patient_id", "date", "time", "status"],
}
# What cells of real files are made of, so that every rule is met often.
VALUES = "1|A-7|Lee, Ann|Ann Lee|2026-01-05|05/06/2026|1/31/26|31110|09:30|1.2E+05|#REF!|completed|NULL|2125550147"
PIECES = st.sampled_from([*VALUES.split("|"), "", " ", '"', '""', ",", ";", "\n", "\r\n", "\0", "'", "=1+1", "é"])
BLANKS = "\0 \t\r\n\x0b\x0c\x1a\xa0\ufeff"
TEXT = st.lists(PIECES | st.text(max_size=5), max_size=3).map("".join)
DATES = {"dob": "MDY", "date": "MDY"}


def _read(subject: ImportSubject, text: str) -> tuple[CsvFile, list[Incoming | Rejected]] | str:
    """Return what a file holds, or the sentence with which it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            file = opened(Path(folder), text)
            dates = {column: order for column, order in DATES.items() if column in file.columns}
            return file, read_all(file, subject, dates=dates)
        except Invalid as error:
            return str(error)


@pytest.mark.parametrize("subject", list(ImportSubject))
@given(rows=st.lists(st.lists(TEXT, min_size=1, max_size=7), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_every_row_of_a_written_file_comes_out_once(subject: ImportSubject, rows: list[list[str]]) -> None:
    found = _read(subject, table([HEADERS[subject], *rows]))
    if isinstance(found, str):
        # All marks are closed in a file that a program wrote, however ragged it is.
        assert "never closed" not in found
        return
    file, read = found
    assert [row.row for row in read] == list(range(1, file.row_count + 1))
    assert all(0 < len(row.reason) <= 500 for row in read if isinstance(row, Rejected))
    written = sum(1 for row in rows if "".join(row).strip(BLANKS))
    # A ragged row of several lines comes out line by line.
    of_one_line = not any("\n" in cell or "\r" in cell for row in rows for cell in row)
    assert file.row_count == written or (not of_one_line and file.row_count > written)


@given(text=st.lists(PIECES | st.sampled_from(["\n", ",", '"', "name"]), max_size=40).map("".join))
@settings(max_examples=150, deadline=None)
def test_no_letter_of_any_text_is_lost(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            file = opened(Path(folder), f"id,name\n1,Lee\n{text}")
            rows = list(file.rows())
            read = read_all(file, ImportSubject.PATIENTS)
        except Invalid:
            return
    cells = [cell for _, row in rows for cell in (row.cells if isinstance(row, Ragged) else row)]
    assert _letters("".join(cells)) == "1Lee" + _letters(text)
    assert [row.row for row in read] == [number for number, _ in rows] == list(range(1, file.row_count + 1))


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


NAMES = st.text(
    st.characters(categories=["L", "M", "Pd", "Po"], exclude_characters="#"), min_size=1, max_size=40
).filter(lambda name: any(char.isalpha() for char in name) and name.strip() == name and name[0] not in "'=")


@given(
    names=st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
@example(names=[("A", "𐀀"), ("A", "𐀀")], delimiter=",", encoding="utf-16-le")
@settings(max_examples=100, deadline=None)
def test_names_come_back_as_they_were_written(names: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    rows = [[str(number), *pair] for number, pair in enumerate(names)]
    with tempfile.TemporaryDirectory() as folder:
        text = table([["id", "first name", "last name"], *rows], delimiter)
        read = read_all(opened(Path(folder), text, encoding=encoding), ImportSubject.PATIENTS)
    assert [(row.first_name, row.last_name) for row in read if isinstance(row, IncomingPatient)] == names


@given(
    text=st.from_regex(r"\+?[0-9 ().-]{5,16}", fullmatch=True), region=st.sampled_from(["US", "GB", "BR", "IM", "CA"])
)
@settings(max_examples=150, deadline=None)
def test_a_number_is_valid_exactly_when_the_numbering_plan_says_so(text: str, region: str) -> None:
    try:
        valid = phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        valid = False
    assert (read_phone(text, region).quality is PhoneQuality.VALID) == valid
