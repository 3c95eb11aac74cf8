"""Which patients a filter means, as the FROM and WHERE of a statement that others select from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from reactivate_desktop.domain.patient_lists import PatientFilter
from reactivate_desktop.domain.patient_search import PatientSearch, read_search
from reactivate_desktop.storage.queries import organization, settings
from reactivate_desktop.storage.queries.patient_hits import Hits, hits_of
from reactivate_desktop.storage.unit_of_work import Transaction

# Merged records keep a standing; there are few, and they are found by the index on merged_into_id.
_NOT_MERGED = (
    "NOT EXISTS (SELECT 1 FROM patient m WHERE m.clinic_id = :clinic AND m.id = s.id AND m.merged_into_id IS NOT NULL)"
)
_NO_PHONE = "(p.phone = '' OR p.phone_quality IN ('INVALID', 'WRONG')) AND p.phone_second IS NULL"
_NO_CONSENT = """NOT EXISTS (
    SELECT 1 FROM contact_consent g
    WHERE g.clinic_id = :clinic AND g.patient_id = p.id AND g.state = 'GRANTED' AND NOT EXISTS (
        SELECT 1 FROM contact_consent r
        WHERE r.clinic_id = :clinic AND r.address_key = g.address_key AND r.channel = g.channel
          AND r.purpose = g.purpose AND r.state = 'REVOKED'
          AND (r.given_at, r.created_at, r.id) > (g.given_at, g.created_at, g.id)))"""
# As on the review list: a pair with a record that is hidden by now is none.
_DUPLICATES = """p.id IN (
    SELECT d.patient_id FROM duplicate_candidate d
    JOIN patient o ON o.clinic_id = :clinic AND o.id = d.other_id AND o.merged_into_id IS NULL
    WHERE d.clinic_id = :clinic AND d.review_state = 'OPEN'
    UNION ALL SELECT d.other_id FROM duplicate_candidate d
    JOIN patient o ON o.clinic_id = :clinic AND o.id = d.patient_id AND o.merged_into_id IS NULL
    WHERE d.clinic_id = :clinic AND d.review_state = 'OPEN')"""
_MAY_CONTACT = "NOT p.do_not_contact AND p.patient_state = 'PRESENT'"
_TAGGED = "p.id IN (SELECT t.patient_id FROM patient_tag t WHERE t.clinic_id = :clinic AND t.tag_id = :tag_id)"
# The types of what a condition compares with, by the name of its parameter.
_TYPES: dict[str, Any] = {
    "clinic": sa.Uuid,
    "segment": sa.Text,
    "priority": sa.Text,
    "location_ids": sa.ARRAY(sa.Uuid),
    "last_visit_before": sa.Date,
    "last_visit_after": sa.Date,
    "visit_before": sa.Date,
    "visit_after": sa.Date,
    "registered_after": sa.Date,
    "month": sa.Date,
    "state": sa.Text,
    "tag_id": sa.Uuid,
    "limit": sa.Integer,
    "words": sa.ARRAY(sa.Text),
    "most": sa.Integer,
    "patterns": sa.ARRAY(sa.Text),
    "alike": sa.ARRAY(sa.Text),
    "alike_word": sa.Text,
    "born": sa.ARRAY(sa.Date),
    "number": sa.Text,
    "parts": sa.ARRAY(sa.Text),
    "codes": sa.ARRAY(sa.Text),
    "days": sa.ARRAY(sa.Date),
    "from_key": sa.Text,
    "to_key": sa.Text,
    "ids": sa.ARRAY(sa.Uuid),
    "tag": sa.Uuid,
    "location": sa.Uuid,
}
_PARAMETER = re.compile(r"(?<!:):(\w+)")


@dataclass(frozen=True)
class Scope:
    """The patients that a filter means: conditions on `p` (records), on `s` (standings), and hits `h` of a text."""

    search: PatientSearch
    hits: Hits | None
    on_records: tuple[str, ...]
    on_standings: tuple[str, ...]
    values: Mapping[str, Any]

    def tables(self, *, records: bool = False, standings: bool = False) -> tuple[str, str]:
        """Return (FROM and WHERE, the expression of the id); with which tables an order needs beside the conditions.

        A table that neither needs is left out: both are as long as the clinic.
        """
        standings = standings or bool(self.on_standings)
        records = records or bool(self.on_records) or not (standings or self.hits)
        conditions = list(self.on_records + self.on_standings)
        if self.hits is not None:
            source, key = f"{self.hits.source} h", "h.id"
        elif records:
            source, key = "patient p", "p.id"
        else:
            source, key = "patient_standing s", "s.id"
            conditions.append(_NOT_MERGED)
        if records:
            conditions.append("p.clinic_id = :clinic AND p.merged_into_id IS NULL")
            source += _joined("patient p", key, key == "h.id")
        if standings:
            conditions.append("s.clinic_id = :clinic")
            source += _joined("patient_standing s", key, key != "s.id")
        return f"FROM {source} WHERE {' AND '.join(conditions)}" if conditions else f"FROM {source}", key


def _joined(table: str, key: str, wanted: bool) -> str:
    alias = table.rpartition(" ")[2]
    return f" JOIN {table} ON {alias}.clinic_id = :clinic AND {alias}.id = {key}" if wanted else ""


def scope_of(tx: Transaction, wish: PatientFilter) -> Scope:
    """Return the scope of a filter; days and numbers are read as the clinic of this transaction writes them."""
    relative = wish.last_visit_over_days, wish.last_visit_within_days, wish.registered_this_month or None
    today = organization.today(tx) if wish.text.strip() or any(r is not None for r in relative) else None
    search = PatientSearch()
    if wish.text.strip():
        assert today is not None, "read for the text"
        region = str(settings.read(tx, "imports").get("region", "US"))
        search = read_search(wish.text, today, region)
    hits = hits_of(search, wish.only_similar)
    values: dict[str, Any] = {"clinic": tx.clinic_id, **(hits.values if hits else {})}
    for name in ("segment", "priority", "last_visit_before", "last_visit_after", "registered_after", "state", "tag_id"):
        if (value := getattr(wish, name)) is not None:
            values[name] = value
    if wish.location_ids:
        values["location_ids"] = list(wish.location_ids)
    if today is not None:
        values |= {"month": today.replace(day=1)} if wish.registered_this_month else {}
        for name, days in (("visit_before", relative[0]), ("visit_after", relative[1])):
            values |= {name: today - timedelta(days=days)} if days is not None else {}
    return Scope(search, hits, _on_records(wish), _on_standings(wish), values)


def _on_records(wish: PatientFilter) -> tuple[str, ...]:
    wanted: dict[str, bool] = {
        "p.location_id = ANY(:location_ids)": bool(wish.location_ids),
        _NO_PHONE: wish.without_phone,
        _NO_CONSENT: wish.without_consent,
        "p.registered_on >= :registered_after": wish.registered_after is not None,
        "p.registered_on >= :month": wish.registered_this_month,
        _DUPLICATES: wish.duplicates,
        "p.do_not_contact": wish.do_not_contact is True,
        "NOT p.do_not_contact": wish.do_not_contact is False,
        _MAY_CONTACT: wish.may_contact is True,
        f"NOT ({_MAY_CONTACT})": wish.may_contact is False,
        "p.patient_state = :state": wish.state is not None,
        _TAGGED: wish.tag_id is not None,
    }
    return tuple(condition for condition, asked in wanted.items() if asked)


def _on_standings(wish: PatientFilter) -> tuple[str, ...]:
    wanted: dict[str, bool] = {
        "s.segment = :segment": wish.segment is not None,
        "s.contact_priority = :priority": wish.priority is not None,
        "s.last_visit_on < :last_visit_before": wish.last_visit_before is not None,
        "s.last_visit_on >= :last_visit_after": wish.last_visit_after is not None,
        "s.last_visit_on < :visit_before": wish.last_visit_over_days is not None,
        "s.last_visit_on >= :visit_after": wish.last_visit_within_days is not None,
        "s.last_visit_on IS NULL": wish.never_visited,
        "s.next_appointment_at IS NOT NULL": wish.booked is True,
        "s.next_appointment_at IS NULL": wish.booked is False,
    }
    return tuple(condition for condition, asked in wanted.items() if asked)


def typed(text: str, values: Mapping[str, Any]) -> sa.TextClause:
    """Return a statement whose parameters have the types of their names; made once for each text."""
    return _typed(text, tuple(sorted(values)))


@lru_cache(maxsize=256)
def _typed(text: str, names: tuple[str, ...]) -> sa.TextClause:
    used = set(_PARAMETER.findall(text))
    # Those of codes are numbered: code_0, behind_0 and so on.
    kinds = {name: _TYPES.get(name, sa.Text) for name in names}
    return sa.text(text).bindparams(*(sa.bindparam(name, type_=kinds[name]) for name in names if name in used))
