"""The window's words: English in the source, other languages from resources/translations by gettext."""

from __future__ import annotations

import gettext
from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from reactivate_desktop import bundle

DOMAIN = "reactivate"
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}


class _Spoken:
    """The language in force: one for the whole application, as QLocale's default is."""

    code = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()
    # The words of Qt itself: the menus of fields, the dialogs of printers and files.
    qt: QTranslator | None = None


def speak(code: str) -> None:
    """Use a language of LANGUAGES from now on; widgets that stand already keep their words."""
    if code not in LANGUAGES:
        raise ValueError(f"no words in {code}")
    folder = bundle.folder("resources") / "translations"
    _Spoken.code = code
    _Spoken.catalogue = gettext.NullTranslations() if code == "en" else gettext.translation(DOMAIN, str(folder), [code])
    QLocale.setDefault(_LOCALES[code])
    _speak_qt(code)


def _speak_qt(code: str) -> None:
    if _Spoken.qt is not None:
        QCoreApplication.removeTranslator(_Spoken.qt)
        _Spoken.qt = None
    if code != "en" and QCoreApplication.instance() is not None:
        qt = QTranslator()
        if qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            QCoreApplication.installTranslator(qt)
            _Spoken.qt = qt


def language() -> str:
    """Return the code of the language in force."""
    return _Spoken.code


def tr(text: str, **values: object) -> str:
    """Return `text` in the language in force with its {fields} filled in."""
    found = _Spoken.catalogue.gettext(text)
    return found.format(**values) if values else found


def trn(one: str, many: str, count: int, **values: object) -> str:
    """Return the form of a sentence that fits `count`, which is {n} in it."""
    return _Spoken.catalogue.ngettext(one, many, count).format(n=number(count), **values)


def number(value: int) -> str:
    """Return a whole number with the language's separators."""
    return QLocale().toString(value)


def decimal(parts: int, of: int) -> str:
    """Return `parts` divided by `of` (a power of ten) with as few decimals as it has: 25 tenths are "2.5"."""
    whole, rest = divmod(parts, of)
    if not rest:
        return number(whole)
    return QLocale().toString(parts / of, "f", len(str(of)) - 1)


_LOCALES = {
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedStates),
    "es": QLocale(QLocale.Language.Spanish, QLocale.Country.UnitedStates),
}
