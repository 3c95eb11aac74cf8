"""`python3 build pictures`: every screen in light, dark, on a small screen and at 200 %, into docs/pictures."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Variant:
    """One way to see all screens: the window in logical pixels, and how many pixels one of them is."""

    name: str
    theme: str
    size: tuple[int, int]
    scale: int = 1


VARIANTS = (
    Variant("light", "light", (1440, 900)),
    Variant("dark", "dark", (1440, 900)),
    Variant("1366", "light", (1366, 768)),
    # A full-HD screen at 200 %.
    Variant("200", "light", (960, 540), 2),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures and return 0; 1 when a screen did not come to rest."""
    parser = argparse.ArgumentParser(prog="python3 build pictures", description=__doc__)
    parser.add_argument("screens", nargs="*", metavar="SCREEN", help="only these")
    parser.add_argument("--variant", choices=[v.name for v in VARIANTS], action="append", help="default: all")
    parser.add_argument("--out", type=Path, default=OUT, help="where the pictures go (docs/pictures)")
    parser.add_argument("--home", type=Path, help="a home whose demo clinic is there already")
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="reactivate-pictures-") as folder:
        # The database server runs as another user where the pictures are taken by root.
        Path(folder).chmod(0o755)
        home = wish.home or Path(folder) / "home"
        home.mkdir(exist_ok=True)
        codes = [
            _take(variant, home, wish.out / variant.name, wish.screens)
            for variant in VARIANTS
            if not wish.variant or variant.name in wish.variant
        ]
    return max(codes)


def _take(variant: Variant, home: Path, out: Path, screens: Sequence[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    wide, high = variant.size
    command = [sys.executable, "-P", "-m", "tests.pictures.taker", str(out), f"{wide}x{high}", variant.theme, *screens]
    env = {
        **os.environ,
        "REACTIVATE_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_SCALE_FACTOR": str(variant.scale),
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
