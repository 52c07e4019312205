"""Fetching one pinned network file over HTTP, going on where an earlier attempt ended."""

from __future__ import annotations

import errno
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from typing import BinaryIO

    from app.vision.model_cards import ModelCard
    from app.vision.model_folder import ModelFolder

_CHUNK_BYTES = 1 << 16
_TIMEOUT_S = 30.0
_PARTIAL_CONTENT = 206


class ModelNotFetchedError(Exception):
    """The file could not be had; the text says why and what to do."""


def fetch_model(card: ModelCard, folder: ModelFolder, url: str) -> None:
    """Bring the card's file into the folder.

    What was fetched before a break is kept and gone on with, if the server knows ranges.
    Raises: ModelNotFetchedError; ModelDamagedError, when it is not the file that the card pins.
    """
    try:
        folder.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = folder.part_of(card)
        if part.exists() and part.stat().st_size > card.size_bytes:
            part.unlink()
        if not part.exists() or part.stat().st_size < card.size_bytes:
            _fetch_rest(card, folder, url)
    except urllib.error.HTTPError as error:
        told = f"{url} answers {error.code} {error.reason}. {_OTHERWISE}"
        raise ModelNotFetchedError(told) from error
    except OSError as error:
        raise ModelNotFetchedError(_told(error, url, folder)) from error
    folder.accept(card)


_OTHERWISE = (
    "Where this machine has no way there, fetch the file on another one"
    " and install it with `kyc models fetch --from FOLDER`."
)


def _fetch_rest(card: ModelCard, folder: ModelFolder, url: str) -> None:
    part = folder.part_of(card)
    had_bytes = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Accept-Encoding": "identity"})  # noqa: S310 - pinned by hash
    if had_bytes:
        request.add_header("Range", f"bytes={had_bytes}-")
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
            goes_on = response.status == _PARTIAL_CONTENT
            with part.open("ab" if goes_on else "wb") as file:
                _copy(response, file, card.size_bytes)
    except HTTPException as error:
        raise ConnectionError(str(error)) from error
    if part.stat().st_size < card.size_bytes:
        raise ConnectionError("the connection ended early; run the command again to go on")


def _copy(response: HTTPResponse, file: BinaryIO, most_bytes: int) -> None:
    while file.tell() <= most_bytes and (chunk := response.read(_CHUNK_BYTES)):
        file.write(chunk)


def _told(error: OSError, url: str, folder: ModelFolder) -> str:
    if error.errno == errno.ENOSPC:
        return f"There is no room left in {folder.path}: free some and run the command again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{folder.path} may not be written to: {error.strerror}."
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return f"{url} could not be fetched: {reason}. {_OTHERWISE}"
