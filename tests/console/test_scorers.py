"""`reactivate scorers` learns, lists, chooses and goes back."""

from __future__ import annotations

from tests.console.conftest import Run


def test_a_clinic_with_few_outcomes_is_told_what_was_learned(seeded: Run) -> None:
    learned = seeded("scorers", "learn")
    assert learned.code == 0
    assert "REACTIVATION:" in learned.out
    assert "NO_SHOW: 0 outcomes" in learned.out
    assert "The starting estimate scores already" in seeded("scorers", "back", "NO_SHOW").err
    nothing = seeded("scorers", "show", "NO_SHOW")
    assert (nothing.code, "the starting estimate does" in nothing.err) == (1, True)
    assert seeded("scorers", "list", "no_show", "--json").json == []
    assert "the future" in seeded("scorers", "learn", "--as-of", "2199-01-01").err


def test_what_scores_is_checked_once_a_day(seeded: Run) -> None:
    assert "nothing to check: reactivate scorers learn" in seeded("scorers", "check").out
    assert seeded("scorers", "learn", "--as-of", "2026-06-01").code == 0
    checked = seeded("scorers", "check")
    assert (checked.code, checked.out.startswith("REACTIVATION: ")) == (0, True)
    assert "Checked before" not in checked.out
    assert "(Checked before on that day.)" in seeded("scorers", "check").out
    (found,) = seeded("scorers", "check", "--json").json
    assert {"shift", "rows", "happened", "expected"} <= {row["figure"] for row in found["rows"]}
    assert "the future" in seeded("scorers", "check", "--as-of", "2199-01-01").err


def test_what_was_learned_is_listed_used_and_left_again(run: Run) -> None:
    assert run("db", "migrate").code == 0
    made = run("demo", "--patients", "1500", "--password-stdin", stdin="front-desk-2026\n")
    assert made.code == 0, made.err
    signed_in = run("sign-in", "--email", "admin@demo.example", "--password-stdin", stdin="front-desk-2026\n")
    assert signed_in.code == 0, signed_in.err
    learned = run("scorers", "learn", "--json").json
    assert [each["adopted"] for each in learned] == [True, True]
    (row,) = run("scorers", "list", "NO_SHOW", "--json").json
    assert row["active"]
    shown = run("scorers", "show", "NO_SHOW").json
    assert shown["model"]["training"]["rows"] == learned[1]["rows"]
    assert "no-show risks moved" in run("score").out
    assert "The starting estimate scores from the next run on" in run("scorers", "back", "NO_SHOW").out
    assert run("scorers", "use", "NO_SHOW", row["id"]).code == 0
    assert run("scorers", "list", "NO_SHOW", "--json").json[0]["active"]
