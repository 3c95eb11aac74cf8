"""A person's record with all records that were merged into it: some rows stay with the record they were written on."""

from __future__ import annotations

# Begins a statement: `whole` lists the ids of :patient and of what was merged into it, link by link.
WHOLE = """
WITH RECURSIVE whole(id) AS (
    SELECT CAST(:patient AS uuid)
    UNION SELECT p.id FROM whole w JOIN patient p ON p.clinic_id = :clinic AND p.merged_into_id = w.id)
"""
