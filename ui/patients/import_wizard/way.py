"""The way through the steps: what the button on says, why it is closed, which question is open."""

from __future__ import annotations

from reactivate_desktop.domain.import_checks import DateDoubt
from ui.patients.import_wizard import words
from ui.patients.import_wizard.draft import Draft
from ui.patients.import_wizard.step import Stage
from ui.text import tr, trn


def word_of(stage: Stage, draft: Draft) -> str:
    """Return what the way on is called at a step."""
    check = draft.check
    if stage == Stage.FILE:
        return tr("Next: dry run") if draft.is_fhir else tr("Next: columns")
    if stage == Stage.COLUMNS:
        pairs = check.pair_count if check is not None and draft.trial.ready else 0
        return trn("Next: {n} duplicate", "Next: {n} duplicates", pairs) if pairs else tr("Next: duplicates")
    if stage == Stage.DUPLICATES:
        return tr("Next: review")
    if stage == Stage.REVIEW:
        rows = taken(draft)
        return trn("Import {n} row", "Import {n} rows", rows)
    return tr("Done")


def taken(draft: Draft) -> int:
    """Return how many rows the import would take."""
    counts = draft.check.counts if draft.check is not None else None
    return counts.read - counts.rejected - counts.repeated if counts is not None else 0


def reason_of(stage: Stage, draft: Draft, *, running: bool) -> str:
    """Return why the way on is closed in a sentence; empty: it is open."""
    if stage == Stage.IMPORT:
        return tr("The import is running.") if running else ""
    if draft.opening:
        return tr("The file is being read.")
    if draft.look is None:
        return tr("Choose a file first.")
    if stage == Stage.FILE:
        return ""
    check = draft.check
    if check is not None and check.needs:
        return words.need(check.needs[0])
    if draft.trial.step is not None:
        return tr("All rows are being checked.")
    if check is None:
        return tr("The rows could not be checked.")
    return "" if taken(draft) else tr("No row of this file can be imported as its columns are read now.")


def question_of(stage: Stage, draft: Draft, in_hand: str) -> DateDoubt | None:
    """Return the doubt to ask about: that of the column in hand, else the first one."""
    if stage != Stage.COLUMNS or draft.check is None or draft.check.needs:
        return None
    doubts = draft.check.doubts
    return next((doubt for doubt in doubts if doubt.column == in_hand), doubts[0] if doubts else None)
