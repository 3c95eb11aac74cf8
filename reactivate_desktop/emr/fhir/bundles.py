"""Bundles (and single records in a file of their own) as the records in them, each still undecoded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.emr.fhir.lines import check_utf8, read_whole, refused
from reactivate_desktop.emr.fhir.shapes import BUNDLE, NAMED, Named


@dataclass(frozen=True)
class Record:
    """One record: the resourceType that it names (empty: none) and its JSON (empty: the entry has no record)."""

    kind: str
    line: bytes


@dataclass(frozen=True)
class Contents:
    """The records of a Bundle in order; `aliases`: the ids of records that the Bundle names by a urn."""

    records: tuple[Record, ...]
    aliases: dict[str, str] = field(default_factory=dict)


def read_bundle(path: Path) -> Contents:
    """Return what a .json file holds. Raises Invalid when it is cut off, not JSON or no FHIR document."""
    content = read_whole(path)
    check_utf8(path.name, content)
    try:
        kind = _kind(NAMED.decode(content))
        if kind and kind != "Bundle":
            return Contents((Record(kind, content),))
        entries = BUNDLE.decode(content).entry or [] if kind else None
    except msgspec.ValidationError as error:
        raise _no_bundle(path.name) from error
    except (msgspec.DecodeError, RecursionError) as error:
        return _read_loosely(path.name, content, error)
    if entries is None:
        raise _no_bundle(path.name)
    return _contents((entry.fullUrl, bytes(entry.resource)) if entry else (None, b"") for entry in entries)


def name_record(line: bytes) -> Named:
    """Return what a record says of itself; nothing when it cannot be read."""
    try:
        return NAMED.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return Named()


def _kind(named: Named) -> str:
    return named.resourceType if isinstance(named.resourceType, str) else ""


def _contents(entries: Iterable[tuple[Any, bytes]]) -> Contents:
    records: list[Record] = []
    aliases: dict[str, str] = {}
    for url, line in entries:
        named = name_record(line)
        records.append(Record(_kind(named), line))
        if isinstance(url, str) and url.startswith("urn:") and isinstance(named.id, str):
            aliases[url] = named.id
    return Contents(tuple(records), aliases)


def _read_loosely(name: str, content: bytes, error: Exception) -> Contents:
    """Read a Bundle in which one record holds half of a character: the strict decoder refuses all for its sake.

    Here that record stays as it is, and only it is refused later. Raises Invalid for what is no JSON at all.
    """
    try:
        loose = json.loads(content)
        entries = loose.get("entry") if loose.get("resourceType") == "Bundle" else None
    except (ValueError, AttributeError, RecursionError):
        entries = None
    if not isinstance(entries, list):
        raise refused(name, "is cut off or damaged: it is not complete JSON") from error
    kept = [entry if isinstance(entry, dict) else {} for entry in entries]
    found = _contents((e.get("fullUrl"), json.dumps(e["resource"]).encode() if "resource" in e else b"") for e in kept)
    kinds = [_loose_kind(entry.get("resource")) for entry in kept]
    records = tuple(Record(kind, record.line) for kind, record in zip(kinds, found.records, strict=True))
    return Contents(records, found.aliases)


def _loose_kind(resource: object) -> str:
    kind = resource.get("resourceType") if isinstance(resource, dict) else ""
    return kind if isinstance(kind, str) else ""


def _no_bundle(name: str) -> Invalid:
    return refused(name, "is JSON, but not a FHIR Bundle")
