"""Files of any encoding and delimiter are opened; what is no list, or only half of one, is refused whole."""

from __future__ import annotations

import gzip
import os
from hashlib import sha256
from pathlib import Path

import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, IncomingPatient
from reactivate_desktop.emr.csv_files import CsvFile, Ragged, open_csv
from tests.emr.csv_files.tables import opened, read_all, table, write

ROWS = [
    ["id", "first name", "last name", "phone", "note"],
    ["1", "Zoë", "Müller", "(212) 555-0147", "calls, mostly; at 5 | 6\tpm"],
    ["2", "José", "Núñez-O’Neill", "", 'says "hi"'],
    ["3", "Ann", "Ødegård", "+1 212 555 0148", "two\nlines"],
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


def rows_of(file: CsvFile) -> list[list[str]]:
    rows = [cells for _, cells in file.rows()]
    assert not any(isinstance(cells, Ragged) for cells in rows), rows
    return [list(cells) for cells in rows if not isinstance(cells, Ragged)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_with_every_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = opened(tmp_path, table(ROWS, delimiter), encoding=encoding)
    assert (file.encoding, file.delimiter) == (encoding, delimiter)
    assert file.columns == tuple(ROWS[0])
    assert file.row_count == 3
    assert rows_of(file) == ROWS[1:]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_names_survive_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = opened(tmp_path, table(ROWS, ";"), encoding=encoding)
    names = [
        (row.first_name, row.last_name)
        for row in read_all(file, ImportSubject.PATIENTS)
        if isinstance(row, IncomingPatient)
    ]
    assert names == [("Zoë", "Müller"), ("José", "Núñez-O’Neill"), ("Ann", "Ødegård")]


def test_utf16_that_begins_with_the_big_end(tmp_path: Path) -> None:
    file = opened(tmp_path, b"\xfe\xff" + table(ROWS, "\t").encode("utf-16-be"))
    assert (file.encoding, file.delimiter, file.columns) == ("utf-16", "\t", tuple(ROWS[0]))


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
def test_every_kind_of_line_end(tmp_path: Path, ends: str) -> None:
    file = opened(tmp_path, ends.join(["a;b", "1;2", "3;4"]))
    assert [cells for _, cells in file.rows()] == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("sep=;\nname;dob\nSmith, J;x\n", ";", ("name", "dob")),
        ('"sep=,"\r\nname,dob\r\nSmith;x\r\n', ",", ("name", "dob")),
        ("SEP=\t\nname\tdob\n1\t2\n", "\t", ("name", "dob")),
        ("sep=|\na|b;c;d\n1|2\n", "|", ("a", "b;c;d")),
        # Commas in most values, but none in the header.
        ("name;dob\nSmith, J;1\nJones, K;2\n", ";", ("name", "dob")),
        # A comma in the header and in every value, but more semicolons.
        ("name, full;dob;phone\nSmith, J;1;2\nJones, K;3;4\n", ";", ("name, full", "dob", "phone")),
        ("id|a,b|c\n1|x,y|2\n", "|", ("id", "a,b", "c")),
        ("name\nSmith\nJones\n", ",", ("name",)),
    ],
)
def test_the_delimiter_is_told_from_the_rows(
    tmp_path: Path, text: str, delimiter: str, columns: tuple[str, ...]
) -> None:
    file = opened(tmp_path, text)
    assert (file.delimiter, file.columns) == (delimiter, columns)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("phone,phone,phone", ("phone", "phone (2)", "phone (3)")),
        ("Phone,phone,name", ("Phone", "phone (2)", "name")),
        ("phone,phone,phone (2)", ("phone", "phone (2)", "phone (2) (2)")),
        ("id,,name,", ("id", "column 2", "name", "column 4")),
        ("column 2,,x", ("column 2", "column 2 (2)", "x")),
        ('"Date of\nbirth",  Last   Name ,"=""id"""', ("Date of birth", "Last Name", "id")),
    ],
)
def test_columns_get_names_of_their_own(tmp_path: Path, header: str, columns: tuple[str, ...]) -> None:
    cells = ",".join("x" for _ in columns)
    assert opened(tmp_path, f"{header}\n{cells}\n").columns == columns


