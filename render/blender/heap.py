"""What the C library keeps of freed memory, given back to the system."""

from __future__ import annotations

import ctypes


def give_back_free_memory() -> None:
    """Let the system have the pages that nothing uses. Only glibc has a call for it; elsewhere this does nothing.

    A render frees hundreds of MB in pieces that glibc keeps for the next one (malloc_trim(3)). They never quite fit
    again, so what it keeps grows.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
