"""What the C library holds of freed memory goes back to the system."""

import ctypes


def return_freed_memory() -> None:
    """Give back every free page of the heap.

    Pictures leave holes between what lives on, and glibc gives back only what lies at the end of
    its heap: a worker that had examined ten people held 755 MB, 410 MB with this and without the
    networks' arenas. Takes 4 to 40 ms. A C library without `malloc_trim` (musl) is left alone.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
