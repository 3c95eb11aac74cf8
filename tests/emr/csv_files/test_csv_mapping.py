"""Headers are understood without help where they can be, and said to be missing where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.emr.csv_files import (
    FIELDS,
    ColumnMapping,
    check_mapping,
    guess_mapping,
    read_csv,
    settle_dates,
    with_choices,
)
from tests.emr.csv_files.tables import NEW_YORK, TODAY, opened, table

PATIENTS, VISITS, APPOINTMENTS = ImportSubject.PATIENTS, ImportSubject.VISITS, ImportSubject.APPOINTMENTS


def guessed(folder: Path, subject: ImportSubject, header: str) -> list[str]:
    """Return the field of each column ("": none) for a header with commas."""
    columns = header.split(",")
    file = opened(folder, table([columns, ["x"] * len(columns)]))
    mapping = guess_mapping(file, subject)
    return [mapping.columns.get(column, "") for column in file.columns]


@pytest.mark.parametrize(
    ("subject", "header", "fields"),
    [
        (
            PATIENTS,
            "id,first_name,last_name,phone,email,dob,sex,channel,location_id,created_at",
            "external_id,first_name,last_name,phone,email,date_of_birth,,preferred_channel,,registered_on",
        ),
        (VISITS, "id,patient_id,visit_date,visit_type,location_id", "external_id,patient_id,date,type,"),
        (
            APPOINTMENTS,
            "id,patient_id,starts_at,type,provider,duration,status,location_id",
            "external_id,patient_id,starts_at,type,provider,duration,status,",
        ),
        (
            PATIENTS,
            "Patient ID,Patient Name,Birth Date,Home Phone,Mobile,E-Mail,Zip Code,Lang.,DNC",
            "external_id,name,date_of_birth,phone_second,phone,email,postal_code,language,do_not_contact",
        ),
        (
            PATIENTS,
            "PatientID,LastName,FirstName,MiddleName,DateOfBirth,Cell Phone,Work Phone,State,Last Visit,Next Appt",
            "external_id,last_name,first_name,,date_of_birth,phone,phone_second,state,last_visit,next_appointment",
        ),
        (
            PATIENTS,
            "Nº de paciente,Nombre,Apellidos,Teléfono móvil,Correo electrónico,Fecha de nacimiento,Idioma",
            ",first_name,last_name,phone,email,date_of_birth,language",
        ),
        (PATIENTS, "Nombre,Teléfono,Última visita,Próxima cita", "name,phone,last_visit,next_appointment"),
        (PATIENTS, "Name,Vorname,Surname,phone,phone", "first_name,,last_name,phone,phone_second"),
        (PATIENTS, "Name,First Name,DOB", "last_name,first_name,date_of_birth"),
        (PATIENTS, "MRN,Patient", "external_id,name"),
        (PATIENTS, "MRN,Patient,ID", "mrn,name,external_id"),
        (PATIENTS, "id,patient_id,name,name", ",external_id,name,"),
        (PATIENTS, "PT DOB,PT LAST,PT FIRST,Patient Status", "date_of_birth,last_name,first_name,active"),
        (PATIENTS, "LAST NAME, FIRST NAME", "last_name,first_name"),
        (PATIENTS, "colour,shape", ","),
        (VISITS, "Patient Name,Patient DOB,Service date,Seen by", "patient_name,patient_date_of_birth,date,provider"),
        (VISITS, "MRN,DOS,Reason", "patient_id,date,type"),
        (VISITS, "ID,Patient First Name,Last Name,DOB,Date,Time",
         "external_id,patient_first_name,patient_last_name,patient_date_of_birth,date,time"),
        (VISITS, "Paciente,Fecha de nacimiento,Fecha de visita,Hora,Médico,Motivo",
         "patient_name,patient_date_of_birth,date,time,provider,type"),
        (APPOINTMENTS, "Appt ID,Patient ID,Appt Date,Appt Time,Appt Type,Appt Status,Length",
         "external_id,patient_id,date,time,type,status,duration"),
        (APPOINTMENTS, "Patient ID,Start Time", "patient_id,starts_at"),
        (APPOINTMENTS, "Patient ID,Date,Start Time,Doctor", "patient_id,date,time,provider"),
        (APPOINTMENTS, "Paciente,Fecha de nacimiento,Fecha de cita,Hora,Estado",
         "patient_name,patient_date_of_birth,date,time,status"),
    ],
)  # fmt: skip
def test_headers_are_understood(tmp_path: Path, subject: ImportSubject, header: str, fields: str) -> None:
    assert guessed(tmp_path, subject, header) == fields.split(",")


@pytest.mark.parametrize("subject", list(ImportSubject))
def test_every_field_is_found_by_its_own_name(tmp_path: Path, subject: ImportSubject) -> None:
    # Alone, a record number is the id, and a time the start.
    beside = {"mrn": "external_id", "time": "date"}
    for field in FIELDS[subject]:
        other = beside.get(field, "colour")
        assert guessed(tmp_path, subject, f"{other},{field}") == [other if field in beside else "", field]


@pytest.mark.parametrize(
    ("subject", "header", "sentence"),
    [
        (PATIENTS, "id,phone", "list.csv has no column for the name of the patient (name, first_name or last_name). "
         "Its columns are: id, phone. Please say which one it is: --map COLUMN=name"),
        (VISITS, "id,patient", "no column for the patient (patient_id, or patient_name with patient_date_of_birth)"),
        (VISITS, "id,patient,dob", "no column for the day of the visit (date)"),
        (VISITS, "id,patient_id", "--map COLUMN=date"),
        (APPOINTMENTS, "id,patient_id,time", "no column for"),
        (APPOINTMENTS, "starts_at,dob", "--map COLUMN=patient_id"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_with_the_columns_there_are(
    tmp_path: Path, subject: ImportSubject, header: str, sentence: str
) -> None:
    columns = header.split(",")
    file = opened(tmp_path, table([columns, ["x"] * len(columns)]))
    mapping = guess_mapping(file, subject)
    if subject is APPOINTMENTS and "time" in header:
        mapping = with_choices(mapping, {"time": "time"})
    with pytest.raises(Invalid) as missing:
        settle_dates(file, mapping, {})
    assert sentence in str(missing.value)
    with pytest.raises(Invalid):
        read_csv(file, subject, mapping, zone=NEW_YORK, region="US", today=TODAY)


def test_a_person_chooses(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,code,name,phone,mobile\n1,x,a,2,3\n")
    mapping = with_choices(guess_mapping(file, PATIENTS), {"code": "external_id", "phone": "", "mobile": "phone"})
    assert mapping.columns == {"name": "name", "code": "external_id", "mobile": "phone"}
    assert mapping.column_of("external_id") == "code"
    assert mapping.column_of("email") is None


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"id": "shoe"}, '"shoe" is no field of patients. Please choose one of: external_id, mrn,'),
        ({"id": "date"}, '"date" is no field of patients.'),
        ({"id": "phone", "name": "phone"}, "Two columns were chosen for phone. Please choose one of them."),
    ],
)
def test_a_choice_that_cannot_be(tmp_path: Path, choices: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        with_choices(ColumnMapping(PATIENTS), choices)
    assert sentence in str(refused.value)


def test_a_mapping_of_another_file_is_not_used(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,name\n1,a\n")
    mapping = ColumnMapping(PATIENTS, {"id": "external_id", "full": "name"})
    with pytest.raises(Invalid, match=r'list\.csv has no column "full"\. Its columns are: id, name\.'):
        check_mapping(file, mapping)
    with pytest.raises(Invalid, match="were mapped for patients, not for visits"):
        read_csv(file, VISITS, guess_mapping(file, PATIENTS), zone=NEW_YORK, region="US", today=TODAY)


def test_a_profile_comes_back_as_it_was(tmp_path: Path) -> None:
    file = opened(tmp_path, "id,name,dob\n1,a,31/12/1985\n")
    mapping = settle_dates(file, guess_mapping(file, PATIENTS), {})
    assert mapping.orders == {"dob": "DMY"}
    assert mapping.as_json() == {
        "subject": "PATIENTS",
        "columns": {"id": "external_id", "name": "name", "dob": "date_of_birth"},
        "orders": {"dob": "DMY"},
    }
    assert ColumnMapping.from_json(mapping.as_json()) == mapping


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"subject": "SHOES", "columns": {}},
        {"subject": ["PATIENTS"], "columns": {}},
        {"subject": "PATIENTS", "columns": ["id"]},
        {"subject": "PATIENTS", "columns": {"id": "shoe"}},
        {"subject": "PATIENTS", "columns": {"id": ["mrn"]}},
        {"subject": "PATIENTS", "columns": {}, "orders": {"id": "YDM"}},
        {"subject": "PATIENTS", "columns": {}, "orders": None},
    ],
)
def test_a_profile_that_this_version_does_not_know(profile: dict[str, object]) -> None:
    with pytest.raises(Invalid, match="cannot use the remembered profile"):
        ColumnMapping.from_json(profile)


def test_long_headers_are_not_listed_whole(tmp_path: Path) -> None:
    columns = [f"column number {n}" for n in range(40)]
    file = opened(tmp_path, table([columns, ["x"] * 40]))
    with pytest.raises(Invalid, match="column number 29 and 10 more"):
        check_mapping(file, guess_mapping(file, PATIENTS))
