"""How a clinic wants no-show risks turned into levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reactivate_desktop.domain.errors import Invalid


@dataclass(frozen=True)
class NoShowRules:
    """How many percent of the appointments to come are HIGH and MEDIUM: as many as the desk can ask to confirm.

    usual_rate: the share of missed appointments that the clinic typed in, 0 to 1, until its own outcomes say it.
    HIGH is never under `high_floor` times the clinic's rate, MEDIUM never under the rate (scoring.md section 8).
    """

    usual_rate: float = 0.15
    high_percent: float = 10.0
    medium_percent: float = 20.0
    high_floor: float = 1.5


def no_show_rules(kept: Mapping[str, Any]) -> NoShowRules:
    """Return the rules of a clinic's setting "no_show"; what it does not say is as by default.

    Raises Invalid for a rate outside 0.01-0.9, a share outside 0-100 or a floor below 1.
    """
    rules = NoShowRules(**{name: kept[name] for name in NoShowRules.__dataclass_fields__ if name in kept})
    figures: tuple[object, ...] = (rules.usual_rate, rules.high_percent, rules.medium_percent, rules.high_floor)
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in figures):
        raise Invalid('The setting "no_show" needs numbers. Please correct it.')
    if not 0.01 <= rules.usual_rate <= 0.9:
        raise Invalid('The setting "no_show" needs a usual_rate from 0.01 to 0.9, such as 0.15. Please correct it.')
    if not (0 <= rules.high_percent <= 100 and 0 <= rules.medium_percent <= 100 and rules.high_floor >= 1):
        raise Invalid('The setting "no_show" needs percentages from 0 to 100 and a high_floor of 1 or more.')
    return rules
