"""The curve of a story three ways, for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import xarray as xr

from ..measures import sense
from ..story import Story

#: The switches change the finding, so they are shown side by side: title → arguments of `Story.curve`.
WAYS: dict[str, dict[str, str]] = {"default": {}, "own: drop": {"own": "drop"}, "special: drop": {"special": "drop"}}
BAR = 24
BLOCKS = "█▏▎▍▌▋▊▉"


def curves(story: Story, measure: str) -> dict[str, xr.Dataset]:
    """The curve in each of the ways."""
    return {title: story.curve(measure, **switches) for title, switches in WAYS.items()}


def headline(story: Story) -> str:
    """Model, pieces, mode and S."""
    document = story.document
    method, pieces = document["method"], len(document["pieces"])
    mode = method["mode"] if method["samples"] else "attention alone"
    return f"{document['model']['id']} · {pieces} pieces · {mode} · S = {method['samples']}"


def table(measure: str, ways: dict[str, xr.Dataset]) -> Iterator[str]:
    """Lines: layer, value, spread over heads, error and a bar, for each of the ways."""
    kinds = {"distance": f"mismatch ({measure})", "agreement": f"agreement ({measure})", "amount": measure}
    titles = ("layer", kinds[sense(measure)], "±spread over heads", "±error")
    widths = [max(len(title), 6) for title in titles]
    full = _full_bar(measure, list(ways.values()))
    for title, curve in ways.items():
        yield ""
        yield title
        yield "  ".join(titles)
        for layer in range(curve.sizes["layer"]):
            value, spread, error = (float(curve[name][layer]) for name in ("value", "spread", "error"))
            # What is missing has no error either.
            cells = (str(layer), _number(value), _number(spread), _number(error + 0 * value, 3))
            line = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
            yield f"{line}  {_bar(value / full)}".rstrip()


def as_json(measure: str, ways: dict[str, xr.Dataset]) -> list[dict[str, Any]]:
    """The same numbers for programs; missing ones are null."""
    switches = ("special", "own", "units")
    return [
        {
            "measure": measure,
            "sense": sense(measure),
            **{name: curve.attrs[name] for name in switches},
            **{name: _json_numbers(curve[name].values.tolist()) for name in ("value", "spread", "error")},
        }
        for curve in ways.values()
    ]


def _full_bar(measure: str, all_curves: Sequence[xr.Dataset]) -> float:
    """What a whole bar stands for: 1, or the largest value of what is no agreement."""
    if sense(measure) == "agreement":
        return 1.0
    return max((float(value) for curve in all_curves for value in curve["value"].values if value > 0), default=1.0)


def _bar(share: float) -> str:
    if math.isnan(share) or share <= 0:
        return ""
    eighths = round(min(share, 1.0) * BAR * 8)
    return BLOCKS[0] * (eighths // 8) + (BLOCKS[eighths % 8] if eighths % 8 else "")


def _number(value: float, digits: int = 2) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f}"


def _json_numbers(values: list[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]
