"""The lines of a file, plain or gzipped, read in blocks: memory holds one block and one line."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reactivate_desktop.domain.errors import Invalid

# A longer line, or a larger Bundle (which must be read in one piece), is refused.
MOST_BYTES = 256 * 2**20
_BLOCK = 2**20
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


def refused(name: str, what: str) -> Invalid:
    """Return the error of a file that is refused as a whole."""
    return Invalid(f"{name} {what}. Nothing of it was taken. Please fetch it again.")


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield every line, blank ones too, without its end and without a BOM.

    Raises Invalid when the file cannot be opened, is damaged or cut off, or has a line above MOST_BYTES.
    """
    rest: list[bytes] = []
    held = 0
    for block in _blocks(path):
        first, *more = block.split(b"\n")
        rest.append(first)
        held += len(first)
        if held > MOST_BYTES:
            raise refused(
                path.name, f"holds a line or a Bundle of more than {MOST_BYTES >> 20} MB; export it as NDJSON"
            )
        if more:
            yield b"".join(rest).removesuffix(b"\r")
            for line in more[:-1]:
                yield line.removesuffix(b"\r")
            rest, held = [more[-1]], len(more[-1])
    if held:
        yield b"".join(rest).removesuffix(b"\r")


def read_whole(path: Path) -> bytes:
    """Return the content without a BOM. Raises Invalid as read_lines does."""
    parts: list[bytes] = []
    held = 0
    for block in _blocks(path):
        parts.append(block)
        held += len(block)
        if held > MOST_BYTES:
            raise refused(path.name, f"is a Bundle of more than {MOST_BYTES >> 20} MB; export it as NDJSON")
    return b"".join(parts)


def check_utf8(name: str, text: bytes, where: str = "") -> None:
    """Raise Invalid unless `text` is UTF-8; `where` says which part of the file it is."""
    if text.isascii():
        return
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise refused(name, f"is not text in UTF-8{where}") from error


def _blocks(path: Path) -> Iterator[bytes]:
    with _sentences(path.name), _open(path) as stream:
        block = stream.read(_BLOCK)
        yield block.removeprefix(_BOM)
        while block := stream.read(_BLOCK):
            yield block


def _open(path: Path) -> io.BufferedReader:
    """Open by content, not by name: a browser may have unpacked a file and kept its name."""
    with path.open("rb") as stream:
        zipped = stream.read(2) == _GZIP
    return io.BufferedReader(gzip.open(path, "rb"), _BLOCK) if zipped else path.open("rb")


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    """Turn what can be wrong with a file into a sentence that says what to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {name}. Please check the path.") from error
    except IsADirectoryError as error:
        raise Invalid(f"{name} is a folder. Please name the files in it.") from error
    except PermissionError as error:
        raise Invalid(f"{name} may not be read by you. Please ask whoever put it there.") from error
    except EOFError as error:
        raise refused(name, "is cut off: the end of the compressed file is missing") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise refused(name, "is damaged: it cannot be unpacked") from error
    except OSError as error:
        raise refused(name, f"cannot be read ({error.strerror or type(error).__name__})") from error
