"""Documents made apart from the threads that ask for them.

Pango and PDFium are not for threads, and a document may hang or take all memory. So a process that serves the site
hands its work to one child process, whose time and memory are limited and which is replaced when it fails. A Celery
worker process has one thread and is replaced likewise: it calls `render_in_this_process` when it starts.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import BrokenExecutor, CancelledError
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from invoices.documents import office_files, opening
from invoices.documents.opening import Unfit
from invoices.documents.pdf import child, engine, seal_images
from invoices.documents.pdf.engine import DocumentError
from invoices.documents.pdf.render import html
from invoices.documents.pdf.waiting_line import Rank, WaitingLine
from invoices.documents.schema import FrozenDocument
from invoices.documents.schema_parts import Received

TIMEOUT_SECONDS = 60
QUEUE_SECONDS = 60
LOOKING_SECONDS = 20
"""How long somebody waits for a document to look at before they are told that many do."""
OPENING_SECONDS = 10
"""How long a file from outside may take to be opened."""
MEMORY_LIMIT = 1024**3
TASKS_PER_CHILD = 200

T = TypeVar("T")

_lock = threading.Lock()
_line = WaitingLine()
_pool: ProcessPool | None = None
_here = False


def render(document: FrozenDocument) -> bytes:
    """The PDF of a document, made where this process makes them. The same document gives the same bytes.

    Raises:
        DocumentError: it cannot be made.
    """
    if _here:
        return child.set_document(html(document), seal_images.images(document.issuer))
    return render_isolated(document)


def render_in_this_process() -> None:
    """Make documents in this process from now on: for processes of one thread, such as a Celery worker's.

    Its memory is limited as the child's is. A document that needs more ends the process; its work is found again when
    its lease has run out.

    Raises:
        DocumentError: documents cannot be made here.
    """
    global _here
    engine.warm_up()
    child.limit_memory(MEMORY_LIMIT)
    _here = True


def render_isolated(
    document: FrozenDocument,
    draft: bool = False,
    *,
    received: Received | None = None,
    asker: Hashable | None = None,
    timeout: float = TIMEOUT_SECONDS,
) -> bytes:
    """The PDF of a document, or the certificate of its receipt, made in the child process.

    Args:
        draft, received: See `render.html`.
        asker: Who wants to look at it; None for a document that is to be delivered, which comes first.
        timeout: Seconds that the child may work on it.

    Raises:
        Crowded: too many want to look at documents at once.
        DocumentError: it cannot be made, took too long, or needed too much memory.
    """
    page = html(document, draft, "", received)
    rank = Rank.DELIVERY if asker is None else Rank.PREVIEW
    images = seal_images.images(document.issuer)
    return _in_child(child.set_document, page, images, timeout=timeout, rank=rank, asker=asker)


def page_count(pdf: bytes, timeout: float = TIMEOUT_SECONDS) -> int:
    """How many pages a PDF has.

    Raises:
        DocumentError: the bytes are no PDF, or the child failed.
    """
    return _in_child(child.page_count, pdf, timeout=timeout)


def look_at_pdf(data: bytes, pages_max: int, *, drawn: bool) -> Unfit | None:
    """What is wrong with a PDF from outside; see `opening.look_at_pdf`.

    Raises:
        Crowded: too many wait for the child.
        DocumentError: the child failed, or the file took it too long.
    """
    return _in_child(opening.look_at_pdf, data, pages_max, drawn, timeout=OPENING_SECONDS)


def look_at_picture(data: bytes, content_type: str) -> Unfit | None:
    """What is wrong with a picture from outside; see `opening.look_at_picture`. Raises as `look_at_pdf` does."""
    return _in_child(opening.look_at_picture, data, content_type, timeout=OPENING_SECONDS)


def look_at_office_file(data: bytes) -> str | Unfit:
    """The type of a Word or Excel file; see `office_files.look_at_office_file`. Raises as `look_at_pdf` does."""
    return _in_child(office_files.look_at_office_file, data, timeout=OPENING_SECONDS)


def page_image(pdf: bytes, number: int, width: int, timeout: float = TIMEOUT_SECONDS) -> bytes:
    """A PNG of a page, counted from 1, `width` pixels wide.

    Raises:
        DocumentError: the bytes are no PDF or have no such page, or the child failed.
    """
    return _in_child(child.page_image, pdf, number, width, timeout=timeout)


def start() -> None:
    """Start the child ahead of the first document, which would wait two seconds for it; returns at once."""
    _running_pool()


def stop() -> None:
    """End the child; the next document starts another. At the end of the process it ends by itself."""
    global _pool
    with _lock:
        if _pool is not None:
            _pool.stop()
            _pool.join()
            _pool = None


def _in_child(
    function: Callable[..., T],
    *arguments: object,
    timeout: float,
    rank: Rank = Rank.LOOK,
    asker: Hashable | None = None,
) -> T:
    seconds = QUEUE_SECONDS if rank == Rank.DELIVERY else LOOKING_SECONDS
    with _line.turn(rank, seconds, asker):
        return _at_once(function, *arguments, timeout=timeout)


def _at_once(function: Callable[..., T], *arguments: object, timeout: float) -> T:
    try:
        future = _running_pool().schedule(function, args=arguments, timeout=timeout)
        # The child's time starts when it takes the work up; it may have to be started first.
        return future.result(timeout=timeout + QUEUE_SECONDS)
    except TimeoutError:
        future.cancel()
        raise DocumentError(f"the document took longer than {timeout:g} s") from None
    except ProcessExpired as error:
        raise DocumentError(f"the child process ended with {error.exitcode} while it made the document") from None
    except (BrokenExecutor, CancelledError, RuntimeError) as error:
        raise DocumentError(f"the child process is gone: {error}") from error


def _running_pool() -> ProcessPool:
    global _pool
    with _lock:
        if _pool is not None and not _pool.active:
            _pool.stop()
            _pool.join()
            _pool = None
        if _pool is None:
            _pool = ProcessPool(
                max_workers=1,
                max_tasks=TASKS_PER_CHILD,
                initializer=child.start,
                initargs=(MEMORY_LIMIT,),
                # A fork would copy the locks of other threads in whatever state they are.
                context=multiprocessing.get_context("spawn"),
            )
            _pool.active  # noqa: B018  # asking starts it
        return _pool


def _forget_pool() -> None:
    """In a forked process: the pool and its child belong to the parent."""
    global _pool, _lock, _line
    _pool, _lock, _line = None, threading.Lock(), WaitingLine()


os.register_at_fork(after_in_child=_forget_pool)
