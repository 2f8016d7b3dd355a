"""Memory of visits that have ended goes back to the system, not only to the process."""

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

EVERY = 3.0  # seconds between two looks at how many visits there are


def tidy(visits: Callable[[], int], over: Event) -> None:
    """Whenever visits have ended: collect what they held, and give free memory back.

    A closed visit's worlds are freed, but the C library keeps their memory in pieces, so that the process seems to grow.
    """
    before = visits()
    while not over.wait(EVERY):
        now = visits()
        if now < before:
            gc.collect()
            trim()
        before = now


def trim() -> None:
    """Give memory that is free back to the system, where the C library can (GNU's)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def start(visits: Callable[[], int]) -> None:
    """Do so in the background until the process ends."""
    Thread(target=tidy, args=(visits, Event()), daemon=True, name="inkspot tidying").start()
