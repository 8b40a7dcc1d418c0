"""What a story holds at one moment: its document and arrays, replaced as a whole when better ones come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .frames import Frame, Named

Floats = npt.NDArray[np.float32]
MAPS = ("layer", "head", "query", "source")
GROUPS = ("group", *MAPS)
AXES = {
    "attention": MAPS,
    "norms": MAPS,
    "error": MAPS,
    "groups": GROUPS,
    "hidden_norms": ("layer", "query", "source"),
}
#: Relative to the row's largest: cells below are dead, their relative error means nothing.
LIVE_CELL_FLOOR = 1e-5
STAGES = ("pending", "attention", "sampled", "exact")


@dataclass(frozen=True)
class Contents:
    """Never changed, only replaced, so that any thread may read it.

    Attributes
    ----------
    document : dict
        As in the file; empty while nothing came yet.
    attention, norms, error : array [layer, head, query, source] or None
        Attention; raw attribution norms; relative standard error of the attribution.
    groups : array [group, layer, head, query, source] or None
        Means over groups of directions, from which every other error derives; None when exact.
    hidden_norms : array [layer, query, source] or None
        Norms of hidden states, where they were asked for.
    results : dict
        Measures that came along: request → ([layer, head, 3], [layer, 3]).
    version : int
        Grows with every estimate.
    rows : dict
        Rows made exact on demand: (layer, head, query) → norms [source]; norms, error and groups hold them too.
    """

    document: dict[str, Any] = field(default_factory=dict)
    attention: Floats | None = None
    norms: Floats | None = None
    error: Floats | None = None
    groups: Floats | None = None
    hidden_norms: Floats | None = None
    rms_error: float | None = None
    results: dict[tuple[str, ...], tuple[Floats, Floats]] = field(default_factory=dict)
    version: int = 0
    rows: dict[tuple[int, int, int], Floats] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """`pending`, `attention`, `sampled` or `exact`."""
        if self.attention is None:
            return "pending"
        if self.norms is None:
            return "attention"
        return "exact" if self.document["method"]["mode"] == "exact" else "sampled"

    @property
    def samples(self) -> int:
        """Directions per source token; 0 before the first estimate, the width when exact."""
        return 0 if self.norms is None else int(self.document["method"]["samples"])

    @property
    def directions(self) -> int:
        """Directions per source token that are all there are: the width of what the attribution is traced back to."""
        model = self.document["model"]
        at_embedding = self.document["method"]["source"] == "embedding"
        return int(model.get("embedding_width", model["width"]) if at_embedding else model["width"])

    @property
    def shape(self) -> tuple[int, int, int] | None:
        """Layers, heads and pieces, once they are known."""
        if not self.document:
            return None
        model = self.document["model"]
        return int(model["layers"]), int(model["heads"]), len(self.document["pieces"])

    def arrays(self) -> dict[str, Named]:
        """What the service needs to know this story again: attention, norms and groups, as far as they are here."""
        parts = {name: getattr(self, name) for name in AXES if name != "error"}
        return {name: Named(AXES[name], values) for name, values in parts.items() if values is not None}

    def merged(self, frame: Frame) -> Contents:
        """With what a `partial` brings; itself when that is older than what is here."""
        document = frame.header["document"]
        arrays = {name: array.values for name, array in frame.arrays.items()}
        stage = str(frame.header["stage"])
        if stage == "attention":
            if self.norms is not None:
                return self
            return replace(self, document=document, attention=arrays["attention"], version=self.version + 1)
        if int(document["method"]["samples"]) < self.samples:
            return self
        better = replace(
            self,
            document=document,
            attention=arrays.get("attention", self.attention),
            norms=arrays["norms"],
            error=arrays["error"],
            groups=arrays.get("groups"),
            hidden_norms=arrays.get("hidden_norms"),
            rms_error=frame.header.get("error"),
            results=measured(frame),
            version=self.version + 1,
        )
        # The estimate may have been under way before a row was.
        late = {place: norms for place, norms in better.rows.items() if not better.holds(place, norms)}
        return better.with_rows(late) if late else better

    def holds(self, place: tuple[int, int, int], norms: Floats) -> bool:
        """Whether the arrays have these norms in that row already."""
        return self.norms is not None and np.array_equal(self.norms[place], norms)

    def with_rows(self, rows: Mapping[tuple[int, int, int], Floats]) -> Contents:
        """With some rows made exact: their norms, no error, the same in all groups."""
        known = {**self.rows, **rows}
        if self.norms is None:
            return replace(self, rows=known)
        arrays: dict[str, Floats | None] = {
            name: None if values is None else values.copy()
            for name, values in (("norms", self.norms), ("error", self.error), ("groups", self.groups))
        }
        for (layer, head, query), norms in rows.items():
            for name, value in (("norms", norms), ("error", np.float32(0)), ("groups", norms**2)):
                values = arrays[name]
                if values is not None:
                    values[..., layer, head, query, :] = value
        for values in arrays.values():
            if values is not None:
                values.flags.writeable = False
        return replace(
            self,
            norms=arrays["norms"],
            error=arrays["error"],
            groups=arrays["groups"],
            rms_error=None,
            results={},
            rows=known,
        )


def request_key(request: Mapping[str, str]) -> tuple[str, ...]:
    """What tells one measure request from another."""
    return tuple(request[name] for name in ("measure", "special", "own", "units"))


def measured(frame: Frame) -> dict[tuple[str, ...], tuple[Floats, Floats]]:
    """The measures in a `partial` or in the answer to `measure`."""
    return {
        request_key(request): (frame.arrays[f"{k}.heads"].values, frame.arrays[f"{k}.curve"].values)
        for k, request in enumerate(frame.header.get("results", []))
    }


def attribution(norms: Floats) -> Floats:
    """Rows of norms as distributions [layer, head, query, source]; NaN where a row has no norm above zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = norms / norms.sum(axis=-1, keepdims=True, dtype=np.float64)
    return result.astype(np.float32)


def rms_of_live_cells(error: Floats, norms: Floats) -> float:
    """Root mean square of the relative error over cells that are not dead; 0 when exact."""
    with np.errstate(invalid="ignore"):
        live = norms > LIVE_CELL_FLOOR * norms.max(axis=-1, keepdims=True)
    return float(np.sqrt(np.mean(np.square(error[live], dtype=np.float64)))) if live.any() else 0.0
