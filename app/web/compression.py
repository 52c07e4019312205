"""gzip for what may be compressed: pages and files that hold no secret beside a caller's words.

Answers with tokens or personal data stay as they are: the length of a compressed answer tells what
is in it to whoever can put words of theirs beside it (BREACH). So a view says that it may be
compressed, and nothing is by itself. Brotli would take off another sixth, for a compiled
dependency; a reverse proxy that has it may still do so.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from flask import current_app, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

View = TypeVar("View", bound="Callable[..., object]")

_MARK = "kyc_compressible"
_KINDS = frozenset(
    {"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"}
)
# Below this the headers of compression cost more than it saves.
_LEAST_BYTES = 600


def compressible(view: View) -> View:
    """Say of a view that its answers hold no secret."""
    setattr(view, _MARK, True)
    return view


def register_compression(app: Flask) -> None:
    """Compress what may be, for those who take it."""
    compressible(app.view_functions["static"])
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, _MARK, False) or response.mimetype not in _KINDS:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_worth_it(response):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    etag, _ = response.get_etag()
    # A file is the same for all and compressed once; a page is new each time.
    response.set_data(_compressed_file(content) if etag else _compressed(content))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if etag:
        # One tag for both encodings must be a weak one.
        response.set_etag(etag, weak=True)
    return response


def _is_worth_it(response: Response) -> bool:
    return (
        response.status_code == 200
        and request.method == "GET"
        and "Content-Encoding" not in response.headers
        and request.accept_encodings.quality("gzip") > 0
        and (response.content_length or _LEAST_BYTES) >= _LEAST_BYTES
    )


@lru_cache(maxsize=256)
def _compressed_file(content: bytes) -> bytes:
    return _compressed(content)


def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
