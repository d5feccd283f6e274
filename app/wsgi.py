"""The app as a server loads it, or one line that says why it cannot start."""

import ctypes
import gc
import sys
import warnings
from contextlib import suppress

from app import create_app
from app.config import SettingsError

# What glibc's allocator is told, by its numbers in malloc.h. Left alone, it learns from the first
# large pictures to keep tens of megabytes for each thread that once read one.
_ALLOCATOR = {
    -8: 1,  # M_ARENA_MAX: all threads share what is free
    -3: 500_000,  # M_MMAP_THRESHOLD: bytes from which on what is freed goes back at once
    -1: 4_000_000,  # M_TRIM_THRESHOLD: bytes of smaller pieces to keep
}

# Pillow warns of damage in a picture that it reads past, which is no news to an operator.
warnings.filterwarnings("ignore", module="PIL")


def _save_memory() -> None:
    """Give back what loading has left over, and keep little of what large pictures need."""
    gc.collect()
    gc.freeze()  # Workers share what is loaded until one writes to it, as looking for garbage does.
    with suppress(AttributeError, OSError):  # where the C library is not glibc
        libc = ctypes.CDLL(None)
        for parameter, value in _ALLOCATOR.items():
            libc.mallopt(parameter, value)
        libc.malloc_trim(0)


try:
    application = create_app()
except SettingsError as error:
    sys.exit(f"Inkling cannot start: {error}")
_save_memory()
