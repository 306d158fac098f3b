"""What the program gives back to the system."""

import contextlib
import sys

# From this size on a block is a mapping of its own.
_LARGE_BYTES = 1 << 18
_M_MMAP_THRESHOLD = -3


def give_back_at_once() -> None:
    """Let large blocks go back to the system when they are freed, where that is not so anyway.

    The C library of most Linux systems keeps what the thread of a worker has freed for that thread,
    as soon as it has seen a few large blocks: after a map of a million places, hundreds of MB.
    """
    if sys.platform.startswith("linux"):
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
