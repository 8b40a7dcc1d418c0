"""What the command line says while it waits, on standard error."""

from __future__ import annotations

from typing import Any, TextIO

from ..display import duration

CLEAR = "\r\x1b[K"


class Progress:
    """One line that is overwritten in a terminal; elsewhere a line per stage."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._overwrites = stream.isatty()
        self._last = ""

    def show(self, status: dict[str, Any], samples: int) -> None:
        """Says how far the story is.

        Parameters
        ----------
        status : dict
            As `Telling.status` gives it.
        samples : int
            Directions that the estimate is from.
        """
        line = _stage(status, samples)
        changed = line != self._last
        self._last = line
        if self._overwrites:
            self._stream.write(f"{CLEAR}{line}{_share(status)}")
        elif changed:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def say(self, line: str) -> None:
        """A line of its own that stays."""
        self.clear()
        self._stream.write(line + "\n")
        self._stream.flush()

    def clear(self) -> None:
        """Takes the overwritten line away."""
        if self._overwrites and self._last:
            self._stream.write(CLEAR)
            self._stream.flush()
        self._last = ""


def _stage(status: dict[str, Any], samples: int) -> str:
    if status["error"] is None:
        return "attention ready, attribution …" if status["state"] == "attention" else "attention …"
    return f"attribution from {samples} of {status['total']} directions, cells ±{100 * status['error']:.2g} %"


def _share(status: dict[str, Any]) -> str:
    left = status["seconds_left"]
    known = f", about {duration(left)} left" if left else ""
    return f" · {100 * status['done'] / status['total']:.0f} %{known}" if status["total"] else ""
