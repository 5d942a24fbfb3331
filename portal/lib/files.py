"""Files that are written once: a key never changes its bytes."""

import os
import secrets
from pathlib import Path

from django.core.files.storage import FileSystemStorage


class KeyTakenError(Exception):
    """The key already holds other bytes; they were left as they are."""


class WriteOnceFileStorage(FileSystemStorage):
    """Documents on the local disk."""

    def put(self, key: str, data: bytes) -> None:
        """Write `data` under `key` so that it is either whole and on disk, or not there.

        Writing the same bytes again has no effect.

        Raises:
            KeyTakenError: other bytes are stored under this key.
        """
        target = Path(self.path(key))
        target.parent.mkdir(parents=True, exist_ok=True)
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
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        finally:
            temporary.unlink(missing_ok=True)

    def fetch(self, key: str) -> bytes:
        """The bytes under `key`.

        Raises:
            FileNotFoundError: nothing is stored there.
        """
        return Path(self.path(key)).read_bytes()
