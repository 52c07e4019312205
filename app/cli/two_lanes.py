"""Two lanes of web threads: whoever waits for the decoder keeps nobody else waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waitress.task import ThreadedTaskDispatcher

if TYPE_CHECKING:
    from waitress.channel import HTTPChannel

# Above any JSON body that is usual here, below any camera frame.
_UPLOAD_BYTES = 16_384


class TwoLanes:
    """waitress's dispatcher, twice: pictures are handled by threads of their own.

    A picture's thread waits until a decoder is free. With one lane, as many pictures at once as
    there are threads left none for a status, however quickly that is read.
    """

    def __init__(self, threads_each: int) -> None:
        self._lanes = (ThreadedTaskDispatcher(), ThreadedTaskDispatcher())
        for lane in self._lanes:
            lane.set_thread_count(threads_each)

    def add_task(self, task: HTTPChannel) -> None:
        """Let a thread of the right lane answer the channel's requests."""
        self._lanes[_is_upload(task)].add_task(task)

    def shutdown(self, *arguments: Any, **options: Any) -> bool:
        """End both lanes; whether tasks were cancelled in either."""
        cancelled = [lane.shutdown(*arguments, **options) for lane in self._lanes]
        return any(cancelled)


def _is_upload(task: HTTPChannel) -> bool:
    # The length of what came, because a chunked body announces none.
    bodies = (request.body_rcv for request in tuple(task.requests))
    return any(body is not None and len(body) > _UPLOAD_BYTES for body in bodies)
