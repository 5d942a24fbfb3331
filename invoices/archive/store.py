"""The store of documents: written once, read back, never overwritten, never shared between cities."""

import hashlib
from typing import Protocol, cast
from uuid import UUID

from django.core.files.storage import storages


class WriteOnceStorage(Protocol):
    """What a storage backend must offer to keep documents."""

    def put(self, key: str, data: bytes) -> None: ...

    def fetch(self, key: str) -> bytes: ...


class DamagedDocumentError(Exception):
    """What came back from the store is not what its key promises."""


def document_key(municipality_id: UUID, invoice_id: UUID, data: bytes) -> str:
    """`<municipality>/<invoice>/<sha256>`."""
    return f"{municipality_id}/{invoice_id}/{hashlib.sha256(data).hexdigest()}"


def sha256_in(key: str) -> str:
    """The hash of the document's bytes (hexadecimal), which is the last part of its key."""
    return key.rsplit("/", 1)[1]


def keep(key: str, data: bytes) -> None:
    """Store a document and read it back.

    Raises:
        DamagedDocumentError: the store gave back other bytes.
    """
    storage = _storage()
    storage.put(key, data)
    if storage.fetch(key) != data:
        raise DamagedDocumentError(key)


def fetch(key: str) -> bytes:
    """A stored document, checked against the hash in its key.

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
