"""The commands as a person or a script uses them: what they print, and how they end."""

from __future__ import annotations

import re

import pytest

from reactivate_desktop.storage.migrate import head
from tests.console.conftest import Run


def test_from_an_empty_database_to_a_signed_in_person(run: Run) -> None:
    assert run("db", "migrate").out == f"The database was brought from empty to schema {head()}.\n"
    assert run("db", "migrate").out == f"The database is up to date (schema {head()}).\n"
    assert "Alice, Bob and Carol" in run("db", "seed").out
    assert "nothing was changed" in run("db", "seed").out
    status = run("db", "status", "--json").json
    assert (status["schema_revision"], status["clinics"], status["warnings"]) == (head(), 1, [])
    signed_in = run("sign-in", "--email", "admin@downtownmedical.com", "--password-stdin", stdin="password123\n")
    assert signed_in.out.startswith("Signed in as admin@downtownmedical.com (ADMIN) until ")
    assert run("whoami").out == "Admin User <admin@downtownmedical.com>, ADMIN, Downtown Medical Center\n"
    assert run("sign-out").out == "Signed out.\n"
    out = run("whoami")
    assert out.code == 1
    assert out.err == "Nobody is signed in. Please sign in first: reactivate sign-in --email you@clinic.com.\n"


def test_the_seed_is_the_schemas(seeded: Run) -> None:
    rows = {row["first_name"]: row for row in seeded("patients", "list", "--json").json}
    assert {name: (row["segment"], row["contact_priority"]) for name, row in rows.items()} == {
        "Alice": ("ACTIVE", None),
        "Bob": ("AT_RISK", "YELLOW"),
        "Carol": ("DORMANT", "RED"),
    }
    counts = {t: len(seeded("db", "browse", t, "--json").json) for t in (
        "clinic", "location", "clinic_user", "appointment", "unified_conversation", "unified_message",
        "campaign_template", "reactivation_prediction")}  # fmt: skip
    assert counts == {
        "clinic": 1, "location": 1, "clinic_user": 1, "appointment": 2, "unified_conversation": 1,
        "unified_message": 2, "campaign_template": 1, "reactivation_prediction": 2}  # fmt: skip


def test_a_patient_is_added_found_changed_and_seen(seeded: Run) -> None:
    added = seeded(
        "patients", "add", "--first-name", "Łukasz", "--last-name", "Żółw", "--phone", "212 555 0199"
    ).out.strip()
    assert [row["id"] for row in seeded("patients", "find", "lukasz zolw", "--json").json] == [added]
    changed = seeded("patients", "edit", added, "--seen-version", "1", "--set", "email=l@x.example", "--json")
    assert (changed.json["email"], changed.json["version"]) == ("l@x.example", 2)
    stale = seeded("patients", "edit", added, "--seen-version", "1", "--set", "email=")
    assert stale.code == 1
    assert "Somebody changed Łukasz Żółw while you were editing" in stale.err
    visit = seeded("visits", "add", added, "--on", "2026-01-05", "--type", "Checkup").out.strip()
    record = seeded("patients", "show", added, "--json").json
    assert [v["id"] for v in record["visits"]] == [visit]
    assert record["patient"]["visit_count"] == 1
    actions = [row["action"] for row in seeded("audit", "list", "--resource-id", added, "--json").json]
    assert actions == ["PATIENT_READ", "PATIENT_CHANGED", "PATIENT_ADDED"]
    verified = seeded("audit", "verify").out
    assert re.fullmatch(r"The audit trail fits its seals: \d+ rows sealed, 0 not sealed yet\.\n", verified), verified


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["patients", "add"], "A patient needs a first or last name."),
        (["patients", "add", "--last-name", "X", "--email", "nope"], '"nope" is not an email address.'),
        (["patients", "show", "00000000-0000-0000-0000-000000000000"], "This patient is not in the clinic"),
        (["db", "browse", "staff_session"], 'There is no table "staff_session" to browse.'),
        (["staff", "unlock", "--email", "x@y.example"], "Nobody on the staff has the email x@y.example."),
    ],
)
def test_an_expected_error_is_one_sentence_and_exit_1(seeded: Run, arguments: list[str], sentence: str) -> None:
    answer = seeded(*arguments)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(sentence)


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["patients", "show", "not-an-id"], ["db", "browse", "--limit", "0"]]
)
def test_wrong_usage_is_exit_2(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).code == 2


