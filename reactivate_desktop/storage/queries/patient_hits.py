"""Who matches a text: by name through functions that may use the index of trigrams, by number and id through others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reactivate_desktop.domain.patient_search import PatientSearch
from reactivate_desktop.storage.queries.text_ranges import behind, like


@dataclass(frozen=True)
class Hits:
    """Rows (id, name_key, match) of those who match: a FROM item; `match` is smaller for better hits."""

    source: str
    values: Mapping[str, Any]


# Nobody, where nothing that was typed is long enough to be alike to anything.
_NOBODY = "(SELECT NULL::uuid AS id, '' AS name_key, 0 AS match WHERE false)"
# As many as are asked for, where every hit will be shown; all, where conditions follow.
_NAMED = "app.patients_named(:words, :most)"
_ALIKE = "app.patients_alike(:alike, :patterns)"
_ALIKE_WORD = "app.patients_alike_word(:alike_word, :most)"
_OURS = "n.clinic_id = :clinic AND n.merged_into_id IS NULL"
# The words beside a birthday or a number: those who have it are few.
_WITH_WORDS = " AND n.name_key LIKE ALL(:patterns)"
# As app.patients_alike judges it.
_WITH_ALIKE = """ AND n.name_key LIKE ALL(:patterns)
    AND NOT EXISTS (SELECT 1 FROM unnest(CAST(:alike AS text[])) w(word)
                    WHERE word_similarity(w.word, n.name_key) < 0.45
                       OR strict_word_similarity(w.word, n.name_key) < 0.3)
    AND EXISTS (SELECT 1 FROM unnest(CAST(:alike AS text[])) w(word) WHERE position(w.word IN n.name_key) = 0)"""
_BORN = f"""SELECT n.id, n.name_key, array_position(:born, n.date_of_birth) AS match
    FROM patient n WHERE {_OURS} AND n.date_of_birth = ANY(:born)"""  # noqa: S608 - constants of this file
_PART = "SELECT n.id, 4 AS match FROM app.patients_phoned(:parts) n"
_WHOLE = f"""SELECT n.id, 1 AS match FROM patient n
    WHERE {_OURS} AND (n.phone = :number OR n.phone_second = :number)"""  # noqa: S608 - as above
_DAY = f"SELECT n.id, 2 AS match FROM patient n WHERE {_OURS} AND n.date_of_birth = ANY(:days)"  # noqa: S608 - as above


def _coded(column: str, codes: int) -> str:
    """Return who has an id in `column` that begins with one of so many codes, best the whole id.

    Each a range of its own between two values: of a join with a list of them the planner cannot tell how few match.
    """
    ranges = " OR ".join(
        f'n.{column} COLLATE "C" >= :code_{k} AND n.{column} COLLATE "C" < :behind_{k}' for k in range(codes)
    )
    return f"""SELECT n.id, CASE WHEN n.{column} = ANY(:codes) THEN 0 ELSE 3 END AS match FROM patient n
    WHERE {_OURS} AND ({ranges})"""  # noqa: S608 - as above


def hits_of(search: PatientSearch, only_similar: bool) -> Hits | None:
    """Return who matches what was typed, or (`only_similar`) whose names are alike; None: nothing was typed."""
    if not search.anything:
        return None
    long = list(search.alike) if only_similar else []
    if only_similar and not long:
        return Hits(_NOBODY, {})
    short = [word for word in search.words if word not in long]
    words = {"patterns": [f"%{like(word)}%" for word in short]} | ({"alike": long} if long else {})
    if only_similar and search.one_word:
        return Hits(_ALIKE_WORD, {"alike_word": long[0], "most": None})
    if not search.born and not search.numbered:
        return Hits(_ALIKE, words) if only_similar else Hits(_NAMED, {"words": list(search.words), "most": None})
    named = (_WITH_ALIKE if only_similar else _WITH_WORDS) if search.words else ""
    values = words if search.words else {}
    if not search.numbered:
        return Hits(f"({_BORN}{named})", {**values, "born": list(search.born)})
    parts, more = _numbered(search)
    born = " AND n.date_of_birth = ANY(:born)" if search.born else ""
    if search.born:
        more["born"] = list(search.born)
    source = f"""(SELECT u.id, n.name_key, u.match
    FROM (SELECT v.id, min(v.match) AS match FROM ({" UNION ALL ".join(parts)}) v GROUP BY v.id) u
    JOIN patient n ON n.id = u.id WHERE {_OURS}{born}{named})"""  # noqa: S608 - as above
    return Hits(source, {**values, **more})


def _numbered(search: PatientSearch) -> tuple[list[str], dict[str, Any]]:
    """Return the parts of the union for a number, and their values."""
    parts = [_coded(column, len(search.codes)) for column in ("external_patient_id", "mrn")]
    values: dict[str, Any] = {"codes": list(search.codes)}
    for place, code in enumerate(search.codes):
        values |= {f"code_{place}": code, f"behind_{place}": behind(code)}
    if search.number:
        parts.append(_WHOLE)
        values["number"] = search.number
    if search.digits:
        parts.append(_PART)
        values["parts"] = [f"%{digits}%" for digits in search.digits]
    if search.days:
        parts.append(_DAY)
        values["days"] = list(search.days)
    return parts, values
