"""What a hostile text costs when it gets longer."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

#: Seconds of processor time that prove nothing about growth.
NEXT_TO_NOTHING = 0.1
#: How much more four times the text may cost.
LIMIT = 10.0


def growth(work: Callable[[str], object], text: Callable[[int], str]) -> float:
    """Return what a text costs in multiples of one a quarter as long, in processor time of one run.

    Four is linear, sixteen is the square. Where a core is shared, further tries may show what the
    first one hid. What costs next to nothing may grow as it likes.
    """
    growths = []
    for _ in range(6):
        small, large = (processor_time(work, text(size)) for size in (1, 4))
        growths.append(large / small if large > NEXT_TO_NOTHING else 0.0)
        if growths[-1] < LIMIT:
            break
    return min(growths)


def processor_time(work: Callable[[str], object], text: str) -> float:
    """Return seconds of this thread alone: threads that other tests have left may be at work."""
    gc.collect()
    gc.disable()
    try:
        start = time.thread_time()
        work(text)
        return time.thread_time() - start
    finally:
        gc.enable()
