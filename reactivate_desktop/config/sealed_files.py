"""Small encrypted files of this PC, with their key in the secret store: a stolen file alone reads nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reactivate_desktop.config.own_files import make_own_folder, remove_own, sweep, write_own
from reactivate_desktop.config.secrets import SecretStore

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MARK = b"RD1"
_NONCE = 12
_POLL_S = 0.02
_KEY_AWAITED_S = 2.0
_log = logging.getLogger(__name__)


class SealedFiles:
    """Named contents of one database's desk, by kind (a folder each); safe for several programs at once.

    AES-256-GCM (NIST SP 800-38D) with a random nonce for each write, bound to kind and name, so that a file put in
    another's place does not open. File names say nothing, either. Every method raises OSError (disk) and
    SecretsUnavailable (keyring).
    """

    def __init__(self, folder: Path, secrets: SecretStore, scope: str) -> None:
        """`folder` is made when first written to; `scope` names the database whose desk this is."""
        self._folder = folder / hashlib.sha256(scope.encode()).hexdigest()[:16]
        self._secrets = secrets
        self._secret = f"kept@{scope}"
        self._key: bytes | None = None
        self._told: set[Path] = set()

    def write(self, kind: str, name: str, content: bytes) -> None:
        """Keep `content` under `name`, replacing an older one; it is on disk when this returns."""
        file = self._file(kind, name)
        nonce = os.urandom(_NONCE)
        plain = b"%s\n%s" % (name.encode(), content)
        write_own(file, _MARK + nonce + _cipher(self._own_key()).encrypt(nonce, plain, _bound(file)))

    def read(self, kind: str, name: str) -> bytes | None:
        """Return what is kept under `name`; None when there is nothing, or nothing that opens."""
        found = self._open(self._file(kind, name))
        return None if found is None else found[1]

    def read_all(self, kind: str) -> dict[str, bytes]:
        """Return everything of a kind by name, in the order of the names; what does not open is left where it is."""
        sweep(self._folder / kind)
        opened = (self._open(file) for file in self._files(kind))
        return dict(sorted(found for found in opened if found is not None))

    def delete(self, kind: str, name: str) -> None:
        """Forget what is kept under `name`; nothing there is fine."""
        remove_own(self._file(kind, name))

    def clear(self, kind: str) -> None:
        """Forget everything of a kind, also what does not open."""
        for file in self._files(kind):
            remove_own(file)

    def unreadable(self, kind: str) -> int:
        """Count what is kept but does not open: made with a key that the secret store has lost, or damaged."""
        return sum(self._open(file) is None for file in self._files(kind))

    def _open(self, file: Path) -> tuple[str, bytes] | None:
        from cryptography.exceptions import InvalidTag

        try:
            sealed = file.read_bytes()
        except FileNotFoundError:
            return None  # another program has just removed it
        nonce, text = sealed[len(_MARK) : len(_MARK) + _NONCE], sealed[len(_MARK) + _NONCE :]
        try:
            if not sealed.startswith(_MARK) or len(nonce) < _NONCE:
                raise InvalidTag
            plain = _cipher(self._own_key()).decrypt(nonce, text, _bound(file))
        except InvalidTag:
            self._tell(file)
            return None
        name, _, content = plain.partition(b"\n")
        return name.decode(), content

    def _tell(self, file: Path) -> None:
        """Log once that a file does not open. It stays: the key may come back (a keyring that was locked)."""
        if file not in self._told:
            self._told.add(file)
            _log.warning("kept file %s/%s does not open with the key of this computer", file.parent.name, file.name)

    def _files(self, kind: str) -> Iterator[Path]:
        return iter(sorted((self._folder / kind).glob("*.sealed")))

    def _file(self, kind: str, name: str) -> Path:
        if "\n" in name:
            raise ValueError("a name is one line")
        hidden = hmac.new(self._own_key(), f"name\n{kind}\n{name}".encode(), hashlib.sha256).hexdigest()[:40]
        return self._folder / kind / f"{hidden}.sealed"

    def _own_key(self) -> bytes:
        if self._key is None:
            kept = self._secrets.get(self._secret) or self._new_key()
            self._key = base64.b64decode(kept)
        return self._key

    def _new_key(self) -> str:
        """Make the key. Of two programs that start together one makes it, and the other waits for it."""
        make_own_folder(self._folder)
        try:
            os.close(os.open(self._folder / "key-made", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            deadline = time.monotonic() + _KEY_AWAITED_S
            while time.monotonic() < deadline:
                if (kept := self._secrets.get(self._secret)) is not None:
                    return kept
                time.sleep(_POLL_S)
            # Whoever was to make it crashed, or the secret store lost it.
        made = base64.b64encode(os.urandom(32)).decode()
        self._secrets.set(self._secret, made)
        return self._secrets.get(self._secret) or made


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _bound(file: Path) -> bytes:
    return f"{file.parent.parent.name}/{file.parent.name}/{file.name}".encode()