def test_the_signature_is_that_of_the_header(tmp_path: Path) -> None:
    first = opened(tmp_path, "Last Name,DOB\na,b\n", "a.csv")
    same = opened(tmp_path, "last  name;dob\nc;d\ne;f\n", "b.csv", "utf-16")
    other = opened(tmp_path, "dob,last name\na,b\n", "c.csv")
    assert first.signature == same.signature != other.signature
    assert len(first.signature) == 64


def test_the_fingerprint_is_that_of_the_whole_file(tmp_path: Path) -> None:
    path = write(tmp_path, table(ROWS))
    assert open_csv(path).sha256() == sha256(path.read_bytes()).digest()


def test_blank_lines_have_no_number(tmp_path: Path) -> None:
    file = opened(tmp_path, "\n\n,,\nid,name,x\n\n1,a,b\n , ,\n,,\n2,c,d\n\n\x1a")
    assert list(file.rows()) == [(1, ["1", "a", "b"]), (2, ["2", "c", "d"])]
    assert file.row_count == 2


def test_reading_goes_on_behind_a_row(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,name\n1,a\nragged\n\n3,c\n4,d\n")
    whole = list(file.rows())
    assert [number for number, _ in whole] == [1, 2, 3, 4]
    for start in range(6):
        assert list(file.rows(start)) == whole[start:]


def test_nul_characters_are_stripped_and_counted(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,name,city,note\n1,Sm\0ith,Boston,fine\n2,\0\0Lee,Boston,fine\n")
    assert rows_of(file) == [["1", "Smith", "Boston", "fine"], ["2", "Lee", "Boston", "fine"]]
    assert file.nuls == 3


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,Smith", "This row has only 2 of 3 cells. Perhaps it was cut off."),
        ("1,Smith,John,x", "This row has 4 cells where the header has 3. Perhaps a value holds a comma and is not in"),
        ("1", "This row has only 1 of 3 cells"),
        ('1,"Smith,John', 'A quotation mark (") in this row is never closed.'),
        (f"1,{'x' * 200_000},y", "A cell of this row is longer than 131,072 characters."),
    ],
)
def test_a_row_that_does_not_fit_costs_itself(tmp_path: Path, row: str, reason: str) -> None:
    file = opened(tmp_path, f'id,last,first\n0,"A, B",b\n{row}\n2,"C, D",d\n3,"E",e\n')
    rows = [cells for _, cells in file.rows()]
    assert isinstance(rows[1], Ragged)
    assert rows[1].reason.startswith(reason)
    assert "1" in rows[1].cells
    assert [rows[0], *rows[2:]] == [["0", "A, B", "b"], ["2", "C, D", "d"], ["3", "E", "e"]]


def test_two_rows_that_lost_a_quotation_mark_each_are_not_joined(tmp_path: Path) -> None:
    file = opened(tmp_path, 'id;name;x\n1;"Smith;a\n2;"Jones;b\n3;"Lee";c\n')
    rows = [cells for _, cells in file.rows()]
    assert [isinstance(cells, Ragged) for cells in rows] == [True, True, False]
    assert rows[-1] == ["3", "Lee", "c"]


def test_a_text_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    note = 'pain, fever,\ncough, "bad", cold,\n\ntired'
    file = opened(tmp_path, table([["id", "note", "x", "y"], ["1", note, "a", "b"], ["2", "", "c", "d"]]))
    assert rows_of(file) == [["1", note, "a", "b"], ["2", "", "c", "d"]]


