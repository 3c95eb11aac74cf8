"""The kinds of arrays that scoring computes with: one entry per patient or per event."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# No such day: behind every date of the calendar.
NEVER = 2**31 - 1
# No such time (microseconds since 1970).
NO_TIME = 2**63 - 1
