"""Which job a new one drives out: that of the same call in an earlier run of the same notebook cell."""

from __future__ import annotations

import sys
import uuid
from typing import Any


class Slots:
    """Names jobs so that a cell which is run again does not wait for what nobody looks at any more.

    The first `tell` of a cell's run gets the slot of the first one in its earlier run, the second that of the second,
    and so on; outside notebooks every job has a slot of its own.
    """

    def __init__(self) -> None:
        self._run: tuple[str, int] | None = None
        self._calls = 0

    def next(self, cell: str | None, execution: int) -> str:
        """The slot for a call in this execution of this cell."""
        if cell is None:
            return uuid.uuid4().hex
        if self._run != (cell, execution):
            self._run, self._calls = (cell, execution), 0
        self._calls += 1
        return f"{cell}/{self._calls}"


_slots = Slots()


def slot_here() -> str:
    """The slot for a job that starts now."""
    shell = _shell()
    if shell is None:
        return _slots.next(None, 0)
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = (parent.get("metadata") or {}).get("cellId")
    return _slots.next(cell if isinstance(cell, str) else None, int(shell.execution_count))


def _shell() -> Any:
    # Where IPython was not imported nobody runs cells.
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()
