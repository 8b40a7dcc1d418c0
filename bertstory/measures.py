"""Measures between attention and attribution, computed by the service: the same code that the views use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import xarray as xr

from .contents import Contents, Floats, measured, request_key
from .labels import labelled, provenance
from .view_state import DISTANCES, MEASURES

if TYPE_CHECKING:
    from .telling import Telling

Request = dict[str, str]


def request(measure: str, special: str, own: str, units: str) -> Request:
    """A measure under one setting of the switches, as the protocol has it."""
    return {"measure": measure, "special": special, "own": own, "units": units}


def sense(measure: str) -> str:
    """`distance` when larger values mean more mismatch, `agreement`, or `amount` of what is no measure of mismatch."""
    if measure in DISTANCES:
        return "distance"
    return "agreement" if measure in MEASURES else "amount"


def mismatch(telling: Telling, wanted: Request) -> xr.DataArray:
    """The measure of every row [layer, head, query], with its standard error as coordinate `error`."""
    answer = telling.ask({"kind": "measure", "requests": [wanted], "rows": True})
    dims = ("layer", "head", "query")
    rows = labelled(
        answer.arrays["0.rows"].values,
        dims,
        telling.contents.document,
        wanted["measure"],
        units=wanted["units"],
        attrs=_attrs(wanted),
    )
    rows.coords["error"] = (dims, answer.arrays["0.row_errors"].values)
    return rows


def curve(telling: Telling, wanted: Request) -> xr.Dataset:
    """Value, spread and error of every layer."""
    contents = telling.contents
    values = results(telling, contents, [wanted])[request_key(wanted)][1]
    columns = ("value", "spread", "error")
    return xr.Dataset(
        {name: ("layer", values[:, k]) for k, name in enumerate(columns)},
        coords={"layer": range(len(values))},
        attrs={**provenance(contents.document), **_attrs(wanted)},
    )


def results(
    telling: Telling, contents: Contents, wanted: Sequence[Request]
) -> dict[tuple[str, ...], tuple[Floats, Floats]]:
    """Heads [layer, head, 3] and curve [layer, 3] of each request; what came with the data is not asked for again."""
    missing = [one for one in wanted if request_key(one) not in contents.results]
    known = dict(contents.results)
    if missing:
        known.update(measured(telling.ask({"kind": "measure", "requests": missing, "rows": False})))
    return {request_key(one): known[request_key(one)] for one in wanted}


def _attrs(wanted: Request) -> dict[str, Any]:
    return {**wanted, "sense": sense(wanted["measure"])}
