"""Searches that run, on connections of their own, while somebody writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.threads import run_at_once

T = TypeVar("T")

#: Searches of each reader before the change begins, and after it has been committed.
ROUNDS = 3
#: Seconds after which something hangs.
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What a reader's searches brought: those before a change, at the same time, and after it."""

    before: Sequence[T]
    meanwhile: Sequence[T]
    after: Sequence[T]

    @property
    def all(self) -> list[T]:
        return [*self.before, *self.meanwhile, *self.after]


def search_during(change: Callable[[], object], *searches: Callable[[], T]) -> list[Seen[T]]:
    """Let each reader search again and again while a change is made; return what each saw."""
    rounds = [0] * len(searches)
    begun, committed = [float("inf")], [float("inf")]
    is_over = threading.Event()

    def wait_for(number: int) -> None:
        """Wait until every reader has searched this often, from now on."""
        wanted = [done + number for done in rounds]
        until = time.monotonic() + PATIENCE
        while any(done < want for done, want in zip(rounds, wanted, strict=True)):
            if time.monotonic() > until or is_over.is_set():
                raise TimeoutError(f"searches hang or fail: {rounds} of {wanted}")
            time.sleep(0.001)

    def write() -> list[tuple[float, float, T]]:
        try:
            wait_for(ROUNDS)
            begun[0] = time.monotonic()
            change()
            committed[0] = time.monotonic()
            # One of them may have begun before.
            wait_for(ROUNDS + 1)
        finally:
            is_over.set()
        return []

    def read(number: int) -> Callable[[], list[tuple[float, float, T]]]:
        def loop() -> list[tuple[float, float, T]]:
            found = []
            try:
                while not is_over.is_set():
                    started = time.monotonic()
                    result = searches[number]()
                    found.append((started, time.monotonic(), result))
                    rounds[number] += 1
            except BaseException:
                is_over.set()
                raise
            return found

        return loop

    _, *seen = run_at_once(write, *(read(number) for number in range(len(searches))))
    return [
        Seen(
            before=[result for _, ended, result in found if ended < begun[0]],
            meanwhile=[
                result
                for started, ended, result in found
                if started <= committed[0] and ended >= begun[0]
            ],
            after=[result for started, _, result in found if started > committed[0]],
        )
        for found in seen
    ]
