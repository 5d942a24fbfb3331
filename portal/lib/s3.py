"""The write-once store in a bucket of an S3-compatible service."""

import base64
import hashlib
import time
from contextlib import suppress
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.utils import validate_file_name
from storages.backends.s3 import S3Storage

from portal.lib.files import KeyTakenError

CONNECT_SECONDS = 3
READ_SECONDS = 10
TRIES = 2
CHECK_SECONDS = 1

PROBE_KEY = "write-once-probe"
PROBE = b"The portal asks with this object whether the store refuses to overwrite.\n"

_CONFLICT_TRIES = 5
_CONFLICT_PAUSE_SECONDS = 0.2
_CONFLICTS = ("ConditionalRequestConflict", "OperationAborted")


class StoreError(OSError):
    """The service refused a request, or did not answer in time. The message holds no secret."""


class OverwritesError(StoreError):
    """The service ignores `If-None-Match: *` and would overwrite stored documents."""


class WriteOnceS3Storage(S3Storage):
    """Documents in a bucket, under `location`.

    The service itself must refuse to overwrite: every object is written with `If-None-Match: *`, and of several writers
    at the same time it accepts one. A service that does not know this condition may ignore it. To look first whether
    the key is free is not enough, because another writer may come between. So each process tests the service before
    its first write, with an object for this purpose (PROBE_KEY), and writes nothing to a service that overwrites.

    The account needs s3:GetObject, s3:PutObject and s3:ListBucket. Without the last one, the service answers "not
    allowed" when an object is missing.
    """

    def __init__(self, **settings: Any) -> None:
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            # A service of its own address seldom has a host name for every bucket.
            s3={"addressing_style": "path" if settings.get("endpoint_url") else "auto"},
            # Each object carries its SHA-256; other checksums are an extension that not every service knows.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Django's own `save` must not overwrite either.
        super().__init__(**{"client_config": config, "file_overwrite": False} | settings)
        self._is_write_once = False

    def put(self, key: str, data: bytes) -> None:
        """Write `data` under `key`. Afterwards it is either in the bucket completely, or not at all.

        Writing the same bytes again has no effect.

        Raises:
            KeyTakenError: other bytes are stored under this key.
            OverwritesError: the service would have overwritten them.
            StoreError: the service refused or did not answer.
        """
        name = self._name(key)
        self._require_write_once(self._work_client)
        if not self._create(self._work_client, name, data) and self.fetch(key) != data:
            raise KeyTakenError(key)

    def fetch(self, key: str) -> bytes:
        """The bytes under `key`.

        Raises:
            FileNotFoundError: nothing is stored there.
            StoreError: the service refused or did not answer.
        """
        return self._read(self._work_client, self._name(key))

    def check(self) -> None:
        """Ask the service for an object, with short time limits.

        Raises:
            StoreError: documents cannot be read or written now, for instance because the service overwrites.
        """
        # The question first: of a hung service a reader learns sooner than a writer, who waits for leave to send.
        with suppress(FileNotFoundError):
            self._read(self._check_client, self._name(PROBE_KEY))
        self._require_write_once(self._check_client)

    def _require_write_once(self, client: Any) -> None:
        if self._is_write_once:
            return
        name = self._name(PROBE_KEY)
        # The first write finds the object of an earlier process, as a rule.
        if self._create(client, name, PROBE) and self._create(client, name, PROBE):
            raise OverwritesError("the store ignores If-None-Match and would overwrite documents; nothing was written")
        self._is_write_once = True

    def _create(self, client: Any, name: str, data: bytes) -> bool:
        """Write an object if there is none. Returns whether it was written."""
        for _try in range(_CONFLICT_TRIES):
            try:
                client.put_object(
                    Bucket=self.bucket_name,
                    Key=name,
                    Body=data,
                    ContentLength=len(data),
                    ContentType=self.default_content_type,
                    # The header, worked out here: left to the client it becomes a trailer, which few services take.
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=base64.b64encode(hashlib.sha256(data).digest()).decode("ascii"),
                    IfNoneMatch="*",
                )
            except ClientError as error:
                code, status = _answer(error)
                if status == 412:
                    return False
                if code not in _CONFLICTS:
                    raise _store_error(error) from None
                # Another writer of this key is at it; how that ends is not known yet.
                time.sleep(_CONFLICT_PAUSE_SECONDS)
            except BotoCoreError as error:
                raise _store_error(error) from None
            else:
                return True
        raise StoreError(f"PutObject: conflicting writes, {_CONFLICT_TRIES} times")

    def _read(self, client: Any, name: str) -> bytes:
        try:
            data: bytes = client.get_object(Bucket=self.bucket_name, Key=name)["Body"].read()
        except ClientError as error:
            # A missing bucket is a 404 too, and not a missing document.
            if _answer(error)[0] == "NoSuchKey":
                raise FileNotFoundError(name) from None
            raise _store_error(error) from None
        except BotoCoreError as error:
            raise _store_error(error) from None
        return data

    def _name(self, key: str) -> str:
        """The object's name in the bucket. Raises SuspiciousFileOperation when it would be outside of `location`."""
        name: str = self._normalize_name(validate_file_name(key, allow_relative_path=True))
        return name

    @property
    def _work_client(self) -> Any:
        return self._clients[0]

    @property
    def _check_client(self) -> Any:
        return self._clients[1]

    @cached_property
    def _clients(self) -> tuple[Any, Any]:
        """A client for work and one for checks, made at the first use (after a worker's fork). Threads share them."""
        session = self._create_session()
        hurry = Config(
            connect_timeout=CHECK_SECONDS,
            read_timeout=CHECK_SECONDS,
            retries={"mode": "standard", "total_max_attempts": 1},
        )
        options = {"region_name": self.region_name, "endpoint_url": self.endpoint_url, "verify": self.verify}
        return (
            session.client("s3", config=self.client_config, **options),
            session.client("s3", config=self.client_config.merge(hurry), **options),
        )


def _answer(error: ClientError) -> tuple[str, int]:
    """The service's code (`NoSuchKey`) and HTTP status."""
    response: Any = error.response
    return response.get("Error", {}).get("Code", ""), response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


def _store_error(error: Exception) -> StoreError:
    if isinstance(error, ClientError):
        code, status = _answer(error)
        return StoreError(f"{error.operation_name}: {code} ({status})")
    return StoreError(f"{type(error).__name__}: {error}")
