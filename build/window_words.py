"""Reads the words of the window for babel, also those inside f-strings, which its own reader passes over."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import IO, Any

# Line, function, its arguments (None: not a literal), comments for translators.
Found = tuple[int, str, tuple[str | None, ...], list[str]]


def extract(file: IO[bytes], keywords: Collection[str], _tags: Collection[str], options: dict[str, Any]) -> list[Found]:
    """Return the calls of these functions in a file, from its top to its end."""
    del options
    return sorted(_calls(ast.parse(file.read()), keywords), key=lambda found: found[0])


def _calls(tree: ast.Module, keywords: Collection[str]) -> Iterator[Found]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            yield node.lineno, node.func.id, tuple(map(_literal, node.args)), []


def _literal(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
