"""`python -m reactivate_desktop`: opens the demo clinic of this PC, as `python3 build run` does."""

from __future__ import annotations

import sys

from reactivate_desktop.console.main import main

if __name__ == "__main__":
    main(["start", *sys.argv[1:]], prog_name="reactivate_desktop")
