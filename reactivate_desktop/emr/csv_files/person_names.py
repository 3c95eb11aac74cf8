"""Names of people in one cell or two: "Last, First Middle", "First Middle Last", suffixes and particles."""

from __future__ import annotations

from collections.abc import Mapping

from reactivate_desktop.emr.csv_files.cells import Refused, refuse_damage

NAME_LETTERS = 200
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v", "md", "phd", "esq"})
# Words that belong to the family name behind them.
_PARTICLES = frozenset(
    {
        *("van", "von", "der", "den", "ter", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le"),
        *("las", "los", "el", "al", "bin", "ibn", "ben", "st", "saint", "san", "santa", "y"),
    }
)


def read_names(values: Mapping[str, str], lead: str = "") -> tuple[str, str]:
    """Return (first, last) name from the fields first_name, last_name and name; `lead` stands before these.

    Raises Refused for a row without a name, for a name without a letter, and for one of more than 200 letters. What
    looks like a formula is kept as it stands.
    """
    first, last = values.get(f"{lead}first_name", ""), values.get(f"{lead}last_name", "")
    whole = values.get(f"{lead}name", "")
    if whole and not first and not last:
        first, last = split_name(whole)
    first, last = " ".join(first.split()), " ".join(last.split())
    field = next((f"{lead}{part}" for part in ("last_name", "name", "first_name") if f"{lead}{part}" in values), None)
    if not first and not last:
        raise Refused(field, "This row has no name. Please add it.")
    for name in (first, last):
        refuse_damage(field or "name", name)
        if len(name) > NAME_LETTERS:
            raise Refused(field, f"This name has more than {NAME_LETTERS} letters. Please check the column.")
    if not (first + last).isalpha() and not any(char.isalpha() for char in first + last):
        raise Refused(field, f'"{f"{first} {last}".strip()[:40]}" has no letters, so it is no name. Please correct it.')
    return first, last


def split_name(text: str) -> tuple[str, str]:
    """Return (first, last) of a name in one cell.

    A comma ends the family name ("Garcia, Jose Luis"; "Smith, Jr., John" and "Smith, John, Jr." are one person).
    Without one, the last word is the family name, with its particles and suffix ("Ana de la Cruz", "Al Green Jr.").
    A single word is a family name.
    """
    if "," in text:
        last, *rest = [part.strip() for part in text.split(",")]
        suffixes = [part for part in rest if _is_suffix(part)]
        first = " ".join(part for part in rest if part and part not in suffixes)
        if suffixes and not first:
            # "John Smith, Jr."
            first, last = split_name(last)
        return first, " ".join([last, *suffixes]).strip()
    words = text.split()
    end = len(words) - 1
    while end > 1 and _is_suffix(words[end]):
        end -= 1
    while end > 1 and words[end - 1].lower().rstrip(".") in _PARTICLES:
        end -= 1
    return " ".join(words[:end]) if end > 0 else "", " ".join(words[max(end, 0) :])


def _is_suffix(word: str) -> bool:
    return word.lower().replace(".", "").strip() in _SUFFIXES
