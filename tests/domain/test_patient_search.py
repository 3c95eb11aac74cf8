"""What people type into the search is read as they mean it: names, numbers, birthdays, ids."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reactivate_desktop.domain.patient_search import PatientSearch, read_search

TODAY = date(2026, 11, 28)
SECOND_OF_MARCH = date(1988, 3, 2)
THIRD_OF_FEBRUARY = date(1988, 2, 3)


def read(text: str, region: str = "US") -> PatientSearch:
    return read_search(text, TODAY, region)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mar", ("mar",)),
        ("  Már ", ("mar",)),
        ("Nguyễn, Thị", ("nguyen", "thi")),
        ("O’Brien", ("obrien",)),
        ("Anne-Marie anne", ("anne", "marie")),
        ("may smith", ("may", "smith")),
        ("-", ()),
        ("", ()),
    ],
)
def test_parts_of_names_are_folded_each_once(text: str, words: tuple[str, ...]) -> None:
    assert read(text) == PatientSearch(words)


@pytest.mark.parametrize(
    "text",
    [
        "1988-03-02", "1988/3/2", "1988.03.02", "2 Mar 1988", "2 march 1988", "2nd march 1988",
        "March 2, 1988", "mar 2 1988", "2-MAR-88", "2 de marzo de 1988", "2 mar. 1988",
    ],
)  # fmt: skip
def test_a_plain_birthday_is_one_day(text: str) -> None:
    assert read(text) == PatientSearch(born=(SECOND_OF_MARCH,))


@pytest.mark.parametrize("text", ["3/2/1988", "03/02/1988", "03-02-1988", "3/2/88", "3 2 1988"])
def test_numbers_before_a_year_are_both_days_the_regions_order_first(text: str) -> None:
    assert read(text).born == (SECOND_OF_MARCH, THIRD_OF_FEBRUARY)
    assert read(text, "GB").born == (THIRD_OF_FEBRUARY, SECOND_OF_MARCH)


def test_points_mean_that_the_day_comes_first() -> None:
    assert read("2.3.1988").born == (SECOND_OF_MARCH, THIRD_OF_FEBRUARY)


def test_a_short_year_never_lies_in_the_future_and_may_be_a_century_ago() -> None:
    assert read("5/17/19").born == (date(2019, 5, 17), date(1919, 5, 17))
    assert read("5/17/27").born == (date(1927, 5, 17),)
    assert read("12/1/26").born == (date(2026, 1, 12), date(1926, 12, 1), date(1926, 1, 12))


def test_a_name_may_stand_beside_a_birthday() -> None:
    assert read("Smith 3/13/1988") == PatientSearch(("smith",), (date(1988, 3, 13),))
    assert read("13 mar 1988 smith") == PatientSearch(("smith",), (date(1988, 3, 13),))


@pytest.mark.parametrize("text", ["99/99/1988", "1/1/1066", "1/1/2099", "30 feb 1988"])
def test_a_day_that_nobody_was_born_on_is_no_birthday(text: str) -> None:
    found = read(text)
    assert found.born == ()
    assert found.numbered


@pytest.mark.parametrize("text", ["(212) 555-0147", "212.555.0147", "+1 212 555 0147", "2125550147", "1-212-555-0147"])
def test_a_whole_number_is_looked_for_as_it_is_kept(text: str) -> None:
    found = read(text)
    assert (found.number, found.digits) == ("+12125550147", ())
    assert text in found.codes


def test_part_of_a_number_is_looked_for_in_numbers_and_ids() -> None:
    assert read("555-0147") == PatientSearch(digits=("5550147",), codes=("555-0147",))
    assert read("smith 0147") == PatientSearch(("smith",), digits=("0147",), codes=("0147",))
    # A French number that a US clinic keeps: the zero is not part of it.
    assert read("06 12 34 56 78").digits == ("0612345678", "612345678")
    assert read("06 12 34 56 78", "FR").number == "+33612345678"


def test_two_digits_are_only_the_beginning_of_an_id() -> None:
    assert read("12") == PatientSearch(codes=("12",))


def test_eight_or_six_digits_may_be_a_birthday_too() -> None:
    assert read("03021988").days == (SECOND_OF_MARCH, THIRD_OF_FEBRUARY)
    assert read("030288").days == (SECOND_OF_MARCH, THIRD_OF_FEBRUARY)
    assert read("19880302").days == (SECOND_OF_MARCH,)
    assert read("20417").days == ()


@pytest.mark.parametrize("text", ["MRN 20417", "mrn: 20417", "# 20417", "20417"])
def test_an_id_may_be_typed_with_its_label(text: str) -> None:
    assert read(text) == PatientSearch(digits=("20417",), codes=("20417",))


def test_ids_with_letters_are_found_in_whatever_letters() -> None:
    assert read("ab-104").codes == ("ab-104", "AB-104")
    assert read("mrn20417").codes == ("mrn20417", "MRN20417", "20417")


@given(st.text(max_size=60), st.sampled_from(["US", "GB", "FR", "XX"]))
def test_whatever_is_typed_can_be_read(text: str, region: str) -> None:
    found = read_search(text, TODAY, region)
    assert all(word == word.strip() for word in found.words)
    assert all(day <= TODAY for day in (*found.born, *found.days))