def test_empty_cells_at_the_end_may_be_too_many_or_belong_to_no_column(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,name,,\n1,a\n2,b,,\n3,c,,,,\n4,d,,, \n")
    assert rows_of(file) == [[str(n), c, "", ""] for n, c in enumerate("abcd", 1)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "list.csv is empty. Please export it again."),
        (b"\xef\xbb\xbf \r\n\r\n", "list.csv is empty."),
        (b"id,name\n", "list.csv has a header and no rows below it."),
        (b"id,name\n\n ,\n,,\n", "list.csv has a header and no rows below it."),
        (b"PK\x03\x04\x14\0\x06\0", "is an Excel workbook. Save it as CSV in Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook. Save it as CSV"),
        (b"%PDF-1.7\n%\xe2\xe3", "is a PDF document."),
        (gzip.compress(b"id,name\n1,a\n", mtime=0), "is compressed. Please unpack it"),
        (b"{\\rtf1\\ansi id,name}", "is a text document of a word processor"),
        (bytes(range(256)) * 8, "is not a text file."),
        (b"\0\1\2\0\0\0" * 50, "is not a text file."),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "is a web page or an XML file, not CSV."),
        (b"\n\n  <html lang='en'>\n", "is a web page or an XML file, not CSV."),
        (b'<?xml version="1.0"?><Bundle/>', "is a web page or an XML file, not CSV."),
        ("<table><tr><td>id</td></tr>".encode("utf-16"), "is a web page or an XML file, not CSV."),
        (b'{"resourceType": "Patient"}\n', "is a JSON file, not CSV. FHIR files have an import of their own."),
        (b'[{"id": 1}]', "is a JSON file, not CSV."),
        (b'id,name\n1,a\n2,"b\n3,c\n', 'A quotation mark (") in line 3 of list.csv is never closed'),
        (b'id,name\n1,a\n\n2,"b', "in line 4 of list.csv is never closed, so the file may be cut off. Nothing"),
        (b'sep=,\nid,name\n1,"a\n', "in line 3 of list.csv is never closed"),
        (b'"id,name\n1,a\n', "in line 1 of list.csv is never closed"),
        (b"id,name\n1," + b"x" * 1_000_001 + b"\n", "has a line of more than 1,000,000 characters (line 2)"),
        ("id,name\n1,José\n2,Zoë".encode()[:-1], "list.csv is UTF-8 text, but damaged in line 3. Nothing of it"),
        ("\ufeffid,name\n1,a\n".encode() + b"2,\xff\n", "is UTF-8 text, but damaged in line 3."),
        ("id,name\n1,José\n".encode("utf-16") + b"x", "is UTF-16 text, but damaged in line 3."),
        (b"id,name\n1,\x83\x65\x81\x5b\x83\x8f\n", "is neither UTF-8 nor Windows text (line 2)."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(Invalid) as refused:
        open_csv(path)
    assert sentence in str(refused.value)


def test_a_missing_file_and_a_folder_have_their_sentences(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"There is no file .*nowhere\.csv\. Please check its name and folder"):
        open_csv(tmp_path / "nowhere.csv")
    with pytest.raises(Invalid, match="is a folder"):
        open_csv(tmp_path)


def test_a_file_that_changes_meanwhile_is_not_mixed_up(tmp_path: Path) -> None:
    path = write(tmp_path, "id,name\n1,a\n2,b\n")
    file = open_csv(path)
    rows = file.rows()
    next(rows)
    path.write_text("id,name\n1,a\n2,b\n3,c\n")
    with pytest.raises(Invalid, match="was changed while it was being read"):
        list(rows)
    os.remove(path)
    with pytest.raises(Invalid, match="There is no file"):
        list(file.rows())


def test_a_long_file_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("id,name\n")
        out.writelines(f"{n},{'é' * 50}\n" for n in range(60_000))
    file = open_csv(path)
    assert (file.row_count, file.encoding) == (60_000, "utf-8")
    assert next(file.rows(59_999)) == (60_000, ["59999", "é" * 50])
