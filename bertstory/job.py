"""The computation that a story waits for: how far it is, and how it ended."""

from __future__ import annotations

import threading
from typing import Any

from .client import Call
from .errors import Error
from .frames import Frame


class Job:
    """One `tell` or `refine` request; written on the reader thread, read anywhere.

    Attributes
    ----------
    ended : threading.Event
    number : int or None
        The id of its request.
    accepted : bool
        The service has taken it.
    done, total : float, int
        Directions so far and in all.
    seconds_left : float or None
        To the end of the rule for when to stop; when paused, what exact would take.
    reason : str or None
        `exact`, `error`, `samples`, `paused` or `cancelled`, once it has ended well.
    failure : Error or None
        Why it ended otherwise.
    """

    def __init__(self) -> None:
        self.ended = threading.Event()
        self.number: int | None = None
        self.accepted = False
        self.done = 0.0
        self.total = 0
        self.seconds_left: float | None = None
        self.reason: str | None = None
        self.failure: Error | None = None

    def take(self, frame: Frame) -> None:
        """Takes in a `progress` or a `partial`."""
        header = frame.header
        self.accepted = True
        self.done = float(header.get("done") or 0)
        self.total = int(header.get("total") or self.total)
        self.seconds_left = header.get("seconds_left")

    def end(self, call: Call) -> None:
        """Takes in how the request ended."""
        if call.result is not None:
            self.reason = str(call.result.header["reason"])
            self.seconds_left = call.result.header.get("seconds_left")
        elif call.error is not None and call.error.code == "cancelled":
            self.reason = "cancelled"
        else:
            self.failure = call.error
        self.ended.set()

    def status(self) -> dict[str, Any]:
        """The part of a view's status that the job knows (src/story/data.ts, StoryStatus)."""
        failure = self.failure
        return {
            "done": self.done,
            "total": self.total,
            "seconds_left": self.seconds_left,
            "reason": self.reason,
            "failure": failure and {"message": failure.message, "hint": failure.hint},
        }
