"""The facts that the user's schema document states, and the map of them in docs/schema.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "reactivateai-schema.md"
ORIGINAL = ROOT.parent / "shared" / "spec" / "reactivateai-schema.md"
MAP = ROOT / "docs" / "schema.md"

_FIELD = re.compile(r"(?P<name>\w+)(?P<many>\[\])?(?P<optional>\?)?(?: \((?P<remark>.*)\))?")
_NOT_IN_BRACKETS = r"(?![^(]*\))"


@dataclass(frozen=True)
class Field:
    """One key field of an entity; words are the enum values that its remark lists."""

    entity: str
    name: str
    optional: bool
    many: bool
    json: bool
    share: bool
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.entity}.{self.name}"


@dataclass(frozen=True)
class Relationship:
    """Source → target; kind is [] (many), ? (optional) or nothing; by names the field where one is given."""

    source: str
    target: str
    kind: str
    by: str = ""

    @property
    def key(self) -> str:
        return f"{self.source} → {self.by + ' → ' if self.by else ''}{self.target}{self.kind}"


@dataclass(frozen=True)
class ListedIndex:
    """One index: its entity and columns, those that run down marked."""

    entity: str
    columns: tuple[str, ...]

    @property
    def key(self) -> str:
        columns = ", ".join(self.columns)
        return f"{self.entity}: {f'({columns})' if len(self.columns) > 1 else columns}"


@cache
def _section(title: str) -> str:
    text = DOCUMENT.read_text("utf-8")
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"the document has no section {title}"
    return found[1]


def _bullets(title: str) -> list[str]:
    lines = re.findall(r"^(?:- |\d+\. )(.*)$", _section(title), re.MULTILINE)
    return [line.replace("**", "").removesuffix(".") for line in lines]


def _split(text: str, marks: str) -> list[str]:
    return [part.strip() for part in re.split(f"[{marks}]{_NOT_IN_BRACKETS}", text) if part.strip()]


def _table(title: str) -> list[list[str]]:
    """Return the rows of the section's table, without its head."""
    lines = [line for line in _section(title).splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace("**", "") for cell in line.strip("|").split("|")] for line in lines]


def concepts() -> list[str]:
    return [row[0] for row in _table("Core concepts")]


def entities() -> dict[str, list[Field]]:
    """Return each entity with its key fields."""
    blocks = re.findall(r"^\*\*(\w+)\*\* — .*\nKey fields: (.*)$", _section("Entity reference"), re.MULTILINE)
    return {name: [_field(name, each) for each in _split(_first(text), ",")] for name, text in blocks}


def _first(text: str) -> str:
    """Return the first sentence: the fields; Visit's indexes follow in a second one."""
    return re.split(r"\.(?: |$)", text.replace("**", ""))[0]


def _field(entity: str, text: str) -> Field:
    found = _FIELD.fullmatch(text)
    assert found is not None, f"{entity}: cannot read the field {text!r}"
    remark = found["remark"] or ""
    words = tuple(re.findall(r"[A-Z][A-Z_]+", remark)) if "/" in remark and remark.isupper() else ()
    return Field(
        entity=entity,
        name=found["name"],
        optional=bool(found["optional"]),
        many=bool(found["many"]),
        json=remark == "JSON" or found["name"] == "metadata",
        share=remark == "0–1",
        words=words,
    )


def enums() -> dict[str, list[str]]:
    return {name: values.split(", ") for name, values in _table("Enums")}


def relationships() -> list[Relationship]:
    """Return what the bullets list; clauses that are no relationship are `relationship_remarks`."""
    found: list[Relationship] = []
    for source, clause in _relationship_clauses():
        by, arrow, target = clause.rpartition(" → ")
        for each in _split(target if arrow else clause, ","):
            part = re.fullmatch(r"(\w+?)(\[\]|\?)?", each)
            if part and part[1] in entities():
                found.append(Relationship(source, part[1], part[2] or "", by))
    return found


def relationship_remarks() -> list[str]:
    """Return the clauses of the relationships that name fields or indexes."""
    listed = {part for r in relationships() for part in (r.target + r.kind, f"{r.by} → {r.target}{r.kind}")}
    return [f"{s}: {c}" for s, c in _relationship_clauses() if not any(p in listed for p in (*_split(c, ","), c))]


def _relationship_clauses() -> list[tuple[str, str]]:
    heads = [line.split(" → ", 1) for line in _bullets("Relationships (summary)")]
    return [(source, clause) for source, rest in heads for clause in _split(rest, ";")]


def indexes() -> list[ListedIndex]:
    found: list[ListedIndex] = []
    for line in _bullets("Indexes"):
        names, rest = line.split(": ", 1)
        for clause in _split(rest, ";"):
            also = re.fullmatch(r"(\w+) also (.*)", clause)
            subjects, columns = ([also[1]], also[2]) if also else (names.split(", "), clause)
            for each in _split(columns, ","):
                found += [ListedIndex(subject, tuple(each.strip("()").split(", "))) for subject in subjects]
    return found


def configuration() -> list[str]:
    return _bullets("Configuration (Prisma 7)")


def commands() -> list[str]:
    """Return the command lines of the document."""
    block = re.search(r"```bash\n(.*?)```", _section("Commands"), re.DOTALL)
    assert block is not None, "the document has no block of commands"
    return [line for line in block[1].splitlines() if line and not line.startswith("#")]


def setup_steps() -> list[str]:
    return [line.removesuffix(":") for line in _bullets("First-time setup")]


def seed() -> list[str]:
    return [part for line in _bullets("Seed data") for part in _split(line.replace("patients: ", "patients, "), ",;")]


def uses() -> list[str]:
    return [line.split(":", 1)[0] for line in _bullets("Using the schema in the app")]


def mapped(title: str) -> dict[str, list[str]]:
    """Return the rows of one table of docs/schema.md: first cell -> the other cells. No row may repeat."""
    text = MAP.read_text("utf-8")
    part = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert part is not None, f"docs/schema.md has no section {title}"
    lines = [line for line in part[1].splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip().replace("`", "") for cell in line.strip().strip("|").split(" | ")] for line in lines]
    assert len({row[0] for row in rows}) == len(rows), f"{title}: a line is mapped twice"
    return {row[0]: row[1:] for row in rows}
