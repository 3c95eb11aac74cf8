"""The window's words in Spanish: complete, current, true to their fields, and spoken by what is built afterwards."""

from __future__ import annotations

import ast
import gettext
import io
import string
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from commands import WORD_MARKS
from tests.ui.queue_tab import settled
from ui.actions import ACTIONS
from ui.context import Context
from ui.frame.rail import TABS
from ui.frame.tour import STOPS
from ui.liking import languages
from ui.patients.list import FIELDS
from ui.text import DOMAIN, LANGUAGES, speak, tr, trn
from ui.widgets.buttons import Button
from ui.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = [code for code in LANGUAGES if code != "en"]
# How many of a call's first arguments are words of the window.
LITERALS = {mark.partition(":")[0]: mark.count(",") + 1 for mark in WORD_MARKS}
# Words that N_ marked where they are declared, and that are translated where they are shown.
DECLARED = {"title", "short", "sentence"}
# One form, or the form for one and the form for many.
Words: TypeAlias = tuple[str, ...]


def po_of(code: str) -> Path:
    """Return the catalogue of a language as translators write it."""
    return ROOT / "resources" / "translations" / code / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def read(code: str) -> Catalog:
    """Return the catalogue of a language."""
    with po_of(code).open("rb") as file:
        return read_po(file, locale=code)


def forms(text: str | Sequence[str] | None) -> Words:
    """Return the forms of a message."""
    return () if text is None else (text,) if isinstance(text, str) else tuple(text)


def entries(code: str) -> list[tuple[Message, Words, Words]]:
    """Return each message but the header with its forms in English and in the language."""
    return [(message, forms(message.id), forms(message.string)) for message in read(code) if message.id]


def fields(text: str) -> set[str]:
    """Return the {fields} of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def calls() -> Iterator[tuple[str, ast.Call, int]]:
    """Yield the calls in the window that mark or translate words: file, call, how many arguments are words."""
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LITERALS:
                yield path.relative_to(ROOT).as_posix(), node, LITERALS[node.func.id]


def literals(call: ast.Call, count: int) -> Words | None:
    """Return the words of a call; None: not all of them are literals."""
    found = [part.value for part in call.args[:count] if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return tuple(found) if len(found) == count else None


@cache
def spoken() -> frozenset[Words]:
    """Return all words of the window, in the forms they have."""
    return frozenset(words for _, call, count in calls() if (words := literals(call, count)) is not None)


def test_words_are_literals_or_were_marked_where_they_are_declared() -> None:
    for file, call, count in calls():
        if literals(call, count) is not None:
            continue
        shown = call.args[0]
        name = shown.attr if isinstance(shown, ast.Attribute) else shown.id if isinstance(shown, ast.Name) else ""
        assert isinstance(call.func, ast.Name)
        assert call.func.id == "tr", f"{file}:{call.lineno} marks or counts what is no literal"
        assert name in DECLARED, f"{file}:{call.lineno} translates what babel cannot see"


def test_words_that_are_declared_are_marked() -> None:
    declared = {action.title for action in ACTIONS} | {field.title for field in FIELDS if field.title}
    declared |= {word for tab in TABS for word in (tab.title, tab.short)}
    declared |= {word for stop in STOPS for word in (stop.title, stop.sentence)}
    assert {(word,) for word in declared} <= spoken()


def test_no_words_are_empty() -> None:
    # gettext answers nothing with the header of its catalogue.
    assert all(all(words) for words in spoken())


@pytest.mark.parametrize("code", TRANSLATED)
def test_all_words_are_in_the_catalogue(code: str) -> None:
    known = {english for _, english, _ in entries(code)}
    single = {english[0] for english in known}
    missing = {words for words in spoken() if words not in known and not (len(words) == 1 and words[0] in single)}
    assert not missing, "please run `python3 build words` and translate these"


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_catalogue_holds_nothing_else(code: str) -> None:
    assert not {english for _, english, _ in entries(code)} - spoken(), "please run `python3 build words`"
    assert not read(code).obsolete


@pytest.mark.parametrize("code", TRANSLATED)
def test_everything_is_translated_by_a_person(code: str) -> None:
    wanted = read(code).num_plurals
    for message, english, other in entries(code):
        assert not message.fuzzy, english
        assert len(other) == (1 if len(english) == 1 else wanted), english
        assert all(form.strip() for form in other), english


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_has_the_fields_of_its_sentence(code: str) -> None:
    for _, english, other in entries(code):
        assert [fields(form) for form in other] == [fields(form) for form in english], english


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_begins_and_ends_as_its_sentence(code: str) -> None:
    for _, english, other in entries(code):
        for one, two in zip(english, other, strict=True):
            assert one[:1].isspace() == two[:1].isspace(), one
            for mark in (".", "…", "?", ":"):
                assert one.endswith(mark) == two.endswith(mark), one


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_shipped_says_what_the_catalogue_says(code: str) -> None:
    made = io.BytesIO()
    write_mo(made, read(code))
    made.seek(0)
    shipped = po_of(code).with_suffix(".mo")
    assert shipped.is_file(), "please run `python3 build words`"
    with shipped.open("rb") as file:
        assert _said(gettext.GNUTranslations(file)) == _said(gettext.GNUTranslations(made)), "run `python3 build words`"


def _said(catalogue: gettext.GNUTranslations) -> dict[object, str]:
    said: dict[object, str] = vars(catalogue)["_catalog"]
    return {words: text for words, text in said.items() if words}


def test_all_languages_are_offered() -> None:
    assert languages() == list(LANGUAGES)


@pytest.fixture
def spanish(look: object) -> Iterator[None]:
    """The window speaks Spanish during the test."""
    speak("es")
    yield
    speak("en")


@pytest.mark.usefixtures("spanish")
def test_numbers_and_plurals_are_spoken() -> None:
    assert trn("{n} day", "{n} days", 1) == "1 día"
    assert trn("{n} day", "{n} days", 2) == "2 días"
    assert trn("{n} day", "{n} days", 0) == "0 días"
    speak("en")
    assert trn("{n} day", "{n} days", 2) == "2 days"


@pytest.mark.usefixtures("spanish")
def test_qt_speaks_too() -> None:
    def copy() -> str:
        return QCoreApplication.translate("QWidgetTextControl", "&Copy")

    assert copy() == "&Copiar"
    speak("en")
    assert copy() == "&Copy"


def words_of(workspace: Workspace) -> set[str]:
    """Return what the buttons of a workspace say."""
    return {button.text() for button in workspace.findChildren(Button)}


@pytest.fixture
def open_workspace(ctx: Context, qtbot: QtBot) -> Callable[[], Workspace]:
    """Return what opens a workspace with the queue."""

    def made() -> Workspace:
        workspace = Workspace(ctx)
        qtbot.addWidget(workspace)
        workspace.resize(1366, 768)
        workspace.open_tab("queue")
        with qtbot.waitExposed(workspace):
            workspace.show()
        settled(qtbot, ctx)
        return workspace

    return made


def test_a_screen_speaks_the_language_it_was_built_in(open_workspace: Callable[[], Workspace]) -> None:
    try:
        speak("es")
        then = open_workspace()
        assert tr("Next patient") == "Siguiente paciente"
        assert "Siguiente paciente" in words_of(then)
        assert "Next patient" not in words_of(then)
    finally:
        speak("en")
    assert "Siguiente paciente" in words_of(then)
    now = open_workspace()
    assert "Next patient" in words_of(now)
    assert "Siguiente paciente" not in words_of(now)
