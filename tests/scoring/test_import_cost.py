"""What holds a scorer starts fast: importing it costs little beside numpy, measured in one and the same process."""

from __future__ import annotations

import subprocess
import sys

# 0.15 s beyond numpy, which takes 0.105 s of CPU itself (scoring.md section 5).
_MOST = 0.15 / 0.105
_PROGRAM = """
import time
before = time.process_time()
import numpy
between = time.process_time()
from reactivate_desktop.scoring import card, factors, noshow, noshow_words, returning, verdicts
print((time.process_time() - between) / (between - before))
"""


def test_a_scorer_is_imported_in_little_more_than_numpy() -> None:
    # The least of a few: what else runs on the machine only adds.
    ratios = [_ratio() for _ in range(4)]
    assert min(ratios) <= _MOST, ratios


def _ratio() -> float:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    return float(done.stdout)
