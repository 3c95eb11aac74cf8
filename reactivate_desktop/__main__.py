"""`python -m reactivate_desktop`: opens the demo clinic of this PC, as `python3 build run` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Open the window on the demo clinic; with --headless print the queue's first rows instead."""
    if "--headless" in arguments:
        from reactivate_desktop.console.main import main as console

        console(["start", *(part for part in arguments if part != "--headless")], prog_name="reactivate_desktop")
    from ui.app import main as window

    return window([*arguments, "--demo"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
