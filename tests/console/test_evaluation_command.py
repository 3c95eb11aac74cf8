"""`reactivate score --evaluate` on files needs no database and no sign-in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reactivate_desktop.console.main import main
from tests.services.test_noshow_evaluation import made, written
from tests.services.test_returns_evaluation import made as visits
from tests.services.test_returns_evaluation import plain
from tests.services.test_returns_evaluation import written as written_visits


def ask(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(main, ["score", *map(str, arguments)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REACTIVATE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")


def test_missed_appointments(tmp_path: Path) -> None:
    train, test = written(tmp_path / "a.csv", made(900)), written(tmp_path / "b.csv.gz", made(300, seed=2))
    told = ask("--evaluate", "--dataset", "noshow", "--train", train, "--test", test, "--test-from", "2026-04-01")
    assert told.exit_code == 0
    assert "booked ahead" in told.stdout
    days = ("--train-before", "2026-04-01", "--test-from", "2026-04-01", "--test-before", "2026-04-20")
    report = json.loads(ask("--evaluate", "--dataset", "noshow", "--train", train, *days, "--json").stdout)
    assert report["rows"] > 100
    assert report["models"]["product"]["advance"]["auc"] is not None
    assert list(tmp_path.glob("home/*")) == []


def test_returns(tmp_path: Path) -> None:
    rows = [row.replace(",1,", ",") for row in plain(visits(400))]
    train = written_visits(tmp_path / "a.csv", rows, "who,day,worth")
    days = (
        "--train-as-of",
        "2025-03-01,2025-04-01",
        "--test-as-of",
        "2025-09-01",
        "--dormant",
        "90",
        "--horizon",
        "60",
    )
    told = ask("--evaluate", "--dataset", "cdnow", "--train", train, "--columns", "who,day,worth", *days, "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout)["dataset"] == "cdnow"


def test_what_does_not_fit_is_said(tmp_path: Path) -> None:
    train = written(tmp_path / "a.csv", made(100))
    for arguments, words in (
        (("--evaluate", "--train", train), "--evaluate needs --dataset and --train."),
        (("--evaluate", "--dataset", "noshow"), "--evaluate needs --dataset and --train."),
        (("--dataset", "noshow"), "--dataset belongs to --evaluate."),
        (("--evaluate", "--as-of", "2026-01-01", "--dataset", "noshow"), "--evaluate has no use for --as-of."),
    ):
        told = ask(*arguments)
        assert told.exit_code == 2
        assert words in told.stderr
    told = ask("--evaluate", "--dataset", "noshow", "--train", train, "--dormant", "90")
    assert (told.exit_code, told.stderr) == (
        1,
        "The evaluation of noshow has no use for --dormant. Please leave it out.\n",
    )
    told = ask("--evaluate", "--dataset", "cdnow", "--train", train)
    assert told.exit_code == 1
    assert "has no column" in told.stderr
