"""Who is listed as perhaps one person, and who must not be: families, twins, shared phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from reactivate_desktop.domain.imports import IncomingPatient
from reactivate_desktop.domain.phones import read_phone
from reactivate_desktop.storage.loading.likeness import firsts_alike
from tests.storage.loading.loader import Loader, person

BORN = date(1980, 1, 2)
PHONE = read_phone("212 555 0147")


@pytest.fixture
def loader(new_loader: Callable[[], Loader]) -> Loader:
    """A loader into a clinic of this test's own: candidates are looked for in the whole clinic."""
    return new_loader()


NAME = ("The same name and date of birth", "1.000")


def test_the_same_name_and_birthday_of_two_sources_is_listed_once(loader: Loader) -> None:
    assert loader(person("1", "Zoë", "Ng", date_of_birth=BORN)).duplicates == 0
    other = loader.of("Old program")
    assert other(person("x", "Zoe", "NG", date_of_birth=BORN)).duplicates == 1
    assert other(person("x", "Zoe", "NG", date_of_birth=BORN, mrn="M")).duplicates == 0
    assert loader.pairs() == [NAME]


def test_both_new_in_one_chunk_are_found(loader: Loader) -> None:
    assert loader(person("1", date_of_birth=BORN), person("2", date_of_birth=BORN)).duplicates == 1
    (pair,) = loader.rows("SELECT * FROM duplicate_candidate WHERE clinic_id = %s", loader.scope().clinic)
    assert {pair["patient_id"], pair["other_id"]} == {loader.patient_id("1"), loader.patient_id("2")}
    assert pair["review_state"] == "OPEN"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("Jonathan", "Whitfield"), ("Jonathon", "Whitfield"), "Alike names"),
        (("Katherine", "Moreno"), ("Katherine", "Morenno"), "Alike names"),
        (("Katherine", "Garcia"), ("Katherine", "Garcia-Lopez"), "Alike names"),
        (("Robert", "Abernathy"), ("Rob", "Abernathy"), "Alike names"),
        (("Maria", "Fernandez"), ("Maria Jose", "Fernandez"), "Alike names"),
        # Twins and people of one day.
        (("Jayden", "Abernathy"), ("Hayden", "Abernathy"), None),
        (("Mario", "Fernandez"), ("Maria", "Fernandez"), None),
        (("Maria Jose", "Fernandez"), ("Maria Elena", "Fernandez"), None),
        (("Anna", "Abernathy"), ("Hanna", "Abernathy"), None),
        (("Emma", "Johnson"), ("Ella", "Johnson"), None),
        (("Jacob", "Johnson"), ("Joshua", "Johnson"), None),
        (("Ann", "Smith"), ("Bob", "Jones"), None),
    ],
)
def test_alike_names_of_one_birthday(
    loader: Loader, one: tuple[str, str], other: tuple[str, str], expected: str | None
) -> None:
    loader(person("1", *one, date_of_birth=BORN, phone=PHONE))
    # Twins also share the phone.
    loader(person("2", *other, date_of_birth=BORN, phone=PHONE))
    reasons = [reason for reason, _ in loader.pairs()]
    assert [reason.startswith(expected or "?") for reason in reasons] == ([True] if expected else [])
    assert all(0.55 <= float(likeness) < 1 for _, likeness in loader.pairs())


def test_another_surname_needs_a_shared_number_or_address(loader: Loader) -> None:
    loader(person("1", "Katherine", "Garcia", date_of_birth=BORN, email="K@x.example", phone=PHONE))
    loader(person("2", "Katherine", "Whitfield", date_of_birth=BORN))
    assert loader.pairs() == []
    loader(person("3", "Katherine", "Moreno", date_of_birth=BORN, email="k@x.example"),
           person("4", "Katherine", "Okonkwo", date_of_birth=BORN, phone_second=PHONE))  # fmt: skip
    reason = "The same first name and date of birth, and a shared number or address"
    assert loader.pairs() == [(reason, "0.750")] * 2


def test_without_a_birthday_the_same_name_needs_a_shared_number_or_address(loader: Loader) -> None:
    loader(person("1", date_of_birth=BORN, phone=PHONE))
    loader(person("2"))
    assert loader.pairs() == []
    loader(person("3", phone=PHONE))
    assert loader.pairs() == [("The same name and a shared number or address", "0.800")]
    # Another birthday is another person, whatever else is equal: father and son.
    assert loader(person("4", date_of_birth=date(2001, 5, 5), phone=PHONE)).duplicates == 1


def test_families_and_shared_phones_give_no_pairs(loader: Loader) -> None:
    names = ["Ana", "Luis", "Sofia", "Diego", "Lucia"]
    family = [
        person(
            str(n), name, "Ortega", phone=PHONE, email="family@x.example", date_of_birth=date(1970 + 7 * n, 3, n + 1)
        )
        for n, name in enumerate(names)
    ]
    office = [person(f"o{n}", f"Worker{n}", f"Name{n}", phone=PHONE) for n in range(30)]
    assert loader(*family, *office).duplicates == 0
    assert loader.pairs() == []


def test_a_renamed_patient_is_looked_at_again(loader: Loader) -> None:
    loader(person("1", date_of_birth=BORN), person("2", "Bob", date_of_birth=BORN))
    assert loader.pairs() == []
    assert loader(person("2", "Ann", date_of_birth=BORN)).duplicates == 1


def test_a_decided_pair_stays_decided(loader: Loader) -> None:
    loader(person("1", date_of_birth=BORN), person("2", date_of_birth=BORN))
    loader.run("UPDATE duplicate_candidate SET review_state = 'DISMISSED' WHERE clinic_id = %s", loader.scope().clinic)
    assert loader(person("2", date_of_birth=BORN, phone=PHONE)).duplicates == 0


def test_a_birthday_of_hundreds_pairs_equal_names_only(loader: Loader) -> None:
    unknown = date(1900, 1, 1)
    crowd = [
        IncomingPatient(n, "Jonathan", f"Whitfield{n:04d}", external_id=str(n), date_of_birth=unknown)
        for n in range(600)
    ]
    twin = IncomingPatient(900, "Jonathan", "Whitfield0007", external_id="twin", date_of_birth=unknown)
    assert loader(*crowd).duplicates == 0
    assert loader(twin).duplicates == 1


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("john", "jon", True), ("j", "john", True), ("sara", "sarah", True), ("ann", "anne", True),
        ("katherine", "kathrine", True), ("michael", "micheal", True), ("robert", "rob", True),
        ("john michael", "john", True), ("john m", "john michael", True),
        ("maria", "marie", False), ("julian", "juliana", False), ("tim", "tom", False), ("kira", "kara", False),
        ("christina", "christine", False), ("aiden", "jaden", False), ("", "ann", False), ("ann", "", False),
    ],
)  # fmt: skip
def test_which_first_names_may_be_one(one: str, other: str, alike: bool) -> None:
    assert firsts_alike(one, other) is alike
    assert firsts_alike(other, one) is alike
