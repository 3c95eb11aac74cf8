"""Which encoding a file is in, its fingerprint, and the files that are no CSV at all."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid

LINE_BYTES = 1_000_000
_CHUNK = 1 << 20
_HEAD = 8192
# How a file begins, and what it is then; the longer beginnings stand first.
_KINDS = (
    (b"PK\x03\x04", "is an Excel workbook. Save it as CSV in Excel (File, Save as, CSV UTF-8) and choose that file."),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook. Save it as CSV in Excel (File, Save as) and choose that file."),
    (b"%PDF", "is a PDF document. Please export the list as CSV."),
    (b"\x1f\x8b", "is compressed. Please unpack it and choose the CSV file in it."),
    (b"{\\rtf", "is a text document of a word processor. Please export the list as CSV."),
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_PAGE = re.compile(r"<(?:!doctype|!--|\?xml|html|head|body|table|meta|div|bundle)\b", re.IGNORECASE)
_JSON = re.compile(r'[\[{]\s*(?:["{\[}\]]|$)')
# Bytes of text that UTF-8 needs two to four of for one letter.
_UTF8_LETTERS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTES = re.compile(rb"[\x80-\xff]+")
_CONTROLS = frozenset(range(0x20)) - frozenset(b"\0\t\n\x0b\x0c\r\x1a\x1b") | {0x7F}


@dataclass(frozen=True)
class Survey:
    """What one look at all bytes of a file says: the codec that reads it and its SHA-256."""

    encoding: str
    sha256: bytes


def survey(path: Path) -> Survey:
    """Read all bytes of a file once. Raises Invalid when it is missing, empty, no text or damaged."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        _refuse_other_kinds(path.name, head)
        fingerprint, utf8_ends_at = _read_through(path, head)
        encoding = _encoding(path, head, utf8_ends_at)
    except OSError as error:
        raise Invalid(unreadable(path, error)) from error
    _refuse_markup(path.name, head.decode(encoding, errors="ignore"))
    return Survey(encoding, fingerprint)


def unreadable(path: Path, error: OSError) -> str:
    """Return the sentence for a file that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return f"There is no file {path}. Please check its name and folder."
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return f"{path} is a folder. Please choose one CSV file in it."
    return (
        f"{path.name} cannot be read ({error.strerror}). If it is open in Excel, please close it there and try again."
    )


def _refuse_other_kinds(name: str, head: bytes) -> None:
    for beginning, what in _KINDS:
        if head.startswith(beginning):
            raise Invalid(f"{name} {what}")
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\x1a"):
        raise Invalid(f"{name} is empty. Please export it again.")
    if _wide(head):
        return
    odd = sum(byte in _CONTROLS for byte in head) + head.count(0) // 4
    if odd > 8 and odd * 50 > len(head):
        raise Invalid(f"{name} is not a text file. Please export the list as CSV.")


def _refuse_markup(name: str, text: str) -> None:
    begins = text.lstrip("\ufeff\0 \t\r\n")
    if _PAGE.match(begins):
        raise Invalid(f"{name} is a web page or an XML file, not CSV. Please export the list again, as CSV.")
    if _JSON.match(begins):
        raise Invalid(f"{name} is a JSON file, not CSV. FHIR files have an import of their own.")


def _wide(head: bytes) -> str | None:
    """Return the UTF-16 codec that these bytes are in, with a mark at the start or without one.

    Delimiters, digits and line ends of a table have a zero byte each in UTF-16, whatever script the names are in.
    """
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding if encoding == "utf-16" else None
    zeros_first, zeros_second = head[0::2].count(0), head[1::2].count(0)
    if zeros_second * 5 > len(head) // 2 and zeros_first * 2 < zeros_second:
        return "utf-16-le"
    if zeros_first * 5 > len(head) // 2 and zeros_second * 2 < zeros_first:
        return "utf-16-be"
    return None


def _encoding(path: Path, head: bytes, utf8_ends_at: int | None) -> str:
    """Return the codec. Raises Invalid for a file that is in none whole."""
    if (wide := _wide(head)) is not None:
        if (at := _undecodable(path, wide)) is not None:
            raise Invalid(_damaged(path, "UTF-16", at, width=2))
        return wide
    marked = head.startswith(codecs.BOM_UTF8)
    if utf8_ends_at is None:
        return "utf-8-sig" if marked else "utf-8"
    if marked or _mostly_utf8(path):
        raise Invalid(_damaged(path, "UTF-8", utf8_ends_at))
    if (at := _undecodable(path, "cp1252")) is not None:
        raise Invalid(
            f"{path.name} is neither UTF-8 nor Windows text (line {_line(path, at)}). "
            "Please save it as CSV UTF-8 and choose it again."
        )
    return "cp1252"


def _damaged(path: Path, encoding: str, at: int, width: int = 1) -> str:
    return (
        f"{path.name} is {encoding} text, but damaged in line {_line(path, at, width)}. "
        "Nothing of it was taken. Please export it again."
    )


def _read_through(path: Path, head: bytes) -> tuple[bytes, int | None]:
    """Return the SHA-256 and where the file stops being UTF-8 (None: nowhere). Raises Invalid for endless lines."""
    digest, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    utf8_ends_at: int | None = None
    line, number, offset = 0, 1, 0
    limit = LINE_BYTES * (2 if _wide(head) else 1)
    for chunk in _chunks(path):
        digest.update(chunk)
        if utf8_ends_at is None:
            utf8_ends_at = _failure(decoder, chunk, offset)
        for part in chunk.replace(b"\r", b"\n").split(b"\n"):
            if line + len(part) > limit:
                raise Invalid(
                    f"{path.name} has a line of more than {LINE_BYTES:,} characters (line {number}), "
                    "so it is no list. Please export it again as CSV."
                )
            line, number = 0, number + 1
        line, number = len(part), number - 1
        offset += len(chunk)
    if utf8_ends_at is None:
        utf8_ends_at = _failure(decoder, b"", offset, final=True)
    return digest.digest(), utf8_ends_at


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _failure(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, final: bool = False) -> int | None:
    """Return where in the file decoding fails within this chunk that stands at `offset`."""
    waiting = len(decoder.getstate()[0])
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        return max(0, offset - waiting + error.start)
    return None


def _undecodable(path: Path, encoding: str) -> int | None:
    decoder, offset = codecs.getincrementaldecoder(encoding)(), 0
    for chunk in _chunks(path):
        if (at := _failure(decoder, chunk, offset)) is not None:
            return at
        offset += len(chunk)
    return _failure(decoder, b"", offset, final=True)


def _mostly_utf8(path: Path) -> bool:
    """Return whether letters of UTF-8 outnumber other bytes: then a broken one is damage, not another encoding.

    Windows text hardly ever holds a pair that is a letter of UTF-8 ("Ã" followed by a sign).
    """
    letters = stray = 0
    for chunk in _chunks(path):
        letters += len(_UTF8_LETTERS.findall(chunk))
        stray += sum(len(run) for run in _HIGH_BYTES.findall(_UTF8_LETTERS.sub(b"", chunk)))
    return letters >= stray


def _line(path: Path, at: int, width: int = 1) -> int:
    """Return the line number of the byte at `at`."""
    with path.open("rb") as file:
        before = file.read(at)
    # In UTF-16 the byte of a line end may also be half of another letter; that hardly matters for a hint.
    return before.count(b"\n" if width == 1 or b"\n\0" in before else b"\0\n") + 1
