"""Limits of size and habit that keep the source readable: files, functions, widgets, handlers, marks."""

from __future__ import annotations

import ast
import fnmatch
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = 400
FUNCTION_LINES = 50
WIDGET_METHODS = 20
# A bug ends here and nowhere else: the window's bridge shows it, the job runner writes it down.
MAY_CATCH_EVERYTHING = {"ui/tasks.py", "reactivate_desktop/jobs/runner.py"}
BLIND = {"Exception", "BaseException"}
MARKS = tuple("".join(pair) for pair in (("TO", "DO"), ("FIX", "ME"), ("XX", "X")))


def sources(*folders: str) -> list[Path]:
    """Return the Python files below these folders of the project."""
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts
    )


PROGRAM = sources("reactivate_desktop", "ui", "build", "migrations")
EVERYTHING = [*PROGRAM, *sources("tests")]


def name_of(path: Path) -> str:
    """Return a path as the project writes it."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def blind_names(node: ast.expr | None) -> set[str]:
    """Return which all-catching names an `except` clause (or the arguments of suppress) holds."""
    if node is None:
        return {"bare except"}
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names & BLIND


def blind_handlers(tree: ast.Module) -> Iterator[int]:
    """Yield the lines where everything is caught and kept: `except Exception` and `suppress(Exception)`.

    A handler whose last statement raises again only tidies up, so it swallows nothing.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            raises_again = isinstance(node.body[-1], ast.Raise)
            if blind_names(node.type) and not raises_again:
                yield node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            yield from [node.lineno for argument in node.args if blind_names(argument)]


def empty_handlers(tree: ast.Module) -> Iterator[int]:
    """Yield the lines of handlers that hold nothing but `pass` or `...`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and all(
            isinstance(part, ast.Pass) or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            for part in node.body
        ):
            yield node.lineno


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= FILE_LINES, f"{name_of(path)} has {lines} lines; please split it by noun or verb."


@pytest.mark.parametrize("path", PROGRAM, ids=name_of)
def test_functions_stay_short(path: Path) -> None:
    long = [
        f"{node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES
    ]
    assert not long, f"{name_of(path)}: {', '.join(long)}"


@pytest.mark.parametrize("path", sources("ui"), ids=name_of)
def test_widget_classes_stay_small(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(part, ast.FunctionDef) for part in node.body)
            assert methods <= WIDGET_METHODS, f"{name_of(path)}: {node.name} has {methods} methods"


@pytest.mark.parametrize("path", PROGRAM, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(parsed(path)), f"{name_of(path)} begins without a sentence on what it is for."


@pytest.mark.parametrize("path", PROGRAM, ids=name_of)
def test_everything_is_caught_in_two_places_only(path: Path) -> None:
    lines = list(blind_handlers(parsed(path)))
    allowed = 1 if name_of(path) in MAY_CATCH_EVERYTHING else 0
    assert len(lines) <= allowed, f"{name_of(path)} catches everything in lines {lines}"


@pytest.mark.parametrize("path", PROGRAM, ids=name_of)
def test_no_handler_is_empty(path: Path) -> None:
    lines = list(empty_handlers(parsed(path)))
    assert not lines, f"{name_of(path)} has handlers without a word in lines {lines}"


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_nothing_is_marked_for_later(path: Path) -> None:
    found = [mark for mark in MARKS if mark in path.read_text("utf-8")]
    assert not found, f"{name_of(path)} holds {found}; please do it now or write an issue."


def test_build_is_a_folder_of_scripts_that_git_keeps() -> None:
    assert not (ROOT / "build" / "__init__.py").exists()
    # Read by hand: the tests also run where there is no git.
    patterns = [line.strip().strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines()]
    for name in ("build", "build/__main__.py", "__main__.py", "build/reactivate.spec", "reactivate.spec"):
        ignoring = [pattern for pattern in patterns if fnmatch.fnmatch(name, pattern)]
        assert not ignoring, f"{name} is ignored by .gitignore: {ignoring}"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("try:\n    f()\nexcept Exception:\n    g()\n", [3]),
        ("try:\n    f()\nexcept:\n    g()\n", [3]),
        ("try:\n    f()\nexcept (OSError, BaseException) as e:\n    g()\n", [3]),
        ("with suppress(Exception):\n    f()\n", [1]),
        ("try:\n    f()\nexcept BaseException:\n    g()\n    raise\n", []),
        ("try:\n    f()\nexcept OSError:\n    g()\n", []),
    ],
)
def test_the_search_for_blind_handlers_finds_them(text: str, lines: list[int]) -> None:
    assert list(blind_handlers(ast.parse(text))) == lines


def test_the_search_for_empty_handlers_finds_them() -> None:
    assert list(empty_handlers(ast.parse("try:\n    f()\nexcept OSError:\n    pass\n"))) == [3]
    assert list(empty_handlers(ast.parse("try:\n    f()\nexcept OSError:\n    ...\n"))) == [3]
