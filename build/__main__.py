"""Entry of `python3 build run | test | check | bench | package`: refuses an old Python, then hands on."""

# Nothing newer than Python 3.4 may be written in this file: an old Python has to reach the sentence below.
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This program needs Python 3.11 or newer; this is Python "
        + ".".join(str(part) for part in sys.version_info[:3])
        + ". Please install a newer Python and start the same line with it, for example: python3.11 build run"
    )

import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
