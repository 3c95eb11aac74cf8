"""`reactivate score --evaluate` without files measures on the signed-in clinic's own outcomes."""

from __future__ import annotations

from tests.console.conftest import Run


def test_a_clinic_with_too_few_outcomes_is_told(seeded: Run) -> None:
    told = seeded("score", "--evaluate")
    assert told.code == 0, told.err
    assert told.out.startswith("own-returns: ")
    assert "own-no-show: 0 outcomes are known." in told.out
    shown = seeded("score", "--evaluate", "--json").json
    assert [each["dataset"] for each in shown["evaluations"]] == ["own-returns", "own-no-show"]
    assert all(each["rows"] == 0 for each in shown["evaluations"])
    future = seeded("score", "--evaluate", "--as-of", "2199-01-01")
    assert (future.code, "the future" in future.err) == (1, True)
    assert seeded("sign-out").code == 0
    nobody = seeded("score", "--evaluate")
    assert (nobody.code, "sign-in" in nobody.err) == (1, True)


def test_a_clinic_with_a_history_sees_figures_and_groups(run: Run) -> None:
    assert run("db", "migrate").code == 0
    assert run("demo", "--patients", "1500", "--password-stdin", stdin="front-desk-2026\n").code == 0
    signed_in = run("sign-in", "--email", "admin@demo.example", "--password-stdin", stdin="front-desk-2026\n")
    assert signed_in.code == 0, signed_in.err
    shown = run("score", "--evaluate", "--json").json["evaluations"]
    for each in shown:
        assert each["rows"] >= 200
        assert each["models"]["product"]["auc"] > 0.5
        assert {group["by"] for group in each["groups"]} == {"age", "language", "location"}
    told = run("score", "--evaluate", "--as-of", shown[0]["last_day"])
    assert told.code == 0, told.err
    assert "Measured as of " in told.out
    assert "age: 65 and over" in told.out
    assert run("scorers", "list", "REACTIVATION", "--json").json == []
    assert "own newest outcomes" in " ".join(run("score", "--help").out.split())
