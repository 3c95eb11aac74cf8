"""Where secrets are kept: the platform's keyring, else owner-only files, or memory in tests."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol
from urllib.parse import quote

from reactivate_desktop.config.own_files import remove_own, write_own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyring.backend import KeyringBackend

SERVICE = "reactivate-desktop"
Kind = Literal["keyring", "file", "memory"]

# fail and null keep nothing; keyrings.alt writes plain text where nobody expects it.
_NOT_A_KEYRING = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


class SecretsUnavailable(Exception):
    """The store cannot be used right now (locked keyring, lost D-Bus); the message is a sentence."""


class SecretStore(Protocol):
    """Short texts by name; names are free text, values are non-empty."""

    @property
    def kind(self) -> Kind:
        """Say where the secrets are, for `doctor`."""

    def get(self, name: str) -> str | None:
        """Return the value, or None when there is none."""

    def set(self, name: str, value: str) -> None:
        """Store the value, replacing an older one."""

    def delete(self, name: str) -> None:
        """Forget the value; a name that is not there is fine."""


class MemorySecrets:
    """The twin for tests: forgets everything with the process."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    @property
    def kind(self) -> Kind:
        return "memory"

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def set(self, name: str, value: str) -> None:
        self._values[name] = value

    def delete(self, name: str) -> None:
        self._values.pop(name, None)


class FileSecrets:
    """One owner-only file (0600) for each secret, for machines without a keyring."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def kind(self) -> Kind:
        return "file"

    def get(self, name: str) -> str | None:
        """Return the value, or None; raises OSError when the file exists but cannot be read."""
        try:
            return self._file(name).read_text(encoding="utf-8") or None
        except FileNotFoundError:
            return None

    def set(self, name: str, value: str) -> None:
        """Write beside and replace, so that a crash or a full disk keeps the older value; raises OSError."""
        write_own(self._file(name), value.encode())

    def delete(self, name: str) -> None:
        remove_own(self._file(name))

    def _file(self, name: str) -> Path:
        return self._folder / f"{quote(name, safe='')}.secret"


class KeyringSecrets:
    """The platform's keyring (Credential Manager, Keychain, Secret Service) through `keyring`."""

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend

    @classmethod
    def find(cls) -> KeyringSecrets | None:
        """Return a store that answers, or None when this machine has no usable keyring."""
        import keyring  # 50-100 ms: only for programs that use it

        for backend in _candidates(keyring.get_keyring()):
            store = cls(backend)
            try:
                store.get("probe")
            except SecretsUnavailable:
                continue
            return store
        return None

    @property
    def kind(self) -> Kind:
        return "keyring"

    def get(self, name: str) -> str | None:
        """Return the value, or None; raises SecretsUnavailable (as `set` and `delete` do)."""
        with _keyring_errors():
            return self._backend.get_password(SERVICE, name)

    def set(self, name: str, value: str) -> None:
        with _keyring_errors():
            self._backend.set_password(SERVICE, name, value)

    def delete(self, name: str) -> None:
        with _keyring_errors():
            if self._backend.get_password(SERVICE, name) is not None:
                self._backend.delete_password(SERVICE, name)


def secret_store(folder: Path) -> SecretStore:
    """Return the keyring when this machine has a usable one, else owner-only files in `folder`."""
    return KeyringSecrets.find() or FileSecrets(folder)


def _candidates(chosen: KeyringBackend) -> list[KeyringBackend]:
    parts: list[KeyringBackend] = list(getattr(chosen, "backends", None) or [chosen])
    return [part for part in parts if not type(part).__module__.startswith(_NOT_A_KEYRING)]


@contextlib.contextmanager
def _keyring_errors() -> Iterator[None]:
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as error:  # NoKeyringError is one of them
        raise SecretsUnavailable(
            "The keyring of this computer does not answer. Unlock it (sign in to the desktop again) and try again."
        ) from error
