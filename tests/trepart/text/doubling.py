"""Is a parser linear? Twice the input may take at most two and a half times as long."""

import time
from collections.abc import Callable

#: A time that can be told from noise.
_LONG_ENOUGH = 0.02
_MOST_TIMES = 2.5
_ATTEMPTS = 8


def _seconds(work: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    work(text)
    return time.thread_time() - begun


def is_linear(work: Callable[[str], object], piece: str, *, most: int = 400_000) -> bool:
    """Say whether ``work`` on ``piece`` many times over takes time in proportion. The time of this
    thread alone, in several attempts: what is quadratic takes four times as long in each of them."""
    times = max(1, 2_000 // len(piece))
    while times * len(piece) * 4 < most and _seconds(work, piece * times) < _LONG_ENOUGH:
        times *= 2
    for _attempt in range(_ATTEMPTS):
        once, twice = _seconds(work, piece * times), _seconds(work, piece * times * 2)
        if twice <= max(once * _MOST_TIMES, _LONG_ENOUGH):
            return True
    return False
