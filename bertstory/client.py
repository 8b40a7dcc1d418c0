"""The compute service as the kernel sees it: requests from any thread, started on first use, again after a crash."""

from __future__ import annotations

import atexit
import itertools
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .errors import Error, error_from
from .frames import VERSION as PROTOCOL
from .frames import Frame, Named, encode
from .node import service_command
from .process import Process
from .version import __version__

Listener = Callable[[Frame], None]


class Call:
    """One request and what came of it.

    Attributes
    ----------
    id : int
    answered : threading.Event
        Set by the first answer of any kind.
    ended : threading.Event
        Set when no more answers will come; then either `result` or `error` is there.
    """

    def __init__(self, number: int, listener: Listener | None, on_end: Callable[[Call], None] | None) -> None:
        self.id = number
        self.answered = threading.Event()
        self.ended = threading.Event()
        self.result: Frame | None = None
        self.error: Error | None = None
        self._listener = listener
        self._on_end = on_end

    def wait(self) -> Frame:
        """Blocks until the call has ended; an interrupt leaves it running.

        Raises
        ------
        Error
            What the service answered, or `service_died`.
        """
        self.ended.wait()
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result

    def take(self, frame: Frame) -> None:
        """An answer; called on the reader thread."""
        if frame.kind == "error":
            self.fail(error_from(frame.header))
        elif frame.kind in ("result", "welcome"):
            self.result = frame
            self._end()
        else:
            if self._listener is not None:
                self._listener(frame)
            self.answered.set()

    def fail(self, error: Error) -> None:
        self.error = error
        self._end()

    def _end(self) -> None:
        try:
            if self._on_end is not None:
                self._on_end(self)
        finally:
            self.ended.set()
            self.answered.set()


class Life:
    """One process and the calls that wait for its answers."""

    def __init__(self, number: int, command: Sequence[str]) -> None:
        self.number = number
        self._calls: dict[int, Call] = {}
        self._lock = threading.Lock()
        self._end: Error | None = None
        self.process = Process(command, self._take, self._fail)

    @property
    def over(self) -> bool:
        return self._end is not None

    def send(self, call: Call, header: Mapping[str, Any], arrays: Mapping[str, Named] | None) -> None:
        frame = encode({"v": PROTOCOL, "id": call.id, **header}, arrays)
        with self._lock:
            end = self._end
            if end is None:
                self._calls[call.id] = call
                self.process.send(frame)
        if end is not None:
            call.fail(end)

    def _take(self, frame: Frame) -> None:
        call = self._calls.get(frame.id)
        if call is None:
            return
        call.take(frame)
        if call.ended.is_set():
            self._calls.pop(frame.id, None)

    def _fail(self, reason: Error) -> None:
        with self._lock:
            self._end = reason
            calls, self._calls = list(self._calls.values()), {}
        for call in calls:
            call.fail(reason)


class Service:
    """Thread-safe; holds no process before the first request.

    Parameters
    ----------
    command : callable
        Gives the command line that starts the service; asked at every start.
    """

    def __init__(self, command: Callable[[], Sequence[str]] = service_command) -> None:
        self._command = command
        self._lock = threading.RLock()
        self._ids = itertools.count(1)
        self._lives = itertools.count(1)
        self._life: Life | None = None
        self._hello: Call | None = None

    @property
    def life(self) -> int:
        """Counts the starts; what an earlier life remembered is gone."""
        life = self._life
        return 0 if life is None or life.over else life.number

    @property
    def pid(self) -> int | None:
        life = self._life
        return None if life is None or life.over else life.process.pid

    @property
    def log(self) -> list[str]:
        """The last lines that the service wrote to its standard error."""
        return list(self._life.process.log) if self._life else []

    def welcome(self) -> dict[str, Any]:
        """Starts the service if need be; what it said of itself: service, engine, limits.

        Raises
        ------
        Error
            `node_missing`, `service_missing`, `version_mismatch` or `service_died`.
        """
        return self._start()[1].header

    def request(
        self,
        header: Mapping[str, Any],
        arrays: Mapping[str, Named] | None = None,
        listener: Listener | None = None,
        on_end: Callable[[Call], None] | None = None,
    ) -> Call:
        """Sends a request.

        Parameters
        ----------
        header : mapping
            With its `kind`.
        arrays : mapping of str to Named, optional
        listener : callable, optional
            Gets every `partial` and `progress`, on the reader thread; must not block.
        on_end : callable, optional
            Called once before `ended` is set, on the reader thread; must not block.
        """
        life, _ = self._start()
        with self._lock:
            call = Call(next(self._ids), listener, on_end)
            life.send(call, header, arrays)
        return call

    def ask(self, header: Mapping[str, Any], arrays: Mapping[str, Named] | None = None) -> Frame:
        """Sends a request and waits for its result.

        Raises
        ------
        Error
            What the service answered, or `service_died`; a failed request is not repeated.
        """
        return self.request(header, arrays).wait()

    def close(self) -> None:
        """Ends the process, if there is one; a later request starts another."""
        with self._lock:
            life, self._life = self._life, None
        if life is not None:
            life.process.close()

    def _start(self) -> tuple[Life, Frame]:
        with self._lock:
            life, hello = self._life, self._hello
            if life is None or hello is None or life.over or not life.process.alive:
                life = Life(next(self._lives), self._command())
                hello = Call(next(self._ids), None, None)
                self._life, self._hello = life, hello
                client = {"name": "bertstory (Python)", "version": __version__}
                life.send(hello, {"kind": "hello", "client": client}, None)
        # Outside the lock: other threads may ask meanwhile, and an interrupt leaves the start going on.
        try:
            return life, hello.wait()
        except Error:
            life.process.close()
            raise


_shared = Service()


def shared_service() -> Service:
    """The one service of this process."""
    return _shared


def _forget() -> None:
    # A forked child must not speak through its parent's pipes.
    global _shared
    _shared = Service()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
atexit.register(lambda: _shared.close())
