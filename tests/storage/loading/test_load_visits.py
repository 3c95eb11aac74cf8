"""Visits from a file: whose they are, which count, and what waits for its patient."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from reactivate_desktop.domain.enums import PatientState
from reactivate_desktop.domain.imports import AFTER_DEATH, IncomingVisit, PersonRef, RowCounts
from reactivate_desktop.domain.patients import NewVisit
from reactivate_desktop.services.visits import Visits
from tests.storage.loading.loader import Loader, person, visit

BORN = date(1980, 1, 2)


def test_visits_move_the_standing_and_the_same_again_writes_nothing(loader: Loader) -> None:
    loader(person("1", registered_on=loader.ago(1000)))
    rows = [
        visit("1", loader.ago(days), f"v{days}", visit_type="Checkup", provider_name="Dr Ames",
              started_at=datetime.now(UTC) - timedelta(days=days))
        for days in (300, 200, 100)
    ]  # fmt: skip
    assert loader(*rows).counts == RowCounts(new=3)
    kept = loader.patient("1")
    assert (kept["visit_count"], kept["last_visit_on"], kept["segment"]) == (3, loader.ago(100), "AT_RISK")
    assert (kept["usual_gap_days"], kept["first_visit_on"]) == (100, loader.ago(300))
    first = loader.of_patient("visit", "1")[0]
    assert (first["source"], first["external_visit_id"], first["provider_name"]) == ("EMR", "v300", "Dr Ames")
    assert first["created_by"] == loader.person.id
    before = loader.written()
    assert loader(*rows).counts == RowCounts(unchanged=3)
    assert loader.written() == before


def test_without_an_id_a_visit_is_known_again_by_patient_day_and_type(loader: Loader) -> None:
    loader(person("1"))
    row = visit("1", loader.ago(9), visit_type="Checkup")
    assert loader(row, replace(row, row=2)).counts == RowCounts(new=1, repeated=1)
    assert loader(row, visit("1", loader.ago(9), visit_type="X-ray")).counts == RowCounts(new=1, unchanged=1)
    assert loader.patient("1")["visit_count"] == 1
    assert loader(replace(row, provider_name="Dr Ames")).counts == RowCounts(changed=1)


def test_a_changed_visit_moves_both_patients(loader: Loader) -> None:
    loader(person("1"), person("2", "Bob"), visit("1", loader.ago(9), "v"))
    assert loader(visit("2", loader.ago(8), "v")).counts == RowCounts(changed=1)
    assert [loader.patient(i)["visit_count"] for i in ("1", "2")] == [0, 1]
    assert loader.of_patient("visit", "2")[0]["version"] == 2


def test_a_visit_of_the_day_that_staff_recorded_stays_beside_theirs_and_counts_once(loader: Loader) -> None:
    loader(person("1"))
    Visits(loader.person.begin).add(NewVisit(loader.patient_id("1"), loader.ago(3)))
    loader(visit("1", loader.ago(3), "v"))
    assert [row["source"] for row in loader.of_patient("visit", "1")].count("EMR") == 1
    assert (len(loader.of_patient("visit", "1")), loader.patient("1")["visit_count"]) == (2, 1)


def test_a_visit_names_its_patient_by_name_and_birthday(loader: Loader) -> None:
    loader(person("1", "Zoë", "Ng", date_of_birth=BORN), person("2", "Al", "Roe", date_of_birth=BORN),
           person("3", "Al", "Roe", date_of_birth=BORN))  # fmt: skip
    by_name = IncomingVisit(1, PersonRef(None, "zoe", "NG", BORN), loader.ago(5))
    refused = [
        IncomingVisit(2, PersonRef(None, "Al", "Roe", BORN), loader.ago(5)),
        IncomingVisit(3, PersonRef(None, "No", "Body", BORN), loader.ago(5)),
        IncomingVisit(4, PersonRef(None, "Zoe", "Ng"), loader.ago(5)),
    ]
    done = loader(by_name, *refused)
    assert done.counts == RowCounts(new=1, rejected=3)
    sentences = ("2 patients are called Al Roe", "Nobody is called No Body", "This row names nobody")
    assert all(reject.reason.startswith(s) for reject, s in zip(done.rejects, sentences, strict=True))
    assert loader.patient("1")["visit_count"] == 1
    # Once the two are merged, the name means the one that stays; and a merge makes no row anew.
    loader.run("UPDATE patient SET merged_into_id = %s WHERE id = %s", loader.patient_id("3"), loader.patient_id("2"))
    assert loader(refused[0]).counts == RowCounts(new=1)
    loader.run("UPDATE patient SET merged_into_id = %s WHERE id = %s", loader.patient_id("3"), loader.patient_id("1"))
    assert loader(by_name, refused[0]).counts == RowCounts(unchanged=2)
    assert loader.patient("3")["visit_count"] == 1


def test_a_merged_patients_visit_goes_to_the_one_who_stays(loader: Loader) -> None:
    loader(person("1"), person("2", "Anne"), person("3", "Anna"))
    for gone, stays in (("1", "2"), ("2", "3")):
        loader.run(
            "UPDATE patient SET merged_into_id = %s WHERE id = %s", loader.patient_id(stays), loader.patient_id(gone)
        )
    loader(visit("1", loader.ago(4), "v"))
    assert [loader.patient(i)["visit_count"] for i in ("1", "2", "3")] == [0, 0, 1]


def test_a_visit_waits_for_its_patient_and_is_taken_up(loader: Loader) -> None:
    at = datetime.now(UTC)
    rows = [
        visit("9", loader.ago(days), f"v{days}", visit_type="Lab", started_at=at - timedelta(days=days))
        for days in (40, 400)
    ]
    twice = [*rows, replace(rows[0], row=7, visit_type="X-ray")]
    assert loader(*twice).counts == RowCounts(parked=2, repeated=1)
    before = loader.written()
    assert loader(*twice).counts == RowCounts(parked=2, repeated=1)
    assert loader.written() == before
    assert loader.release() == 0
    assert loader.of("Other")(person("9")).counts == RowCounts(new=1)
    assert loader.of("Other").release() == 0
    loader(person("9"))
    assert loader.release() == 2
    assert loader.release() == 0
    kept = loader.of_patient("visit", "9")
    assert [(row["external_visit_id"], row["visit_type"]) for row in kept] == [("v400", "Lab"), ("v40", "X-ray")]
    assert loader.patient("9")["visit_count"] == 2
    # What was taken up is the row that the file has: the file again changes nothing.
    assert loader(*twice[1:]).counts == RowCounts(unchanged=2)


def test_visits_after_the_last_day_do_not_count_in_both_directions(loader: Loader) -> None:
    dead = person("1", patient_state=PatientState.DECEASED, deceased_on=loader.ago(100))
    loader(dead)
    cancelled = "Cancelled in the record"
    loader(visit("1", loader.ago(150), "a"), visit("1", loader.ago(100), "b"), visit("1", loader.ago(50), "c"),
           visit("1", loader.ago(40), "d", not_counted_reason=cancelled))  # fmt: skip
    assert [row["not_counted_reason"] for row in loader.of_patient("visit", "1")] == [
        None,
        None,
        AFTER_DEATH,
        cancelled,
    ]
    assert (loader.patient("1")["visit_count"], loader.patient("1")["last_visit_on"]) == (2, loader.ago(100))
    loader(replace(dead, deceased_on=loader.ago(120)))
    assert [row["not_counted_reason"] for row in loader.of_patient("visit", "1")] == [
        None, AFTER_DEATH, AFTER_DEATH, cancelled]  # fmt: skip
    assert loader.patient("1")["visit_count"] == 1
    loader(replace(dead, patient_state=PatientState.PRESENT, deceased_on=None))
    assert [row["not_counted_reason"] for row in loader.of_patient("visit", "1")] == [None, None, None, cancelled]
    assert loader.patient("1")["visit_count"] == 3


def test_bad_visits_cost_themselves_only(loader: Loader) -> None:
    loader(person("1"))
    bad = [
        (visit("1", date(1899, 12, 31), "a"), "before 1900"),
        (visit("1", loader.today + timedelta(days=2), "b"), "in the future"),
        (visit("1", loader.ago(1), "c", visit_type="\0"), "cannot be stored"),
        (visit("1", loader.ago(1), "d", started_at=datetime(2026, 1, 1)), "no time zone"),  # noqa: DTZ001
    ]
    done = loader(*(row for row, _ in bad), visit("1", loader.ago(1), "good"))
    assert done.counts == RowCounts(new=1, rejected=4)
    for reject, (_, sentence) in zip(done.rejects, bad, strict=False):
        assert any(s in reject.reason for _, s in bad), sentence
