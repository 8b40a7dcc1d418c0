"""How frames cross a comm that takes small messages and may lose some (docs/protocol.md, View ⇄ kernel).

Mirrors src/protocol/comm.ts: numbered pieces, asked for again when missing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import Error
from .limits import MAX_COMM_BYTES, MAX_RESEND_BYTES

Bytes = bytes | bytearray | memoryview
#: The content of a custom message, and its buffer where it carries a piece.
Message = tuple[dict[str, Any], Bytes | None]
#: Frames asked for at once; the rest is asked for when these have come.
MAX_ASKED = 64


class Sender:
    """Cuts frames into messages and keeps the last ones, in case a piece gets lost.

    Parameters
    ----------
    name : str
        Names this sender to all receivers on the comm.
    """

    def __init__(self, name: str, max_message: int = MAX_COMM_BYTES, max_kept: int = MAX_RESEND_BYTES) -> None:
        self.name = name
        self._max_message = max_message
        self._max_kept = max_kept
        self._kept: OrderedDict[int, Bytes] = OrderedDict()
        self._next = 0

    def send(self, frame: Bytes) -> list[Message]:
        """Numbers the frame, keeps it for `again`, and returns its messages."""
        number = self._next
        self._next += 1
        self._kept[number] = frame
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > self._max_kept:
            self._kept.popitem(last=False)
        return self._pieces(number, frame)

    def again(self, number: int) -> list[Message]:
        """What to send when a receiver asks for frame `number`."""
        frame = self._kept.get(number)
        if frame is not None:
            return self._pieces(number, frame)
        oldest = next(iter(self._kept), self._next)
        return [({"from": self.name, "gone": oldest - 1}, None)] if number < oldest else []

    def last(self) -> Message | None:
        """What to send some time after the last frame, so that its loss is noticed; None before the first."""
        return ({"from": self.name, "last": self._next - 1}, None) if self._next else None

    def _pieces(self, number: int, frame: Bytes) -> list[Message]:
        count = max(1, -(-len(frame) // self._max_message))
        view = memoryview(frame)
        return [
            (
                {"from": self.name, "frame": number, "index": index, "count": count},
                view[index * self._max_message : (index + 1) * self._max_message],
            )
            for index in range(count)
        ]


@dataclass
class Arrivals:
    """What a message brought.

    Attributes
    ----------
    frames : list of bytes
        Complete frames in the order in which they were sent.
    again : list of int
        Frames to ask the sender for.
    """

    frames: list[bytes] = field(default_factory=list)
    again: list[int] = field(default_factory=list)


class Receiver:
    """Puts the frames of one sender together again, beginning with the first one that it sees."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._incomplete: dict[int, dict[int, bytes]] = {}
        self._complete: dict[int, bytes] = {}

    def accept(self, content: Mapping[str, Any], buffer: Bytes | None) -> Arrivals:
        """Takes in the content and the buffer of one message.

        Raises
        ------
        Error
            `bad_frame`, for content that is none of a comm's.
        """
        if "frame" in content:
            complete = self._add(content, buffer)
            frames = self._hand_on()
            return Arrivals(frames, self._missing(content["frame"]) if complete else [])
        if "last" in content:
            last = _count(content["last"])
            self._next = last if self._next is None else self._next
            return Arrivals([], self._missing(last + 1))
        if "gone" in content:
            self._skip_to(_count(content["gone"]) + 1)
            return Arrivals(self._hand_on())
        return Arrivals()

    def _add(self, content: Mapping[str, Any], buffer: Bytes | None) -> bool:
        number, index, count = (_count(content.get(key)) for key in ("frame", "index", "count"))
        if index >= count or buffer is None:
            raise _bad(f"piece {index} of {count} of frame {number} is none")
        if self._next is None:
            self._next = number
        if number < self._next or number in self._complete:
            return False
        pieces = self._incomplete.setdefault(number, {})
        pieces[index] = bytes(buffer)
        if len(pieces) < count:
            return False
        del self._incomplete[number]
        self._complete[number] = b"".join(piece for _, piece in sorted(pieces.items()))
        return True

    def _missing(self, end: int) -> list[int]:
        begin = end if self._next is None else self._next
        return [number for number in range(begin, end) if number not in self._complete][:MAX_ASKED]

    def _skip_to(self, number: int) -> None:
        if self._next is None or number <= self._next:
            return
        self._next = number
        for frames in (self._incomplete, self._complete):
            for old in [key for key in frames if key < number]:
                del frames[old]

    def _hand_on(self) -> list[bytes]:
        frames = []
        while self._next is not None and self._next in self._complete:
            frames.append(self._complete.pop(self._next))
            self._next += 1
        return frames


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _bad(f"{value!r} counts nothing")
    return value


def _bad(sentence: str) -> Error:
    return Error("bad_frame", f"a message of the view is malformed: {sentence}", "reload the page")
