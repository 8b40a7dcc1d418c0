"""One thread for what must not hold up the kernel or the reader: answers to views, pictures, refreshed outputs."""

from __future__ import annotations

import heapq
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
Task = Callable[[], None]


class Worker:
    """Runs tasks one after the other, in the order of their time; its thread starts with the first one."""

    def __init__(self) -> None:
        self._tasks: list[tuple[float, int, Task]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def submit(self, task: Task, after: float = 0.0) -> None:
        """Runs the task, `after` seconds from now at the earliest; returns at once."""
        with self._changed:
            heapq.heappush(self._tasks, (time.monotonic() + after, next(self._numbers), task))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bertstory-views", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            _run_guarded(self._take())

    def _take(self) -> Task:
        with self._changed:
            while not self._tasks or self._tasks[0][0] > time.monotonic():
                self._changed.wait(self._tasks[0][0] - time.monotonic() if self._tasks else None)
            return heapq.heappop(self._tasks)[2]


def _run_guarded(task: Task) -> None:
    try:
        task()
    except Exception:
        log.exception("a view could not be served")


_shared = Worker()


def shared_worker() -> Worker:
    """The one worker of this process."""
    return _shared


def _forget() -> None:
    # Threads do not survive a fork.
    global _shared
    _shared = Worker()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
