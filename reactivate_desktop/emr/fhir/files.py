"""Opens a FHIR file: the whole of it is checked before the first record is handed over."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.domain.imports import ImportSubject
from reactivate_desktop.emr.fhir.bundles import read_bundle
from reactivate_desktop.emr.fhir.lines import check_utf8, read_lines, refused
from reactivate_desktop.emr.fhir.shapes import NAMED

_WHOLE_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
KINDS = {"Patient": ImportSubject.PATIENTS, "Encounter": ImportSubject.VISITS}


class NothingToRead(Invalid):
    """A sound FHIR file without patients and encounters, such as the Practitioners of a bulk export."""


@dataclass(frozen=True)
class FhirFile:
    """A checked file: `lines` is how many lines it has, blank ones too (a Bundle: entries).

    `subjects`: what it holds; an NDJSON file is of one type, that of most of its lines. `notes` counts what
    reading left out of records that were taken (twice when it is read twice); `stamp` tells whether the file is
    still the one that was checked.
    """

    path: Path
    subjects: tuple[ImportSubject, ...]
    lines: int
    bundle: bool
    stamp: tuple[int, int]
    notes: Counter[str] = field(default_factory=Counter, compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.path.name

    def sha256(self) -> bytes:
        """Return the digest of the file as it lies there (packed, if it is). Raises Invalid when it is gone."""
        self.check_unchanged()
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").digest()

    def check_unchanged(self) -> None:
        """Raise Invalid when the file is not the one that was checked."""
        if not self.path.is_file() or _stamp(self.path) != self.stamp:
            raise Invalid(f"{self.name} was changed after it was checked. Please start the import again.")

    def warnings(self) -> tuple[str, ...]:
        """Return in sentences what reading has left out of records that were taken so far."""
        return tuple(f"{self.name}: {note}: {count}." for note, count in sorted(self.notes.items()))


def open_fhir(path: Path) -> FhirFile:
    """Check a file of NDJSON or a Bundle and return it, unread.

    Raises Invalid when the file is missing, empty, damaged, cut off, not UTF-8 or a web page: a bad file costs
    itself whole. Raises NothingToRead (an Invalid) when it is sound but has no patients and no encounters.
    """
    start = list(islice(_filled(path), 2))
    if not start:
        raise refused(path.name, "is empty")
    _check_start(path.name, start[0])
    stamp = _stamp(path)
    document = _is_document(start)
    if document:
        if not start[0].lstrip().startswith((b"{", b"[")):
            raise refused(path.name, "is not FHIR: its records would begin with {")
        contents = read_bundle(path)
        kinds, lines = Counter(record.kind for record in contents.records), len(contents.records)
        found = tuple(subject for kind, subject in KINDS.items() if kinds[kind])
    else:
        kinds, lines = _check_lines(path)
        found = (KINDS[max(KINDS, key=lambda kind: kinds[kind])],) if any(kinds[kind] for kind in KINDS) else ()
    if not found:
        raise _nothing(path.name, kinds)
    return FhirFile(path, found, lines, document, stamp)


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _filled(path: Path) -> Iterator[bytes]:
    return (line for line in read_lines(path) if line.strip())


def _check_start(name: str, line: bytes) -> None:
    if line.lstrip().startswith(b"<"):
        raise refused(name, "holds a web page or XML instead of FHIR records in JSON")
    if b"\0" in line[:4] or line.startswith((b"PK", b"\xff\xfe", b"\xfe\xff")):
        raise refused(name, "is not a text file in UTF-8")


def _is_document(start: list[bytes]) -> bool:
    """Return whether the file is one JSON document; `start`: its first two lines that are not blank."""
    if start[0].lstrip().startswith(b"["):
        return True
    kind = _kind_of_object(start[0])
    if kind is None:
        # A broken first line of NDJSON has a whole second one; a document that spans lines has not.
        return len(start) == 1 or _kind_of_object(start[1]) is None
    return len(start) == 1 and kind in ("Bundle", "")


def _kind_of_object(line: bytes) -> str | None:
    """Return the resourceType of a JSON object, empty when it names none; None when it is no whole object."""
    try:
        kind = NAMED.decode(line).resourceType
    except (msgspec.DecodeError, RecursionError):
        # The strict decoder refuses a line for half of a character in it, too.
        try:
            loose = json.loads(line)
        except (ValueError, RecursionError):
            return None
        if not isinstance(loose, dict):
            return None
        kind = loose.get("resourceType")
    return kind if isinstance(kind, str) else ""


def _check_lines(path: Path) -> tuple[Counter[str], int]:
    """Check every line and return how many there are of each resourceType, and how many lines."""
    kinds: Counter[str] = Counter()
    number, last = 0, b""
    for number, line in enumerate(read_lines(path), 1):
        check_utf8(path.name, line, f" (line {number})")
        if not (bare := line.strip()):
            continue
        if bare.startswith(b"<"):
            raise refused(path.name, f"holds a web page or XML from line {number} on")
        last = bare
        kinds[_quick_kind(bare)] += 1
    if _is_cut_off(last):
        raise refused(path.name, f"breaks off in the middle of line {number}")
    return kinds, number


def _quick_kind(line: bytes) -> str:
    """Return the resourceType of a line; nearly every server writes it first."""
    for kind in KINDS:
        if line.startswith(b'{"resourceType":"%b"' % kind.encode()):
            return kind
    return _kind_of_object(line) or ""


def _is_cut_off(line: bytes) -> bool:
    """Return whether a line ends before its JSON does; one that is broken in its middle is a bad row instead."""
    if not line.startswith(b"{") or _kind_of_object(line) is not None:
        return False
    open_parts = _WHOLE_STRING.sub(b"", line)
    return b'"' in open_parts or sum(map(open_parts.count, (b"{", b"["))) > sum(map(open_parts.count, (b"}", b"]")))


def _nothing(name: str, kinds: Counter[str]) -> Invalid:
    found = sorted(kind for kind in kinds if kind)
    if not found:
        return refused(name, "holds no FHIR records")
    if found == ["OperationOutcome"]:
        return refused(name, "holds an error answer of the server (OperationOutcome) instead of records")
    return NothingToRead(f"{name} holds no patients and no encounters, only {', '.join(found)}. Nothing was taken.")
