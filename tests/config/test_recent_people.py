"""Who used this desk lately: newest first, per database, off when the site says so, and never in the way."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path
from uuid import UUID

import pytest

from reactivate_desktop.config.recent_people import RecentPeople, RecentPerson
from reactivate_desktop.config.settings import SettingsError, read_settings


def _person(number: int) -> RecentPerson:
    return RecentPerson(UUID(int=number), f"Zoë {number}", "STAFF", f"z{number}@clinic.example")


def test_the_newest_six_are_offered_each_once(tmp_path: Path) -> None:
    people = RecentPeople(tmp_path, "server/clinic")
    assert people.read() == []
    for number in (1, 2, 3, 4, 5, 6, 7, 5):
        people.note(_person(number))
    assert [person.user_id.int for person in people.read()] == [5, 7, 6, 4, 3, 2]
    assert people.read()[0] == _person(5)


def test_a_person_is_as_at_the_last_sign_in(tmp_path: Path) -> None:
    people = RecentPeople(tmp_path, "server/clinic")
    people.note(_person(1))
    people.note(RecentPerson(UUID(int=1), "Zoë Brown", "ADMIN", "z1@clinic.example"))
    assert [(person.name, person.role) for person in people.read()] == [("Zoë Brown", "ADMIN")]


def test_each_database_has_its_own(tmp_path: Path) -> None:
    one, other = RecentPeople(tmp_path, "server/clinic"), RecentPeople(tmp_path, "server/demo")
    one.note(_person(1))
    other.note(_person(2))
    other.forget(UUID(int=1))
    assert (one.read(), other.read()) == ([_person(1)], [_person(2)])
    one.forget(UUID(int=1))
    one.forget(UUID(int=9))
    assert (one.read(), other.read()) == ([], [_person(2)])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_reads_the_file(tmp_path: Path) -> None:
    RecentPeople(tmp_path, "server/clinic").note(_person(1))
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_switched_off_nothing_is_kept_and_what_was_there_goes(tmp_path: Path) -> None:
    RecentPeople(tmp_path, "server/clinic").note(_person(1))
    off = RecentPeople(tmp_path, "server/clinic", on=False)
    assert off.read() == []
    off.note(_person(2))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"server/clinic": 5}',
        b'{"server/clinic": [5, {"user_id": "x", "name": "N", "role": "R", "email": "E"}, {"user_id": 1}]}',
    ],
)
def test_a_broken_file_is_no_obstacle(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "recent_people.json").write_bytes(content)
    people = RecentPeople(tmp_path, "server/clinic")
    assert people.read() == []
    people.note(_person(1))
    assert people.read() == [_person(1)]


def test_what_a_newer_program_keeps_beside_is_no_obstacle(tmp_path: Path) -> None:
    person = {"user_id": str(UUID(int=1)), "name": "Zoë 1", "role": "STAFF", "email": "z1@clinic.example", "photo": "p"}
    (tmp_path / "recent_people.json").write_text(json.dumps({"s": [person]}), encoding="utf-8")
    assert RecentPeople(tmp_path, "s").read() == [_person(1)]


def test_the_site_file_switches_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "home"))
    site = tmp_path / "site.toml"
    assert read_settings({}, tmp_path).recent_people
    site.write_text("recent_people = false\n", encoding="utf-8")
    assert not read_settings({"REACTIVATE_SITE": str(site)}, tmp_path).recent_people
    site.write_text('recent_people = "no"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match='true or false, without quotes, for "recent_people"'):
        read_settings({"REACTIVATE_SITE": str(site)}, tmp_path)
