"""What a signed-in ADMIN changes from the console: clinic, locations, staff, visits; times on the clinic's clock."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from reactivate_desktop.console.sites import locations
from tests.console.conftest import Run


def _locations(*arguments: str) -> str:
    done = CliRunner().invoke(locations, list(arguments))
    return done.stdout if done.exit_code == 0 else done.stderr


def test_the_clinic_is_shown_and_edited_as_seen(seeded: Run) -> None:
    seen = seeded("clinic", "show", "--json").json
    edit = ("clinic", "edit", "--seen-version", str(seen["version"]))
    after = seeded(*edit, "--timezone", "America/Denver", "--json").json
    assert after == seen | {"timezone": "America/Denver", "version": seen["version"] + 1}
    assert "Somebody changed the clinic" in seeded(*edit, "--name", "Mine").err


def test_locations_are_added_listed_and_edited(seeded: Run) -> None:
    added = _locations("add", "--name", "North", "--timezone", "America/Denver", "--phone", "303 555 0101").strip()
    edit = ("edit", added, "--seen-version", "1", "--address", "1 Main St")
    assert _locations(*edit) == "The location was changed.\n"
    assert "Somebody changed this location" in _locations(*edit)
    row = next(line for line in _locations("list").splitlines() if added in line)
    assert row.split() == [added, "North", "+13035550101", "1", "Main", "St", "America/Denver", "2"]
    missing = ("edit", "00000000-0000-0000-0000-000000000000", "--seen-version", "1")
    assert "not in the clinic" in _locations(*missing)


def test_staff_and_visits_are_edited_as_seen(seeded: Run) -> None:
    me = seeded("staff", "list", "--json").json[0]
    edit = ("staff", "edit", me["id"], "--seen-version", str(me["version"]), "--first-name", "Ada")
    assert seeded(*edit, "--json").json["first_name"] == "Ada"
    assert "Nothing was overwritten" in seeded(*edit).err
    patient = seeded("patients", "list", "--json").json[0]["id"]
    visit = seeded("visits", "add", patient, "--on", "2026-01-05", "--type", "Checkup").out.strip()
    done = seeded("visits", "edit", visit, "--seen-version", "1", "--on", "2026-01-06", "--type", "")
    assert done.out == "The visit was changed.\n"
    found = [v for v in seeded("patients", "show", patient, "--json").json["visits"] if v["id"] == visit]
    assert [(v["visit_date"], v["visit_type"]) for v in found] == [("2026-01-06", None)]
    assert seeded("visits", "edit", visit, "--seen-version", "2").code == 2


def test_a_record_shows_times_on_the_clinics_clock(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = next(
        row["id"] for row in seeded("patients", "list", "--json").json if row["next_appointment_at"] is not None
    )
    version = str(seeded("clinic", "show", "--json").json["version"])
    shown = []
    for zone in ("Pacific/Kiritimati", "Pacific/Honolulu"):
        seeded("clinic", "edit", "--seen-version", version, "--timezone", zone)
        version = str(int(version) + 1)
        shown.append(seeded("patients", "show", patient).out)
        assert f"Appointments ({zone})" in shown[-1]
    days = [next(line for line in text.splitlines() if line.startswith("next appointment at")) for text in shown]
    times = [text.split("Appointments (")[1].splitlines()[2] for text in shown]
    assert days[0] != days[1]
    assert times[0] != times[1]
