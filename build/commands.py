"""The commands of `python3 build`: each makes sure of its set-up and hands on to the real program."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import locked_environment
import system_packages
from steps import CACHE, ROOT, CommandError, RefusalError, bin_of, clean_environment, hand_over, note, quietly, step

USAGE = """usage: python3 build COMMAND [arguments for it]

  run       set up and open the window on the demo clinic (--headless, --shot FILE.png)
  test      set up and run the tests (-k, -m and paths go to pytest)
  check     lint, format, types, import contracts; names of checks run only those
  bench     the benchmarks, into dist/bench.json
  pictures  every screen in light, dark, 1366x768 and 200 %, into docs/pictures
  words     the words of the window into the catalogues of resources/translations, and compile them
  package   the installer for this platform"""

# One line per check: its name and the program in .venv with its arguments. All run, even after a failure.
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", ("ruff", "check", "--no-cache")),
    ("format", ("ruff", "format", "--check", "--no-cache")),
    ("types", ("mypy",)),
    ("rooms", ("lint-imports", "--no-logo")),
    ("migrations", ("python", "-m", "reactivate_desktop.storage.catalogue")),
)
# How the window marks its words: ui/text.py and ui/actions.py.
WORD_MARKS = ("tr", "trn:1,2", "N_")
TRANSLATIONS = "resources/translations"
EXTRACT = ("--no-default-keywords", "--add-location=file", "--width=120")
# No guesses, and nothing in it that changes without a word having changed.
UPDATE = ("--width=120", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date")
# Each has a database server of its own.
MOST_CORES = 4


def main(arguments: Sequence[str]) -> int:
    """Run the command these arguments name and return the exit code."""
    name = arguments[0] if arguments else ""
    command = COMMANDS.get(name)
    if command is None:
        wanted_help = name in ("-h", "--help", "help")
        print(USAGE, file=sys.stdout if wanted_help else sys.stderr)
        return 0 if wanted_help else 2
    try:
        return command(list(arguments[1:]))
    except RefusalError as refusal:
        print(refusal, file=sys.stderr)
    except CommandError as failure:
        print(f"This program failed:\n{failure.tail()}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def run(arguments: list[str]) -> int:
    """Open the window on the demo clinic."""
    variables = clean_environment()
    if not has_screen(variables):
        if not {"--headless", "--help", "-h"}.intersection(arguments) and not asks_for_shot(arguments):
            raise RefusalError(
                "There is no screen here (DISPLAY and WAYLAND_DISPLAY are not set). Please use\n"
                "  python3 build run --headless         to see the queue's first rows as text, or\n"
                "  python3 build run --shot FILE.png    to save a picture of the window."
            )
        variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    python = set_up_with_qt()
    # -P: modules come from the locked environment, never from the folder the user stands in.
    return hand_over([python, "-P", "-m", "reactivate_desktop", *arguments], variables, Path.cwd())


def test(arguments: list[str]) -> int:
    """Run the tests, all of them on every core; the exit code is pytest's."""
    python = set_up_with_qt()
    system_packages.ensure_test_servers()
    cores = [] if arguments else ["-n", str(min(os.cpu_count() or 1, MOST_CORES)), "--dist", "loadfile"]
    return _hand_over_timed("tests", [python, "-m", "pytest", *cores, *map(from_root, arguments)])


def check(arguments: list[str]) -> int:
    """Run the checks of the source and report each; exit code 1 if any failed."""
    unknown = set(arguments).difference(name for name, _ in CHECKS)
    if unknown:
        raise RefusalError(f"No check is called {', '.join(sorted(unknown))}. There are: {check_names()}.")
    python = locked_environment.ensure()
    failed = []
    for name, (program, *rest) in CHECKS:
        if arguments and name not in arguments:
            continue
        try:
            with step(name):
                quietly([bin_of(python.parent.parent, program), *rest])
        except CommandError as failure:
            failed.append(name)
            note(failure.tail(200))
    note(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def check_names() -> str:
    """Return the names of the checks as a list for the reader."""
    return ", ".join(name for name, _ in CHECKS)


def bench(arguments: list[str]) -> int:
    """Run the benchmarks, which write dist/bench.json."""
    python = set_up_with_qt()
    return _hand_over_timed("benchmarks", [python, "-m", "tests.benchmarks", *arguments])


def pictures(arguments: list[str]) -> int:
    """Take the pictures of the screens, which docs/ shows."""
    python = set_up_with_qt()
    return _hand_over_timed("pictures", [python, "-m", "tests.pictures", *arguments])


def words(_arguments: list[str]) -> int:
    """Bring the catalogues of translators up to date with the window and compile them; say what lacks a translation."""
    python = locked_environment.ensure()
    babel = bin_of(python.parent.parent, "pybabel")
    template = CACHE / "words.pot"
    marks: list[str | Path] = [f"--keyword={mark}" for mark in WORD_MARKS]
    catalogues: tuple[str | Path, ...] = ("-D", "reactivate", "-d", TRANSLATIONS)
    # Babel finds our reader of words, window_words.py, beside this file.
    reading = clean_environment() | {"PYTHONPATH": str(ROOT / "build")}
    with step("words"):
        quietly([babel, "extract", *marks, *EXTRACT, "-F", "build/words.cfg", "-o", template, "ui"], reading)
        quietly([babel, "update", *catalogues, *UPDATE, "-i", template])
        said = quietly([babel, "compile", *catalogues, "--statistics"])
    note("\n".join(line for line in said.splitlines() if " messages " in line))
    return 0


def package(_arguments: list[str]) -> int:
    """Say that there is no installer yet."""
    raise RefusalError("The installer is not built yet: it comes with a later release.")


def set_up_with_qt() -> Path:
    """Make the locked environment and the system libraries of Qt; return the environment's Python."""
    python = locked_environment.ensure()
    system_packages.ensure_qt(python)
    return python


def has_screen(variables: dict[str, str]) -> bool:
    """Return whether Qt can open a window (Windows and macOS always have a screen)."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(variables.get(name) for name in named)


def asks_for_shot(arguments: Sequence[str]) -> bool:
    """Return whether the window's picture is asked for, which works without a screen."""
    return any(part == "--shot" or part.startswith("--shot=") for part in arguments)


def from_root(argument: str) -> str:
    """Return a path argument of pytest so that it means the same file from the project folder."""
    path, mark, rest = argument.partition("::")
    if path and not path.startswith("-") and not (ROOT / path).exists() and os.path.exists(path):
        return os.path.abspath(path) + mark + rest
    return argument


def _hand_over_timed(name: str, command: list[str | Path]) -> int:
    variables = clean_environment()
    if not has_screen(variables):
        variables["QT_QPA_PLATFORM"] = "offscreen"
    started = time.monotonic()
    note(f"{name}: {' '.join(str(part) for part in command[1:])}")
    code = hand_over(command, variables, ROOT)
    note(f"{name} ... {time.monotonic() - started:.1f} s")
    return code


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "pictures": pictures,
    "words": words,
    "package": package,
}
