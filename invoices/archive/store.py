"""The store of documents. Each is written once, read back, never overwritten, and never shared between cities."""

import hashlib
from typing import Protocol, cast
from uuid import UUID

from django.core.files.storage import storages


class WriteOnceStorage(Protocol):
    """What a storage backend for documents must be able to do."""

    def put(self, key: str, data: bytes) -> None:
        """Write `data` under `key`; raises KeyTakenError when other bytes are stored there."""

    def fetch(self, key: str) -> bytes:
        """The bytes under `key`; raises FileNotFoundError when there are none."""


class DamagedDocumentError(Exception):
    """The bytes from the store do not fit the hash in their key."""


def document_key(municipality_id: UUID, invoice_id: UUID, data: bytes) -> str:
    """The key of a document: `<municipality>/<invoice>/<sha256>`.

    Args:
        municipality_id: The id of the city; for an attachment that of the supplier.
    """
    return f"{municipality_id}/{invoice_id}/{hashlib.sha256(data).hexdigest()}"


def sha256_in(key: str) -> str:
    """The hash of the document's bytes (hexadecimal), which is the last part of its key."""
    return key.rsplit("/", 1)[1]


def keep(key: str, data: bytes) -> None:
    """Store a document and read it back.

    Raises:
        DamagedDocumentError: the store returned other bytes.
        KeyTakenError: other bytes are stored under this key.
    """
    storage = _storage()
    storage.put(key, data)
    if storage.fetch(key) != data:
        raise DamagedDocumentError(key)


def fetch(key: str) -> bytes:
    """Read a stored document and check it against the hash in its key.

    Raises:
        DamagedDocumentError: the bytes were changed.
        FileNotFoundError: nothing is stored there.
    """
    data = _storage().fetch(key)
    if hashlib.sha256(data).hexdigest() != sha256_in(key):
        raise DamagedDocumentError(key)
    return data


def _storage() -> WriteOnceStorage:
    return cast(WriteOnceStorage, storages["documents"])
