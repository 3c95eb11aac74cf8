"""The review list: who is on it and in which order, who never is, and what a person's decision does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from reactivate_desktop.domain.enums import UserRole
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from reactivate_desktop.domain.merges import DuplicatePair
from reactivate_desktop.domain.patients import NewPatient, NewVisit
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.duplicates import Duplicates
from reactivate_desktop.services.merges import Merges
from reactivate_desktop.services.patients import Patients
from reactivate_desktop.services.visits import Visits
from tests.factories.clinics import ClinicMaker, Person

BORN = date(1980, 5, 17)


@pytest.fixture
def desk(maker: ClinicMaker) -> Person:
    return maker.person(maker.clinic(), UserRole.ADMIN)


def person(desk: Person, first: str, last: str, phone: str = "", born: date | None = BORN) -> UUID:
    return Patients(desk.begin).add(NewPatient(first, last, phone, date_of_birth=born))


def test_a_pair_shows_both_records_side_by_side(desk: Person) -> None:
    one = person(desk, "Elizabeth", "Stone", "212 555 0111")
    Visits(desk.begin).add(NewVisit(one, date(2025, 6, 1)))
    other = person(desk, "Elizabeth", "Stone", "212 555 0122")
    (pair,) = Duplicates(desk.begin).look_for(one)
    assert {pair.one.id, pair.other.id} == {one, other}
    assert (pair.likeness, pair.reason) == (Decimal("1.000"), "The same name and date of birth")
    shown = pair.one if pair.one.id == one else pair.other
    assert (shown.name, shown.phone, shown.last_visit_on, shown.visit_count) == (
        "Elizabeth Stone", "+12125550111", date(2025, 6, 1), 1,
    )  # fmt: skip
    assert Duplicates(desk.begin).look_for(other) == Duplicates(desk.begin).open() == [pair]


def test_a_number_alone_pairs_nobody(desk: Person) -> None:
    """Families, twins and flats share one."""
    shared = "212 555 0133"
    family = [
        person(desk, "Mary", "Stone", shared),
        person(desk, "John", "Stone", shared, date(1978, 1, 1)),
        person(desk, "Ann", "Stone", shared, date(2012, 3, 4)),
        person(desk, "Tom", "Stone", shared, date(2012, 3, 4)),
        person(desk, "Kim", "Other", shared, None),
    ]
    for one in family:
        assert Duplicates(desk.begin).look_for(one) == []


def test_the_likest_come_first_and_pages_follow_each_other(desk: Person) -> None:
    for number in range(3):
        born = date(1970, 1, 1 + number)
        pair = [person(desk, "Elizabeth", f"Stone{number}", born=born) for _ in range(2)]
        person(desk, "Elisabeth", f"Stone{number}", born=born)
        Duplicates(desk.begin).look_for(pair[0])
    everything = Duplicates(desk.begin).open()
    likeness = [pair.likeness for pair in everything]
    assert likeness == sorted(likeness, reverse=True)
    assert (likeness[2], len(everything)) == (Decimal("1.000"), 6)
    seen: list[DuplicatePair] = []
    while page := Duplicates(desk.begin).open(2, (seen[-1].likeness, seen[-1].id) if seen else None):
        seen += page
    assert seen == everything


def test_a_dismissed_pair_leaves_the_list_for_good(desk: Person) -> None:
    one = person(desk, "Ann", "Twice")
    person(desk, "Ann", "Twice")
    duplicates = Duplicates(desk.begin)
    (pair,) = duplicates.look_for(one)
    duplicates.dismiss(pair.id)
    assert duplicates.open() == duplicates.look_for(one) == []
    with pytest.raises(Conflict, match="Somebody dismissed this pair already"):
        duplicates.dismiss(pair.id)
    newest = Audit(desk.begin).page(str(pair.id))[0]
    assert (newest.action, newest.user_id) == ("DUPLICATE_DISMISSED", desk.id)


def test_a_merged_record_is_on_no_pair_until_it_comes_back(desk: Person) -> None:
    one, other, third = (person(desk, "Ann", "Thrice") for _ in range(3))
    duplicates = Duplicates(desk.begin)
    duplicates.look_for(one)
    duplicates.look_for(other)
    assert len(duplicates.open()) == 3
    merges = Merges(desk.begin)
    done = merges.merge(one, other, (1, 1))
    assert [{p.one.id, p.other.id} for p in duplicates.open()] == [{one, third}]
    merges.unmerge(done)
    assert len(duplicates.open()) == 3


def test_looking_at_the_list_is_in_the_trail(desk: Person) -> None:
    Duplicates(desk.begin).open()
    newest = Audit(desk.begin).page(limit=1)[0]
    assert (newest.action, newest.details) == ("DUPLICATES_LISTED", {"count": 0})


def test_nobody_else_may(desk: Person, maker: ClinicMaker) -> None:
    one = person(desk, "Ann", "Twice")
    person(desk, "Ann", "Twice")
    (pair,) = Duplicates(desk.begin).look_for(one)
    viewer = Duplicates(maker.person(desk.signed_in.clinic_id, UserRole.VIEWER).begin)
    assert viewer.open() == [pair]
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        viewer.dismiss(pair.id)
    with pytest.raises(NotAllowed, match="needs the role STAFF"):
        viewer.look_for(one)
    stranger = Duplicates(maker.person(maker.clinic(), UserRole.ADMIN).begin)
    assert stranger.open() == []
    with pytest.raises(NotFound, match="This pair is not in the clinic"):
        stranger.dismiss(pair.id)
    with pytest.raises(NotFound, match="This patient is not in the clinic"):
        stranger.look_for(one)


def test_what_is_not_there_gets_a_sentence(desk: Person) -> None:
    with pytest.raises(NotFound, match="This pair is not in the clinic"):
        Duplicates(desk.begin).dismiss(uuid4())
    with pytest.raises(Invalid, match="ask for 1 or more"):
        Duplicates(desk.begin).open(0)


def test_a_dismissal_can_be_taken_back(desk: Person) -> None:
    one = person(desk, "Ann", "Twice")
    person(desk, "Ann", "Twice")
    duplicates = Duplicates(desk.begin)
    (pair,) = duplicates.look_for(one)
    with pytest.raises(Conflict, match="not dismissed"):
        duplicates.reopen(pair.id)
    duplicates.dismiss(pair.id)
    duplicates.reopen(pair.id)
    assert duplicates.open() == [pair]
    assert Audit(desk.begin).page(str(pair.id))[0].action == "DUPLICATE_REOPENED"
    with pytest.raises(NotFound, match="This pair is not in the clinic"):
        duplicates.reopen(uuid4())
