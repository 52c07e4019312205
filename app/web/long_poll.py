"""Hold an answer back until there is news, for a while, and for a few callers at a time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import Field

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MAX_WAIT_S = 25
WaitS = Annotated[float, Field(ge=0, le=MAX_WAIT_S, allow_inf_nan=False)]
_POLL_S = 0.4
# A waiting request holds a server thread, so only some of them may wait at a time; the others
# are answered at once and come again.
_WAITING_PLACES = threading.BoundedSemaphore(4)


def read_or_wait(read: Callable[[], T], is_known: Callable[[T], bool], wait_s: float) -> T:
    """What `read` gives at once, or as soon as the caller does not know it yet."""
    found = read()
    if not wait_s > 0 or not _WAITING_PLACES.acquire(blocking=False):
        return found
    try:
        deadline = time.monotonic() + wait_s
        while is_known(found) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            found = read()
    finally:
        _WAITING_PLACES.release()
    return found
