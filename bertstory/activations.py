"""What the model computes on the way to attention: hidden states, queries, keys and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from .errors import Error
from .labels import labelled

if TYPE_CHECKING:
    from .telling import Telling

NAMES = ("hidden", "query", "key", "value")


def activations(telling: Telling, name: str) -> xr.DataArray:
    """Hidden states [layer, token, width]; queries, keys and values [layer, head, token, component]."""
    if name not in NAMES:
        raise Error(
            "unknown_option", f"activations are {name!r}, allowed: {', '.join(NAMES)}", 'try activations("hidden")'
        )
    answer = telling.ask_model({"kind": "activations", "names": [name]})
    values, document = answer.arrays[name].values, telling.contents.document
    if name == "hidden":
        return labelled(values, ("layer", "token", "width"), document, name)
    layers, tokens, width = values.shape
    heads = int(document["model"]["heads"])
    apart = values.reshape(layers, tokens, heads, width // heads).transpose(0, 2, 1, 3)
    return labelled(apart, ("layer", "head", "token", "component"), document, name)
