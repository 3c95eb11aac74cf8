"""CSV files: nothing in them runs in a spreadsheet, and they are there whole or not at all."""

from __future__ import annotations

import csv
import os
import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reactivate_desktop.domain.enums import ContactPriority
from reactivate_desktop.domain.errors import Conflict, Invalid
from reactivate_desktop.exports.csv_rows import Cell, cell_text, write_csv, writing_csv

SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


def read_back(path: Path, *, encoding: str = "utf-8-sig") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ('=HYPERLINK("http://x.example","Click")', '\'=HYPERLINK("http://x.example","Click")'),
        ("+12125550147", "'+12125550147"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff0b1", "'\uff0b1"),
        ("\uff0d1", "'\uff0d1"),
        ("\uff20A1", "'\uff20A1"),
        ("O'Brien", "O'Brien"),
        ("'t Hooft", "'t Hooft"),
        ("Smith-Jones", "Smith-Jones"),
        ("a=b", "a=b"),
        ("", ""),
        (None, ""),
        (-1, "-1"),
        (-1.5, "-1.5"),
        (Decimal("-0.125"), "-0.125"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 9, 5, 30, tzinfo=UTC), "2026-03-02 09:05"),
        (ContactPriority.RED, "RED"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(value: Cell, cell: str) -> None:
    assert cell_text(value) == cell


def test_the_file_is_utf8_with_commas_and_windows_line_ends(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    assert write_csv(target, ["name", "note"], [("Żółw, Zoë", 'She said "no"'), ("A\nB", None)]) == 2
    assert target.read_bytes() == (
        b'\xef\xbb\xbfname,note\r\n"\xc5\xbb\xc3\xb3\xc5\x82w, Zo\xc3\xab","She said ""no"""\r\n"A\nB",\r\n'
    )
    write_csv(target, ["=name"], [], overwrite=True, excel=False)
    assert target.read_bytes() == b"'=name\r\n"


def test_only_this_login_may_read_it(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    write_csv(target, ["a"], [])
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("mine")
    with pytest.raises(Conflict, match=r"There is a file a\.csv already\. Please choose another name"):
        write_csv(target, ["a"], [])
    assert target.read_text() == "mine"
    write_csv(target, ["a"], [], overwrite=True)
    assert read_back(target) == [["a"]]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_somebody_makes_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", refuse_links)
    target = tmp_path / "a.csv"

    def write() -> None:
        with writing_csv(target, ["a"]):
            target.write_text("theirs")

    with pytest.raises(Conflict, match="already"):
        write()
    assert target.read_text() == "theirs"
    assert list(tmp_path.iterdir()) == [target]


def refuse_links(*_: Any) -> None:
    raise OSError(95, "Operation not supported")


def test_a_folder_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refuse_links)
    target = tmp_path / "a.csv"
    assert write_csv(target, ["a"], [(1,), (2,)]) == 2
    assert read_back(target) == [["a"], ["1"], ["2"]]
    assert list(tmp_path.iterdir()) == [target]


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"

    def rows() -> Any:
        yield ("Rice",)
        assert not target.exists()
        assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_csv(target, ["name"], rows())
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_off_leaves_the_old_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError):
        write_csv(target, ["name"], ((1 // 0,) for _ in range(1)), overwrite=True)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_places_that_cannot_be_written_to_say_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is a folder"):
        write_csv(tmp_path, ["a"], [], overwrite=True)
    with pytest.raises(Invalid, match=r"There is no folder .*gone\. Please make it first"):
        write_csv(tmp_path / "gone" / "a.csv", ["a"], [])
    with pytest.raises(Invalid, match=r"could not be written \(File name too long\)\. Please choose another folder"):
        write_csv(tmp_path / ("x" * 254), ["a"], [])


FULL = """
import resource, signal, sys
from pathlib import Path
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.exports.csv_rows import write_csv
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    write_csv(Path(sys.argv[1]), ["a"], (("x" * 100,) for _ in range(10_000)))
except Invalid as error:
    print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits the size of files as POSIX systems can")
def test_a_full_disk_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "a.csv")], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == (
        "a.csv could not be written (File too large). Please choose another folder or make room, then export again.\n"
    )
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
            | st.sampled_from(SIGNS).flatmap(lambda sign: st.just(sign + "cmd|' /C calc'!A0")),
            st.integers() | st.none() | st.dates(),
        ),
        max_size=6,
    )
)
def test_any_text_comes_back_but_for_the_apostrophe(tmp_path: Path, rows: list[tuple[str, Any]]) -> None:
    target = tmp_path / "a.csv"
    write_csv(target, ["text", "other"], rows, overwrite=True)
    (_, *found) = read_back(target)
    for (text, _), (cell, _) in zip(rows, found, strict=True):
        assert cell[:1] not in set(SIGNS)
        assert cell == (f"'{text}" if text[:1] in set(SIGNS) else text)