def test_a_clinic_and_its_staff_are_added_by_the_admin_login(run: Run) -> None:
    run("db", "migrate")
    added = run(
        "clinic", "add", "--name", "Hill Clinic", "--email", "desk@hill.example", "--timezone", "America/Denver",
        "--admin-email", "ada@hill.example", "--admin-first-name", "Ada", "--admin-last-name", "Hill",
        "--password-stdin", stdin="a long first password\n")  # fmt: skip
    assert added.out.startswith("Added Hill Clinic (")
    staff = run(
        "staff", "add", "--email", "sam@hill.example", "--first-name", "Sam", "--last-name", "Desk",
        "--password-stdin", stdin="another first password\n")  # fmt: skip
    assert staff.out == "Added sam@hill.example as STAFF.\n"
    signed_in = run("sign-in", "--email", "sam@hill.example", "--password-stdin", stdin="another first password\n")
    assert "before you change your first password" in signed_in.err
    changed = run(
        "password", "--email", "sam@hill.example", "--password-stdin", stdin="another first password\nmy own sentence\n"
    )
    assert changed.out == "Your password was changed.\n"
    assert [row["email"] for row in run("staff", "list", "--json").json] == ["sam@hill.example", "ada@hill.example"]
    run("staff", "disable", "--email", "sam@hill.example")
    assert run("whoami").err == "Please sign in again: this sign-in has ended.\n"
    bad = run("clinic", "add", "--name", "X", "--email", "d@x.example", "--timezone", "Moon/Base", "--admin-email",
              "a@x.example", "--admin-first-name", "A", "--admin-last-name", "B", "--password-stdin",
              stdin="long enough!!\n")  # fmt: skip
    assert bad.err == '"Moon/Base" is not a time zone. Please use a name such as America/New_York.\n'


def test_print_token_keeps_nothing_and_opens_the_next_command(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seeded("sign-out")
    token = seeded(
        "sign-in", "--email", "admin@downtownmedical.com", "--password-stdin", "--print-token", stdin="password123\n"
    ).out.strip()
    assert seeded("whoami").code == 1
    monkeypatch.setenv("REACTIVATE_TOKEN", token)
    assert seeded("whoami").code == 0


def test_reset_wants_the_name_and_makes_everything_anew(seeded: Run) -> None:
    refused = seeded("db", "reset", stdin="yes\n")
    assert refused.code == 1
    assert "Nothing was deleted" in refused.err
    name = seeded("db", "status", "--json").json["where"].rpartition("/")[2]
    assert seeded("db", "reset", stdin=f"{name}\n").code == 0
    status = seeded("db", "status", "--json").json
    assert (status["clinics"], status["schema_revision"], status["warnings"]) == (0, head(), [])


def test_urls_hide_the_password_unless_asked(seeded: Run) -> None:
    for role in ("app", "worker", "admin"):
        shown = seeded("db", "url", "--role", role).out
        assert ":@" not in shown
        assert shown.count(":") == 2
        assert seeded("db", "url", "--role", role, "--with-password").out.count(":") == 3


def test_doctor_finds_a_fault_and_holds_no_patient(seeded: Run) -> None:
    report = seeded("doctor", "--json")
    assert report.code == 0
    assert {f["verdict"] for f in report.json} <= {"OK", "WARNING"}
    assert "Alice" not in report.out
    assert "Signed in as ADMIN." in report.out


def test_the_demo_clinic_is_made_once(run: Run) -> None:
    arguments = ("demo", "--patients", "50", "--seed", "7", "--today", "2026-11-23", "--password-stdin")
    assert "with 50 patients" in run(*arguments, stdin="demo demo demo\n").out
    again = run(*arguments, stdin="demo demo demo\n")
    assert again.code == 1
    assert "already in the database" in again.err
    assert run("sign-in", "--email", "ana@demo.example", "--password-stdin", stdin="demo demo demo\n").code == 0
    assert len(run("patients", "list", "--limit", "100", "--json").json) == 50


def test_jobs_are_asked_for_and_run(seeded: Run) -> None:
    job = seeded("jobs", "verify-audit").out.strip()
    assert seeded("jobs", "verify-audit").err == "The same job is already waiting or running.\n"
    assert seeded("jobs", "run").out == "1 job run.\n"
    assert [(row["id"], row["job_state"]) for row in seeded("jobs", "list", "--json").json] == [(job, "DONE")]
