"""One life of the compute service: a Node.js child whose standard streams carry frames."""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import IO

from .errors import Error
from .frames import PREFIX, Frame, decode, lengths

LOGGED_LINES = 200
#: Seconds that a closed service gets to end by itself.
PATIENCE = 2.0
log = logging.getLogger(__name__)


class Process:
    """Starts the child at once; threads of its own write, read and drain the log.

    No frame is ever cut: only the writer thread writes, and no interrupt reaches it.

    Parameters
    ----------
    command : sequence of str
    on_frame : callable
        Gets every frame, on the reader thread; must not block.
    on_end : callable
        Gets the reason when the child has ended or speaks nonsense; called once, on the reader thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_frame: Callable[[Frame], None],
        on_end: Callable[[Error], None],
    ) -> None:
        self.log: deque[str] = deque(maxlen=LOGGED_LINES)
        self._on_frame = on_frame
        self._on_end = on_end
        self._outbox: queue.SimpleQueue[bytearray | None] = queue.SimpleQueue()
        self._closing = False
        # A session, or on Windows a group, of its own: the interrupt that stops a cell must not stop the service.
        self._child = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._child.stdin and self._child.stdout and self._child.stderr
        self._threads = [
            threading.Thread(target=target, args=(stream,), name=f"bertstory-{name}", daemon=True)
            for name, target, stream in (
                ("log", self._drain, self._child.stderr),
                ("reader", self._read, self._child.stdout),
                ("writer", self._write, self._child.stdin),
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def alive(self) -> bool:
        return self._child.poll() is None

    def send(self, frame: bytearray) -> None:
        """Puts a frame on its way; returns at once."""
        self._outbox.put(frame)

    def close(self) -> None:
        """Ends the child: closes its input, which it takes as the end, and kills it if it does not. Safe twice."""
        self._closing = True
        self._outbox.put(None)
        try:
            self._child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _write(self, stream: IO[bytes]) -> None:
        try:
            while (frame := self._outbox.get()) is not None:
                stream.write(frame)
                stream.flush()
            stream.close()
        except (OSError, ValueError):
            pass  # The child has ended; the reader reports it.

    def _read(self, stream: IO[bytes]) -> None:
        reason: Error | None = None
        try:
            while (frame := _read_frame(stream)) is not None:
                self._deliver(decode(frame))
        except Error as error:
            reason = error
        except (OSError, ValueError) as error:
            reason = Error("bad_frame", f"the compute service cannot be read: {error}")
        if reason is not None:
            self._child.kill()
        code = self._child.wait()
        # The log's last lines may still be on their way.
        self._threads[0].join(timeout=0.5)
        self._on_end(reason or self._obituary(code))

    def _deliver(self, frame: Frame) -> None:
        try:
            self._on_frame(frame)
        except Exception:
            log.exception("an answer of the compute service could not be taken in")

    def _drain(self, stream: IO[bytes]) -> None:
        for line in stream:
            self.log.append(line.decode(errors="replace").rstrip())

    def _obituary(self, code: int) -> Error:
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        last = next((line for line in reversed(self.log) if line.strip()), "")
        said = f"; its last words: {last}" if last and not self._closing else ""
        return Error(
            "service_died",
            f"the compute service has ended {how}{said}",
            "the next request starts it again; what was computed before is kept",
            {"exit_code": code, "log": list(self.log)[-20:]},
        )


def _read_frame(stream: IO[bytes]) -> bytearray | None:
    prefix = stream.read(PREFIX.size)
    if len(prefix) < PREFIX.size:
        return None
    frame = bytearray(lengths(prefix)[1])
    frame[: PREFIX.size] = prefix
    rest = memoryview(frame)[PREFIX.size :]
    while len(rest):
        count = stream.readinto(rest)  # type: ignore[attr-defined]
        if not count:
            return None
        rest = rest[count:]
    return frame
