"""Freed memory is given back, also from between what lives on."""

import ctypes
from pathlib import Path

import pytest

from app.freed_memory import return_freed_memory

_PIECE = 100_000  # bytes: under glibc's bound for memory that is mapped alone
_MIB = 1 << 20


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only glibc is told to give back"
)
def test_holes_in_the_heap_go_back_to_the_system() -> None:
    pieces = [bytearray(b"x" * _PIECE) for _ in range(600)]
    last = pieces.pop()  # what lives at the end keeps the heap from shrinking by itself
    del pieces
    before = resident_bytes()
    return_freed_memory()
    assert before - resident_bytes() > 30 * _MIB
    assert len(last) == _PIECE
