"""Two windows on one clinic, as at two desks: each sees within a second what the other does, and nothing is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.conftest import Home
from tests.e2e.window import Crossing, Window

pytestmark = pytest.mark.timeout(300)
_BEN, _ANA = "ben@demo.example", "ana@demo.example"
_QUEUE = "table: Patients to contact"


@dataclass(frozen=True)
class Person:
    """A patient of the demo clinic, as the console lists her."""

    id: str
    first_name: str
    last_name: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def shown(self) -> str:
        """The US number as the screens show it."""
        return f"({self.phone[2:5]}) {self.phone[5:8]}-{self.phone[8:]}"


@dataclass
class Desks:
    """Two signed-in windows, patients whom no other test touches, and their clinic."""

    one: Window
    two: Window
    people: Iterator[Person]
    home: Home

    def stored(self, person: Person) -> dict[str, Any]:
        """Return the patient as the database has her now."""
        shown = self.home.console("patients", "show", person.id, "--json", token=self.home.token)
        patient: dict[str, Any] = json.loads(shown)["patient"]
        return patient


@pytest.fixture(scope="module")
def desks(home: Home) -> Desks:
    one, two = home.open_window(elsewhere=True), home.open_window(elsewhere=True)
    # A window that comes up takes the keyboard: nobody types before both are there.
    for window in (one, two):
        window.wait("Email", "text", 90)
    for window, email in ((one, _BEN), (two, _ANA)):
        window.sign_in(email)
    listed = json.loads(home.console("patients", "list", "--limit", "300", "--json", token=home.token))
    return Desks(one, two, iter(_alone(listed)), home)


def _alone(listed: list[dict[str, Any]]) -> list[Person]:
    """Return who can be found by her number alone, and is not in the queue."""
    shared = Counter(row["phone"] for row in listed)
    return [
        Person(row["id"], row["first_name"], row["last_name"], row["phone"])
        for row in listed
        if row["phone"].startswith("+1") and shared[row["phone"]] == 1 and row["contact_priority"] is None
    ]


def _within_a_second(crossed: Crossing) -> None:
    # A look from outside takes its time, and that of the program; it saw at its end what was there before.
    assert crossed.seconds - crossed.look < 1, crossed


def _find(window: Window, person: Person) -> None:
    """Let the patients list show this patient alone, whatever an earlier test left open."""
    window.keys("ctrl+2", "Escape", "Escape", "Escape")
    window.wait("Search patients", "text")
    window.keys("slash")
    window.type(person.phone.removeprefix("+1"))
    window.wait("1–1 of 1", "label")
    window.wait(person.shown, "table cell")


def _open(window: Window, person: Person) -> None:
    _find(window, person)
    window.keys("Down", "Return")
    window.wait(person.name, "label")


def test_a_claim_and_an_outcome_cross(desks: Desks) -> None:
    one, two = desks.one, desks.two
    _within_a_second(one.crossing("Return", at=two, inside=_QUEUE, name="Ben is calling"))
    name = one.held()
    _within_a_second(one.crossing("3", at=two, inside=f"table cell: {name}", name=name, gone=True))
    two.wait(name, "table cell", gone=True)


def test_an_edit_crosses_to_the_record_and_to_the_list(desks: Desks) -> None:
    one, two = desks.one, desks.two
    person = next(desks.people)
    _open(one, person)
    _open(two, person)
    _change_phone(one, "(212) 555-0191")
    record = f"label: {two.wait(person.shown, 'label')['name']}"
    _within_a_second(one.crossing("ctrl+s", at=two, inside=record, name="(212) 555-0191"))
    two.keys("Escape")
    two.wait("(212) 555-0191", "table cell")
    _change_phone(one, "(212) 555-0192")
    _within_a_second(one.crossing("ctrl+s", at=two, inside="table: Patients", name="(212) 555-0192"))


def _change_phone(window: Window, number: str) -> None:
    """Type another number into the form of the record that is open."""
    window.wait("Call", "push button")
    window.keys("e")
    window.wait("Phone", "text")
    window.fill("Phone", number)
    window.wait(number, "label")


def test_two_who_edit_one_patient_lose_nothing(desks: Desks) -> None:
    one, two = desks.one, desks.two
    person = next(desks.people)
    for window in (one, two):
        _open(window, person)
        window.keys("e")
        window.wait("Phone", "text")
    two.fill("First name", "Theodora")
    two.fill("Phone", "(212) 555-0194")
    one.fill("Phone", "(212) 555-0193")
    one.fill("Email", "from.one@example.com")
    one.keys("ctrl+s")
    two.wait("changed this record just now")
    assert _typed(two) == ("Theodora", "(212) 555-0194")
    two.keys("ctrl+s")
    _see_both(two)
    # Back in the form all is as it was typed; saving shows both sides again.
    two.keys("Escape")
    two.wait("Phone", "text")
    assert _typed(two) == ("Theodora", "(212) 555-0194")
    two.keys("ctrl+s")
    _see_both(two)
    two.keys("space", "ctrl+s")
    two.wait(f"Theodora {person.last_name}", "label")
    one.wait("(212) 555-0194", "label")
    stored = desks.stored(person)
    assert [stored[name] for name in ("first_name", "last_name", "phone", "email")] == [
        "Theodora",
        person.last_name,
        "+12125550194",
        "from.one@example.com",
    ]


def _typed(window: Window) -> tuple[str, str]:
    return window.text("First name"), window.text("Phone")


def _see_both(window: Window) -> None:
    """See both sides of the conflict, with the keyboard on the one field that both changed."""
    window.wait("Nothing was overwritten. You both changed 1 field")
    names = window.names()
    for said in ("(212) 555-0193", "(212) 555-0194", "Theodora", "from.one@example.com"):
        assert f"label: {said}" in names
    assert window.focused()["name"] == "Phone: Mine"
    assert not window.wait("Save again", "push button")["enabled"]
    assert window.unnamed() == []
