"""Files that are written once: the bytes under a key never change."""

import os
import secrets
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class KeyTakenError(Exception):
    """Other bytes are stored under this key already. They were not changed."""


class WriteOnceFileStorage(FileSystemStorage):
    """Documents on the local disk."""

    def put(self, key: str, data: bytes) -> None:
        """Write `data` under `key`. After a power cut it is either there completely, or not at all.

        Writing the same bytes again has no effect.

        Raises:
            KeyTakenError: other bytes are stored under this key.
        """
        target = Path(self.path(key))
        self._make_folder(target.parent)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            try:
                # Unlike a rename, a link fails when the name is taken.
                os.link(temporary, target)
            except FileExistsError:
                if target.read_bytes() != data:
                    raise KeyTakenError(key) from None
            _sync(target.parent)
        finally:
            temporary.unlink(missing_ok=True)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and the folders above it, so that a power cut does not lose them."""
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)

    def fetch(self, key: str) -> bytes:
        """The bytes under `key`.

        Raises:
            FileNotFoundError: nothing is stored there.
        """
        return Path(self.path(key)).read_bytes()

    def check(self) -> None:
        """Check that documents can be written now.

        Raises:
            OSError: the folder does not exist and cannot be made, or is not writable.
        """
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(f"{folder} may not be written to")


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
