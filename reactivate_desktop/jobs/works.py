"""The kinds of long work that this program knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from reactivate_desktop.domain.jobs import LEARN, SCORE, VERIFY_AUDIT
from reactivate_desktop.domain.progress import Progress
from reactivate_desktop.jobs.runner import Work
from reactivate_desktop.services.audit import Audit
from reactivate_desktop.services.learning import Learning
from reactivate_desktop.services.scoring import Scoring


def works(audit: Audit, scoring: Scoring, learning: Learning) -> dict[str, Work]:
    """Return each kind with the function that does it."""

    def verify_audit(_: Mapping[str, object], progress: Progress) -> dict[str, object]:
        progress.step(0, 1, "Checking the audit trail against its seals")
        return asdict(audit.verify())

    return {VERIFY_AUDIT: verify_audit, SCORE: scoring.job, LEARN: learning.job}
