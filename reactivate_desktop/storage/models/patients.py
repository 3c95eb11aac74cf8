"""Patients, households, visits, and what a machine keeps about them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Numeric, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.domain.enums import (
    CommunicationChannel,
    ContactPriority,
    EmrSystem,
    PatientSegment,
    PatientState,
    PhoneQuality,
    PhoneType,
    ReviewState,
    RiskLevel,
    VisitSource,
)
from reactivate_desktop.storage.models.base import (
    TenantTable,
    belongs_to,
    clinic_root,
    may_refer_to,
    not_blank,
    share,
    word,
)
from reactivate_desktop.storage.models.patient_search import search_indexes


class Household(TenantTable):
    """People who are called once together and share one arm of an experiment."""

    __tablename__ = "household"

    name: Mapped[str]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (clinic_root(), not_blank("name", 200))


class Patient(TenantTable):
    """Patient record: what people edit. What a machine rewrites nightly lives in patient_standing."""

    __tablename__ = "patient"

    first_name: Mapped[str]
    last_name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str | None]
    date_of_birth: Mapped[date | None]
    external_patient_id: Mapped[str | None]
    emr_system: Mapped[str | None] = word("emr_system", EmrSystem)
    preferred_channel: Mapped[str] = word("preferred_channel", CommunicationChannel, server_default="SMS")
    connection_id: Mapped[UUID | None]
    # Lower-cased and without accents, "last first": collation C makes a prefix an index range.
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    phone_raw: Mapped[str | None]
    phone_type: Mapped[str] = word("phone_type", PhoneType, server_default="UNKNOWN")
    phone_quality: Mapped[str] = word("phone_quality", PhoneQuality, server_default="UNKNOWN")
    phone_second: Mapped[str | None]
    timezone: Mapped[str | None]
    postal_code: Mapped[str | None]
    state: Mapped[str | None]
    language: Mapped[str] = mapped_column(server_default="en")
    location_id: Mapped[UUID | None]
    household_id: Mapped[UUID | None]
    guarantor_id: Mapped[UUID | None]
    mrn: Mapped[str | None]
    registered_on: Mapped[date]
    do_not_contact: Mapped[bool] = mapped_column(server_default=text("false"))
    patient_state: Mapped[str] = word("patient_state", PatientState, server_default="PRESENT")
    deceased_on: Mapped[date | None]
    best_time: Mapped[str | None]
    alternative_contact: Mapped[str | None]
    merged_into_id: Mapped[UUID | None]
    row_hash: Mapped[bytes | None]
    # What the source said last, by field: a field that it did not change keeps what staff made of it.
    source_values: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            CheckConstraint("length(first_name) + length(last_name) BETWEEN 1 AND 400", name="name_length"),
            CheckConstraint("length(phone) <= 40", name="phone_length"),
            CheckConstraint("length(email) BETWEEN 3 AND 320", name="email_length"),
            CheckConstraint("date_of_birth >= DATE '1850-01-01'", name="date_of_birth"),
            CheckConstraint("merged_into_id <> id", name="merged_into_other"),
            CheckConstraint("guarantor_id <> id", name="guarantor_other"),
            *may_refer_to("location", "location_id"),
            *may_refer_to("household", "household_id"),
            *may_refer_to("patient", "guarantor_id"),
            *may_refer_to("patient", "merged_into_id"),
            *may_refer_to("emr_connection", "connection_id"),
            Index(
                "uq_patient_external",
                "clinic_id",
                "connection_id",
                "external_patient_id",
                unique=True,
                postgresql_nulls_not_distinct=True,
                postgresql_where=text("external_patient_id IS NOT NULL"),
            ),
            Index("ix_patient_external", "clinic_id", "external_patient_id"),
            Index(None, "clinic_id", "created_at"),
            Index(None, "clinic_id", "phone"),
            Index(None, "clinic_id", "phone_second", postgresql_where=text("phone_second IS NOT NULL")),
            Index("ix_patient_email", "clinic_id", text('lower(email COLLATE "C")')),
            Index(None, "clinic_id", "date_of_birth"),
            *search_indexes(),
        )


class PatientStanding(TenantTable):
    """Where a patient stands: id is the patient's own. Recomputed from the patient's own rows."""

    __tablename__ = "patient_standing"

    segment: Mapped[str] = word("segment", PatientSegment)
    churn_risk_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    churn_risk_level: Mapped[str | None] = word("churn_risk_level", RiskLevel)
    contact_priority: Mapped[str | None] = word("contact_priority", ContactPriority)
    # Quantised to thousandths, so that a run rewrites only patients that really moved.
    contact_priority_score: Mapped[Decimal | None] = mapped_column(Numeric(4, 3))
    contact_priority_factors: Mapped[dict[str, Any] | None]
    priority_rank: Mapped[int] = mapped_column(
        SmallInteger,
        Computed(
            "CASE contact_priority WHEN 'RED' THEN 0 WHEN 'YELLOW' THEN 1 WHEN 'GREEN' THEN 2 ELSE 3 END",
            persisted=True,
        ),
    )
    queue_open: Mapped[bool] = mapped_column(server_default=text("false"))
    visit_count: Mapped[int] = mapped_column(server_default="0")
    first_visit_on: Mapped[date | None]
    last_visit_on: Mapped[date | None]
    usual_gap_days: Mapped[int | None]
    no_show_count: Mapped[int] = mapped_column(server_default="0")
    next_appointment_at: Mapped[datetime | None]
    next_action_at: Mapped[datetime | None]
    # A promised call: from then on the patient stands on top of the queue, whatever the priority.
    callback_at: Mapped[datetime | None]
    cool_off_until: Mapped[datetime | None]
    scored_at: Mapped[datetime | None]
    # Moved by every desk that changes where the patient stands; a scoring run that read an older one gives way.
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "id", indexed=False),
            share("churn_risk_score"),
            share("contact_priority_score"),
            CheckConstraint("visit_count >= 0 AND no_show_count >= 0", name="counts"),
            CheckConstraint("first_visit_on <= last_visit_on", name="visit_order"),
            Index(
                "ix_patient_standing_queue",
                "clinic_id",
                "priority_rank",
                text("contact_priority_score DESC"),
                "id",
                # All that the queue asks of an open row, so that whoever is passed over is read in the index alone.
                postgresql_where=text("queue_open AND callback_at IS NULL AND contact_priority_score IS NOT NULL"),
            ),
            Index(None, "clinic_id", "segment"),
            Index(None, "clinic_id", "contact_priority"),
            Index(
                "ix_patient_standing_next_action",
                "clinic_id",
                "next_action_at",
                postgresql_where=text("next_action_at IS NOT NULL"),
            ),
            Index(
                "ix_patient_standing_callback",
                "clinic_id",
                "callback_at",
                postgresql_where=text("callback_at IS NOT NULL"),
            ),
            {"postgresql_with": {"fillfactor": "70"}},
        )


class Visit(TenantTable):
    """An encounter that happened; visit_date is the local date at the location."""

    __tablename__ = "visit"

    patient_id: Mapped[UUID]
    location_id: Mapped[UUID | None]
    visit_date: Mapped[date]
    visit_type: Mapped[str | None]
    source: Mapped[str] = word("source", VisitSource)
    external_visit_id: Mapped[str | None]
    connection_id: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    provider_name: Mapped[str | None]
    # Kept but not counted: after the person's death, cancelled in the record, entered in error.
    not_counted_reason: Mapped[str | None]
    row_hash: Mapped[bytes | None]
    created_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *may_refer_to("location", "location_id"),
            *may_refer_to("emr_connection", "connection_id"),
            *may_refer_to("clinic_user", "created_by"),
            CheckConstraint("visit_date >= DATE '1900-01-01'", name="visit_date"),
            Index(None, "clinic_id", "visit_date"),
            Index(None, "clinic_id", "patient_id", "visit_date"),
            Index(
                "uq_visit_external",
                "clinic_id",
                "connection_id",
                "external_visit_id",
                unique=True,
                postgresql_nulls_not_distinct=True,
                postgresql_where=text("external_visit_id IS NOT NULL"),
            ),
        )


class PatientNote(TenantTable):
    """A note about a patient, by a member of staff."""

    __tablename__ = "patient_note"

    patient_id: Mapped[UUID]
    user_id: Mapped[UUID]
    note_text: Mapped[str]
    pinned: Mapped[bool] = mapped_column(server_default=text("false"))

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *belongs_to("clinic_user", "user_id", on_delete="NO ACTION"),
            not_blank("note_text", 20_000),
            Index(None, "clinic_id", "patient_id", "created_at"),
        )


class Tag(TenantTable):
    """A word that staff put on patients and threads."""

    __tablename__ = "tag"

    name: Mapped[str]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            not_blank("name", 60),
            Index("uq_tag_clinic_id_name", "clinic_id", text('lower(name COLLATE "C")'), unique=True),
        )


class PatientTag(TenantTable):
    """A tag on a patient."""

    __tablename__ = "patient_tag"

    patient_id: Mapped[UUID]
    tag_id: Mapped[UUID]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *belongs_to("tag", "tag_id"),
            Index(None, "clinic_id", "patient_id", "tag_id", unique=True),
        )


class PatientMerge(TenantTable):
    """One merge of two records: reversible, because each moved row is listed."""

    __tablename__ = "patient_merge"

    survivor_id: Mapped[UUID]
    merged_id: Mapped[UUID]
    user_id: Mapped[UUID]
    before: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "survivor_id"),
            *belongs_to("patient", "merged_id"),
            *belongs_to("clinic_user", "user_id", on_delete="NO ACTION"),
            *may_refer_to("clinic_user", "undone_by"),
            CheckConstraint("survivor_id <> merged_id", name="two_records"),
        )


class PatientMergeRow(TenantTable):
    """A row that a merge moved from the merged record to the survivor."""

    __tablename__ = "patient_merge_row"

    merge_id: Mapped[UUID]
    table_name: Mapped[str]
    row_id: Mapped[UUID]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient_merge", "merge_id", indexed=False),
            Index(None, "clinic_id", "merge_id", "table_name", "row_id", unique=True),
        )


class DuplicateCandidate(TenantTable):
    """Two records that may be one person; decided by a person, never by the phone alone."""

    __tablename__ = "duplicate_candidate"

    patient_id: Mapped[UUID]
    other_id: Mapped[UUID]
    reason: Mapped[str]
    likeness: Mapped[Decimal] = mapped_column(Numeric(4, 3))
    review_state: Mapped[str] = word("review_state", ReviewState, server_default="OPEN")
    reviewed_by: Mapped[UUID | None]

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            *belongs_to("patient", "patient_id", indexed=False),
            *belongs_to("patient", "other_id"),
            *may_refer_to("clinic_user", "reviewed_by"),
            share("likeness"),
            # The smaller id comes first, so that one pair is listed once.
            CheckConstraint("patient_id < other_id", name="pair_order"),
            Index(None, "clinic_id", "patient_id", "other_id", unique=True),
            Index(None, "clinic_id", "review_state"),
        )
