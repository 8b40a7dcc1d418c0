"""Single rows of a story: exact on demand, and the derivatives that they are the norms of."""

from __future__ import annotations

import operator
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import xarray as xr

from .errors import Error
from .labels import labelled

if TYPE_CHECKING:
    from .telling import Telling

Row = tuple[int, int, int]


def row(telling: Telling, layer: int, head: int, query: int) -> xr.DataArray:
    """The exact norms of a row [source], which the story holds from then on."""
    place = (operator.index(layer), operator.index(head), operator.index(query))
    norms = telling.row(place)
    return labelled(norms, ("source",), telling.contents.document, "norms", attrs=_attrs(place))


def jacobian(telling: Telling, layer: int, head: int, query: int, source: int | None) -> xr.DataArray:
    """The derivative of a row [component, width], or with all sources [component, source, width]."""
    place = (operator.index(layer), operator.index(head), operator.index(query))
    one = None if source is None else operator.index(source)
    answer = telling.ask_model({"kind": "jacobian", **header(place), "source": one})
    array = answer.arrays["jacobian"]
    attrs = _attrs(place) if one is None else {**_attrs(place), "source": one}
    return labelled(array.values, tuple(array.axes), telling.contents.document, "jacobian", attrs=attrs)


def header(place: Row) -> dict[str, int]:
    """A row as the protocol has it."""
    return dict(zip(("layer", "head", "query"), place, strict=True))


def _attrs(place: Row) -> dict[str, int | str]:
    return {"mode": "exact", **header(place)}


class WantedRow:
    """Makes the row that was wanted last exact, on a thread of its own; what another took the place of is left out."""

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._lock = threading.Lock()
        self._wanted: tuple[Row, Callable[[Error], None]] | None = None
        self._running = False

    def want(self, place: Row, failed: Callable[[Error], None]) -> None:
        """Returns at once; watchers of the story hear of the row, `failed` why there is none."""
        with self._lock:
            self._wanted = (place, failed)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="bertstory-row", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                wanted, self._wanted = self._wanted, None
                if wanted is None:
                    self._running = False
                    return
            place, failed = wanted
            try:
                self._telling.row(place)
            except Error as error:
                failed(error)
