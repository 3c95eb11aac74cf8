"""What the search of patients reads: its indexes, and the words of all names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from reactivate_desktop.storage.models.base import TenantTable, clinic_root


def search_indexes() -> tuple[Index, ...]:
    """Return the indexes of `patient` that its search reads."""
    return (
        # Holds what a search in all names or numbers looks at, so that it reads the index alone.
        Index(
            "ix_patient_names",
            "clinic_id",
            "name_key",
            "id",
            postgresql_include=["phone", "phone_second", "merged_into_id"],
        ),
        # Collation C makes the beginning of an id an index range, as with name_key.
        Index(
            "ix_patient_external_begins",
            "clinic_id",
            text('external_patient_id COLLATE "C"'),
            postgresql_where=text("external_patient_id IS NOT NULL"),
        ),
        Index("ix_patient_mrn", "clinic_id", text('mrn COLLATE "C"'), postgresql_where=text("mrn IS NOT NULL")),
        Index(
            "ix_patient_name_key_trgm",
            "name_key",
            postgresql_using="gin",
            postgresql_ops={"name_key": "gin_trgm_ops"},
        ),
        Index(
            "ix_patient_second_name",
            "clinic_id",
            text("split_part(name_key, ' ', 2)"),
            "name_key",
            "id",
            postgresql_where=text("merged_into_id IS NULL"),
        ),
        *_later_names(),
        Index("ix_patient_phone_trgm", "phone", postgresql_using="gin", postgresql_ops={"phone": "gin_trgm_ops"}),
        Index(
            "ix_patient_phone_second_trgm",
            "phone_second",
            postgresql_using="gin",
            postgresql_ops={"phone_second": "gin_trgm_ops"},
            postgresql_where=text("phone_second IS NOT NULL"),
        ),
        Index(
            "ix_patient_phone_as_typed",
            "clinic_id",
            postgresql_where=text("phone <> '' AND left(phone, 1) <> '+'"),
        ),
    )


def _later_names() -> tuple[Index, ...]:
    """Return what finds the few whose third, fourth or later name is alike to a word."""
    here = "merged_into_id IS NULL"
    by_place = [
        Index(
            f"ix_patient_{called}_name",
            "clinic_id",
            text(f"split_part(name_key, ' ', {place})"),
            "name_key",
            "id",
            postgresql_where=text(f"{here} AND split_part(name_key, ' ', {place}) <> ''"),
        )
        for place, called in ((3, "third"), (4, "fourth"))
    ]
    more = text(f"{here} AND split_part(name_key, ' ', 5) <> ''")
    return (*by_place, Index("ix_patient_long_names", "clinic_id", "name_key", "id", postgresql_where=more))


class NameWord(TenantTable):
    """A word that stands in somebody's name: what a mistyped name is compared with. Kept by triggers of patient.

    Not unique, so that two who add a new word at once need not wait for each other.
    """

    __tablename__ = "name_word"

    word: Mapped[str] = mapped_column(Text(collation="C"))

    @classmethod
    def rules(cls) -> tuple[Any, ...]:
        return (
            clinic_root(),
            Index(None, "clinic_id", "word"),
            Index("ix_name_word_trgm", "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
        )
