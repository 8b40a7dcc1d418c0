"""Numbers with the names of what they belong to: layers, heads, queries and sources with their pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr


def labelled(
    values: npt.NDArray[Any],
    dims: Sequence[str],
    document: Mapping[str, Any],
    name: str,
    *,
    units: str = "pieces",
    attrs: Mapping[str, Any] | None = None,
) -> xr.DataArray:
    """An xarray.DataArray with `dims` out of layer, head, query, source, token and what they hold.

    Every dimension counts from 0; query, source and token also carry `query_piece`, `source_piece` and `token_piece`,
    the text of the piece, or of the word when `units` is `words`.
    """
    labels = item_labels(document["pieces"], units)
    coords: dict[str, Any] = {dim: np.arange(length) for dim, length in zip(dims, values.shape, strict=True)}
    for dim in ("query", "source", "token"):
        if dim in dims:
            coords[f"{dim}_piece"] = (dim, labels)
    return xr.DataArray(values, dims=dims, coords=coords, name=name, attrs={**provenance(document), **(attrs or {})})


def provenance(document: Mapping[str, Any]) -> dict[str, Any]:
    """Where numbers come from, in values that every file format takes."""
    method = document["method"]
    kept = ("norm", "target", "source", "paths", "mode", "samples", "exact_directions", "seed")
    return {
        "model": document["model"]["id"],
        "model_sha256": document["model"]["sha256"],
        **{name: method[name] for name in kept},
        "bertstory": document["made"]["version"],
    }


def item_labels(pieces: Sequence[Mapping[str, Any]], units: str) -> list[str]:
    """The texts of the rows and columns: pieces as in the vocabulary, or words as in the text.

    As `itemsOf` in src/analysis/units.ts.
    """
    if units == "pieces":
        return [str(piece["text"]) for piece in pieces]
    labels: list[str] = []
    before: Mapping[str, Any] | None = None
    for piece in pieces:
        continues = not piece["special"] and len(piece["text"]) > 2 and piece["text"].startswith("##")
        bare = piece["text"][2:] if continues else piece["text"]
        if before is not None and _same_word(before, piece):
            labels[-1] += bare if continues or before["end"] == piece["start"] else f" {bare}"
        else:
            labels.append(bare)
        before = piece
    return labels


def _same_word(before: Mapping[str, Any], piece: Mapping[str, Any]) -> bool:
    return piece["word"] is not None and piece["word"] == before["word"] and piece["segment"] == before["segment"]
