"""The build script: refusals that say what to do, and a set-up that is skipped when nothing changed."""

from __future__ import annotations

import ast
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import commands
import locked_environment
import steps
import system_packages

BUILD = Path(__file__).resolve().parents[2] / "build"
SCRIPTS = sorted(BUILD.glob("*.py"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_it_imports_the_standard_library_only(path: Path) -> None:
    siblings = {script.stem for script in SCRIPTS}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | siblings, f"{path.name} imports {name}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_module_hides_one_of_the_standard_library(path: Path) -> None:
    assert path.stem not in sys.stdlib_module_names


def test_an_old_python_can_read_the_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = BUILD / "__main__.py"
    ast.parse(entry.read_text("utf-8"), feature_version=(3, 4))
    monkeypatch.setattr(sys, "version_info", (3, 10, 2, "final", 0))
    with pytest.raises(SystemExit) as refused:
        runpy.run_path(str(entry), run_name="__main__")
    assert "Python 3.11 or newer; this is Python 3.10.2" in str(refused.value)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with the two files the environment depends on."""
    (tmp_path / "uv.lock").write_text("lock", "utf-8")
    (tmp_path / "pyproject.toml").write_text("project", "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["uv.lock", "pyproject.toml"])
def test_the_fingerprint_follows_lock_and_project(project: Path, name: str) -> None:
    before = locked_environment.fingerprint(project, Path("/python"))
    assert before == locked_environment.fingerprint(project, Path("/python"))
    (project / name).write_text("changed", "utf-8")
    assert before != locked_environment.fingerprint(project, Path("/python"))


def test_the_fingerprint_follows_python_and_place(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = locked_environment.fingerprint(project, Path("/python"))
    assert before != locked_environment.fingerprint(project, Path("/other"))
    monkeypatch.setattr(sys, "version", "3.99")
    assert before != locked_environment.fingerprint(project, Path("/python"))


def test_a_stamp_counts_only_for_its_fingerprint_and_a_living_environment(tmp_path: Path) -> None:
    stamp, venv = tmp_path / "stamp", tmp_path / "venv"
    assert not locked_environment.is_current(stamp, "one", venv)
    stamp.write_text("one", "ascii")
    assert not locked_environment.is_current(stamp, "one", venv)
    python = steps.bin_of(venv, "python")
    python.parent.mkdir(parents=True)
    python.touch()
    assert locked_environment.is_current(stamp, "one", venv)
    assert not locked_environment.is_current(stamp, "two", venv)


@pytest.mark.skipif(sys.platform == "win32", reason="programs are text only on POSIX")
def test_an_environment_that_was_moved_is_noticed(tmp_path: Path) -> None:
    program = steps.bin_of(tmp_path / "here" / ".venv", "pytest")
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{tmp_path}/here/.venv/bin/python\n", "utf-8")
    assert not locked_environment.was_moved(tmp_path / "here" / ".venv")
    (tmp_path / "here").rename(tmp_path / "there")
    assert locked_environment.was_moved(tmp_path / "there" / ".venv")


@pytest.mark.parametrize(
    ("text", "version"),
    [("uv 0.13.9 (x86_64)", (0, 13, 9)), ("uv 1.2.10", (1, 2, 10)), ("no version", (0,))],
)
def test_versions_are_read_from_what_uv_prints(text: str, version: tuple[int, ...]) -> None:
    assert locked_environment.version_tuple(text) == version


def test_a_program_that_does_not_run_has_no_version(tmp_path: Path) -> None:
    assert locked_environment.version_of(tmp_path / "uv") == (0,)


def test_without_rights_the_exact_line_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "root_prefix", lambda: None)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/sudo")
    with pytest.raises(steps.RefusalError) as refused:
        system_packages.install(["libegl1", "libgl1"])
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libgl1"
    assert f"    {line}\n" in str(refused.value)


def test_without_sudo_the_line_is_for_su(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert system_packages.apt_line(["libegl1"]).startswith("su -c 'apt-get update && apt-get install")


def test_missing_libraries_are_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "loads", lambda library: library != "libEGL.so.1")
    assert system_packages.missing_qt_packages() == ["libegl1"]


@pytest.mark.skipif(sys.platform != "linux", reason="the names of libraries are those of Linux")
def test_a_library_is_found_by_its_name() -> None:
    assert system_packages.loads("libc.so.6")
    assert not system_packages.loads("libnobody-has-this.so.77")


def test_test_servers_without_rights_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_packages, "POSTGRES_15", tmp_path / "none")
    monkeypatch.setattr(system_packages, "root_prefix", lambda: None)
    system_packages.ensure_test_servers()
    assert "The test runs with them are skipped" in capsys.readouterr().out


def test_certificates_given_to_pip_are_given_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("PIP_CERT", "/firm.pem")
    assert steps.download_environment()["SSL_CERT_FILE"] == "/firm.pem"


def test_children_write_bytecode_and_see_no_foreign_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in steps.UNWANTED:
        monkeypatch.setenv(name, "1")
    assert not set(steps.UNWANTED) & set(steps.clean_environment())


def test_a_failed_program_shows_its_last_lines() -> None:
    with pytest.raises(steps.CommandError) as failed:
        steps.quietly([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"])
    assert "the reason" in failed.value.tail()


def test_a_step_prints_its_name_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    with steps.step("sweeping"):
        time.sleep(0)
    assert capsys.readouterr().out == "sweeping ... 0.0 s\n"


def test_the_exit_code_is_that_of_the_program(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit(5)"]
    assert steps.hand_over(command, os.environ, tmp_path) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")
def test_ctrl_c_waits_for_the_program_to_tidy_up(tmp_path: Path) -> None:
    child = (
        "import os, signal, time\n"
        "def stop(*_): time.sleep(0.5); os.write(1, b'tidied\\n'); os._exit(7)\n"
        "signal.signal(signal.SIGINT, stop)\n"
        "os.write(1, b'ready\\n'); time.sleep(60)"
    )
    command = f"[sys.executable, '-c', {child!r}]"
    script = f"import os, sys, steps; sys.exit(steps.hand_over({command}, os.environ, '.'))"
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(BUILD)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.stdout.read() == "tidied\n"
    assert parent.returncode == 7


def test_paths_mean_the_same_file_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test_mine.py").touch()
    monkeypatch.chdir(tmp_path)
    assert commands.from_root("test_mine.py::test_a") == f"{tmp_path / 'test_mine.py'}::test_a"
    assert commands.from_root("tests") == "tests"
    assert commands.from_root("-k") == "-k"


def test_without_a_screen_the_way_out_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "has_screen", lambda _variables: False)
    assert commands.main(["run"]) == 1
    assert "--shot FILE.png" in capsys.readouterr().err


def test_the_installer_is_refused_honestly(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["package"]) == 1
    assert "later release" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["nonsense"], 2), (["--help"], 0)])
def test_usage_is_shown(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(arguments) == code
    shown = capsys.readouterr()
    assert "usage: python3 build" in shown.out + shown.err


def test_an_unknown_check_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["check", "spelling"]) == 1
    assert "No check is called spelling" in capsys.readouterr().err
