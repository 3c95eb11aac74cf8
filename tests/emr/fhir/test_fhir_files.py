"""Whole files: what is refused before anything is read, what a Bundle yields, and that every row comes out once."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject, IncomingPatient, IncomingVisit, Rejected
from reactivate_desktop.emr.fhir import NothingToRead, lines, open_fhir
from tests.emr.fhir.making import bundle, encounter, keep, line, ndjson, patient, read, read_all

PATIENTS, VISITS = ImportSubject.PATIENTS, ImportSubject.VISITS
GOOD = ndjson(patient(id="a"), patient(id="b"), patient(id="c"))
PAGE = b"<html><body>502 Bad Gateway</body></html>\n"
OUTCOME = json.dumps({"resourceType": "OperationOutcome", "issue": [{"severity": "error"}]}).encode()
AGAIN = "Nothing of it was taken. Please fetch it again."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.ndjson", b"", f"a.ndjson is empty. {AGAIN}"),
        ("a.ndjson", b"\n \r\n\n", f"a.ndjson is empty. {AGAIN}"),
        ("a.ndjson", b"\xef\xbb\xbf", f"a.ndjson is empty. {AGAIN}"),
        ("a.ndjson.gz", b"", f"a.ndjson.gz is empty. {AGAIN}"),
        ("a.ndjson", PAGE, f"a.ndjson holds a web page or XML instead of FHIR records in JSON. {AGAIN}"),
        ("a.ndjson", b'\n  <?xml version="1.0"?><Patient/>', "holds a web page or XML instead of FHIR records"),
        ("a.json", b"\xef\xbb\xbf<Bundle/>", "holds a web page or XML instead of FHIR records"),
        ("a.ndjson", GOOD + PAGE, f"a.ndjson holds a web page or XML from line 4 on. {AGAIN}"),
        ("a.ndjson", GOOD[:-9], f"a.ndjson breaks off in the middle of line 3. {AGAIN}"),
        ("a.ndjson", GOOD[:-9] + b"\n", "a.ndjson breaks off in the middle of line 3"),
        ("a.ndjson", GOOD[: len(GOOD) // 3 - 9], "a.ndjson is cut off or damaged: it is not complete JSON"),
        ("a.ndjson", GOOD.replace(b"Rice", b"R\xefce", 1), f"a.ndjson is not text in UTF-8 (line 1). {AGAIN}"),
        ("a.ndjson", GOOD + b'{"resourceType":"Patient","x":"\xff"}\n', "is not text in UTF-8 (line 4)"),
        ("a.ndjson", GOOD.decode().encode("utf-16"), f"a.ndjson is not a text file in UTF-8. {AGAIN}"),
        ("a.ndjson", GOOD.decode().encode("utf-16-le"), "a.ndjson is not a text file in UTF-8"),
        ("a.ndjson", b"PK\x03\x04 a workbook", "a.ndjson is not a text file in UTF-8"),
        ("a.ndjson", b"id,last\n1,Rice\n", "a.ndjson is not FHIR: its records would begin with {"),
        ("a.json", bundle(patient())[:-2], "a.json is cut off or damaged: it is not complete JSON"),
        ("a.json", bundle(patient(), indent=1)[:-9], "a.json is cut off or damaged: it is not complete JSON"),
        ("a.json", b"[\n" + line(patient()) + b"\n]", "a.json is JSON, but not a FHIR Bundle"),
        ("a.json", b'{\n"id": 7\n}', "a.json is JSON, but not a FHIR Bundle"),
        ("a.json", b'{"resourceType":"Bundle","entry":{}}', "a.json is JSON, but not a FHIR Bundle"),
        ("a.json", b'{"resourceType":"Bundle","entry":[]}', f"a.json holds no FHIR records. {AGAIN}"),
        ("a.json", bundle(patient(id="\u00ff")).replace(b"\\u00ff", b"\xff"), f"a.json is not text in UTF-8. {AGAIN}"),
        ("a.json", OUTCOME, "a.json holds an error answer of the server (OperationOutcome) instead of records."),
        ("a.ndjson", b'{"id":"1"}\n{"id":"2"}\n', f"a.ndjson holds no FHIR records. {AGAIN}"),
    ],
)  # fmt: skip
def test_a_bad_file_costs_that_file(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        open_fhir(keep(tmp_path, content, name))
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(AGAIN)
    assert not isinstance(caught.value, NothingToRead)


@pytest.mark.parametrize("length", [1, 9, 20, 60, -9, -1])
def test_a_gzip_file_that_is_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    whole = gzip.compress(GOOD)
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(whole[:length])
    with pytest.raises(Invalid, match=r"Nothing of it was taken\. Please fetch it again\."):
        open_fhir(path)


def test_a_gzip_file_with_a_wrong_byte_is_refused(tmp_path: Path) -> None:
    whole = bytearray(gzip.compress(GOOD * 50))
    whole[len(whole) // 2] ^= 0xFF
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(whole)
    with pytest.raises(Invalid, match=r"a\.ndjson\.gz is damaged: it cannot be unpacked\. Nothing of it was taken"):
        open_fhir(path)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n \n"])
def test_a_file_cut_off_at_any_byte_of_its_last_line_is_refused(tmp_path: Path, end: bytes) -> None:
    """Whatever stands at the cut: half a letter, an escape, a number, a word."""
    tail = r'{"id":"\u00e9\"x","resourceType":"Patient","active":true,"n":null,"rank":[12.5e3],"é":{"a":[{}]}}'
    last = tail.encode()
    sound = ndjson(patient())
    assert len(read_all(keep(tmp_path, sound + last + end))) == 2
    for length in range(1, len(last)):
        with pytest.raises(Invalid, match=r"Nothing of it was taken"):
            open_fhir(keep(tmp_path, sound + last[:length] + end))


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"There is no file gone\.ndjson\. Please check the path\."):
        open_fhir(tmp_path / "gone.ndjson")
    with pytest.raises(Invalid, match=r"is a folder\. Please name the files in it\."):
        open_fhir(tmp_path)


def test_a_line_or_a_bundle_without_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_BYTES", 3 * 2**20)
    for name, content in (
        ("a.ndjson.gz", GOOD + b'{"x":"' + b"x" * 5 * 2**20),
        ("a.json", bundle(patient(), indent=1)),
    ):
        padded = content.replace(b'"type": "collection"', b'"type": "' + b"y" * 5 * 2**20 + b'"')
        with pytest.raises(Invalid, match=r"of more than 3 MB; export it as NDJSON\. Nothing of it was taken"):
            open_fhir(keep(tmp_path, padded, name))


def test_other_files_of_a_bulk_export_are_told_apart_from_bad_ones(tmp_path: Path) -> None:
    path = keep(tmp_path, ndjson({"resourceType": "Practitioner", "id": "1"}, {"resourceType": "Location"}))
    with pytest.raises(NothingToRead, match="holds no patients and no encounters, only Location, Practitioner"):
        open_fhir(path)


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz", "a.txt"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_ndjson_is_read_packed_or_not_and_rows_are_lines(tmp_path: Path, name: str, end: bytes, bom: bytes) -> None:
    records = [patient(id="a"), encounter(), patient(id="c")]
    content = bom + end.join(line(record) for record in records)
    path = keep(tmp_path, content, name)
    file = open_fhir(path)
    step = end.count(b"\n")
    assert (file.name, file.subjects, file.lines) == (name, (PATIENTS,), 1 + 2 * step)
    assert file.sha256() == hashlib.sha256(path.read_bytes()).digest()
    rows = read(file)
    assert [row.row for row in rows] == [1, 1 + step, 1 + 2 * step]
    assert [type(row) for row in rows] == [IncomingPatient, Rejected, IncomingPatient]
    assert read(file, start_row=1 + step) == rows[2:]
    assert read(file, start_row=file.lines) == []


def test_a_packed_name_on_an_unpacked_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson.gz"
    path.write_bytes(GOOD)
    assert len(read_all(path)) == 3


def test_a_broken_line_costs_itself_wherever_it_stands(tmp_path: Path) -> None:
    bad = b'{"resourceType":"Patient","id":}'
    for place in range(4):
        records: list[Any] = [patient(), patient(), patient()]
        records.insert(place, bad)
        rows = read_all(keep(tmp_path, ndjson(*records)))
        assert [row.row for row in rows if isinstance(row, Rejected)] == [place + 1]
        assert len(rows) == 4


def test_only_lines_with_half_a_character_are_still_lines(tmp_path: Path) -> None:
    half = '{"resourceType":"Patient","id":"\\ud83d"}'
    assert [type(row) for row in read_all(keep(tmp_path, ndjson(half)))] == [Rejected]
    rows = read_all(keep(tmp_path, ndjson(half, half, patient())))
    assert [type(row) for row in rows] == [Rejected, Rejected, IncomingPatient]


def test_a_file_of_encounters_with_some_patients_is_one_of_visits(tmp_path: Path) -> None:
    file = open_fhir(keep(tmp_path, ndjson(encounter(id="1"), patient(), encounter(id="2"))))
    assert file.subjects == (VISITS,)
    assert [type(row) for row in read(file)] == [IncomingVisit, Rejected, IncomingVisit]
    with pytest.raises(Invalid, match=r"records\.ndjson holds no patients\."):
        read(file, PATIENTS)


@pytest.mark.parametrize("name", ["a.json", "a.json.gz"])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_bundle_yields_each_type_in_its_own_pass(tmp_path: Path, name: str, indent: int | None) -> None:
    others = [{"resourceType": "Practitioner", "id": "9"}, {"resourceType": "OperationOutcome"}, {}]
    content = bundle(encounter(), patient(), *others, patient(id=5), encounter(status="planned"), indent=indent)
    file = open_fhir(keep(tmp_path, content, name))
    assert (file.subjects, file.lines) == ((PATIENTS, VISITS), 7)
    first, second = read(file, PATIENTS), read(file, VISITS)
    assert [(row.row, type(row)) for row in first] == [
        (2, IncomingPatient), (3, Rejected), (4, Rejected), (5, Rejected), (6, Rejected)]  # fmt: skip
    assert [(row.row, type(row)) for row in second] == [(1, IncomingVisit), (7, Rejected)]
    assert read(file, VISITS, start_row=1) == second[1:]


def test_a_bundle_of_encounters_tells_the_others_with_them(tmp_path: Path) -> None:
    file = open_fhir(keep(tmp_path, bundle({"resourceType": "Location"}, encounter()), "a.json"))
    assert file.subjects == (VISITS,)
    assert [(row.row, type(row)) for row in read(file)] == [(1, Rejected), (2, IncomingVisit)]


def test_an_entry_without_a_record_is_told(tmp_path: Path) -> None:
    entries = [{"request": {"method": "DELETE", "url": "Patient/1"}}, None, {"resource": patient()}]
    content = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    rows = read_all(keep(tmp_path, content, "a.json"))
    assert [row.row for row in rows] == [1, 2, 3]
    assert isinstance(rows[0], Rejected)
    assert rows[0].reason == "This entry of the Bundle holds no record."
    assert isinstance(rows[1], Rejected)
    assert isinstance(rows[2], IncomingPatient)


def test_an_encounter_finds_its_patient_by_the_urn_of_the_bundle(tmp_path: Path) -> None:
    entries = [
        {"fullUrl": "urn:uuid:1111", "resource": patient(id="p-77")},
        {"fullUrl": "urn:uuid:2222", "resource": encounter(subject={"reference": "urn:uuid:1111"})},
        {"fullUrl": "urn:uuid:3333", "resource": encounter(id="e2", subject={"reference": "urn:uuid:9999"})},
    ]
    path = keep(tmp_path, json.dumps({"resourceType": "Bundle", "entry": entries}).encode(), "a.json")
    visits = [row for row in read_all(path) if isinstance(row, IncomingVisit)]
    assert [visit.patient.external_id for visit in visits] == ["p-77", "9999"]


@pytest.mark.parametrize("indent", [None, 1])
def test_half_a_character_in_a_bundle_costs_one_record(tmp_path: Path, indent: int | None) -> None:
    content = bundle(patient(id="a"), encounter(id="@"), patient(id="c"), indent=indent).replace(b"@", b"\\ud83d")
    file = open_fhir(keep(tmp_path, content, "a.json"))
    assert file.subjects == (PATIENTS, VISITS)
    assert [type(row) for row in read(file, PATIENTS)] == [IncomingPatient, IncomingPatient]
    (bad,) = read(file, VISITS)
    assert isinstance(bad, Rejected)
    assert (bad.row, "half of a character" in bad.reason) == (2, True)


def test_one_record_in_a_file_of_its_own(tmp_path: Path) -> None:
    for indent in (None, 2):
        path = keep(tmp_path, json.dumps(patient(), indent=indent).encode(), "Patient-p1.json")
        (row,) = read_all(path)
        assert isinstance(row, IncomingPatient)
        assert (row.row, row.external_id) == (1, "p1")


def test_a_file_that_changes_after_the_check_is_not_read(tmp_path: Path) -> None:
    path = keep(tmp_path, GOOD)
    file = open_fhir(path)
    path.write_bytes(GOOD + GOOD)
    with pytest.raises(Invalid, match=r"was changed after it was checked\. Please start the import again\."):
        read(file)
    path.unlink()
    with pytest.raises(Invalid, match="was changed after it was checked"):
        file.sha256()


ODD = st.sampled_from(
    [
        b"",
        b"   ",
        b"garbage",
        b"[1, 2]",
        b'{"resourceType":"Patient",}',
        b'{"resourceType":"Patient","id":"\\ud800"}',
        b'{"resourceType":"Patient","id":"a\\u0000b"}',
        b'{"resourceType":"Patient","id":"a\0b"}',
        b'{"resourceType":"Practitioner","id":"x"}',
        line(patient(id=1)),
        line(patient(birthDate="1985")),
        line(encounter(status="planned")),
        line(encounter()),
        line(patient()),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(ODD, max_size=12), subject=st.sampled_from([patient(), encounter()]))
def test_every_line_comes_out_exactly_once(tmp_path: Path, records: list[bytes], subject: dict[str, Any]) -> None:
    content = ndjson(subject, *records, subject)
    rows = read_all(keep(tmp_path, content))
    filled = [number for number, text in enumerate(content.split(b"\n"), 1) if text.strip()]
    assert [row.row for row in rows] == filled
    for row in rows:
        assert not isinstance(row, Rejected) or (row.reason and "\0" not in str(row.raw["line"]))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    try:
        said = [row.reason for row in read_all(keep(tmp_path, content)) if isinstance(row, Rejected)]
    except Invalid as error:
        said = [str(error)]
    assert all(text.endswith(".") for text in said)


FIELDS = [
    "id", "name", "family", "given", "telecom", "system", "value", "birthDate", "period", "start", "status", "class",
    "subject", "reference", "identifier", "type", "coding", "address", "communication", "link",
]  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    record=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(FIELDS),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    kind=st.sampled_from(["Patient", "Encounter"]),
)
def test_no_shape_of_a_record_is_a_bug(tmp_path: Path, record: Any, kind: str) -> None:
    odd = (record if isinstance(record, dict) else {"id": "x", "name": record}) | {"resourceType": kind}
    first, found, _ = read_all(keep(tmp_path, ndjson(patient(), odd, patient())))
    assert isinstance(first, IncomingPatient)
    assert found.row == 2


def test_the_days_of_rows_do_not_depend_on_where_reading_began(tmp_path: Path) -> None:
    records = [encounter(id=str(n), period={"start": f"2026-01-{n:02d}"}) for n in range(1, 29)]
    file = open_fhir(keep(tmp_path, ndjson(*records)))
    whole = read(file)
    assert [row.visit_date for row in whole if isinstance(row, IncomingVisit)][-1] == date(2026, 1, 28)
    for start in (0, 1, 13, 27, 28):
        assert read(file, start_row=start) == whole[start:]
