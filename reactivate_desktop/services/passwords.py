"""The slow key of a password: the password itself never leaves this PC."""

from __future__ import annotations

import hashlib
import unicodedata

# scrypt needs 128 * n * r bytes (32 MB at n = 2^15); OpenSSL's default limit is just that.
_MEMORY = 256 * 1024 * 1024


def derive_key(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    """Return the 32-byte scrypt key (RFC 7914) of `password`; about 0.1 s on purpose.

    The text is normalised (NFKC), so that the same keys on another keyboard give the same password.
    """
    text = unicodedata.normalize("NFKC", password).encode()
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
