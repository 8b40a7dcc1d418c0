"""The state of a view as a small document, checked (src/views/spec/state.ts): selection, measure, switches."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from .errors import Error
from .labels import item_labels

MEASURES = (
    "pearson",
    "spearman",
    "kendall",
    "cosine",
    "top1",
    "topk",
    "jensen_shannon",
    "kullback_leibler",
    "total_variation",
)
#: Measures that grow with the mismatch; the others grow with the agreement.
DISTANCES = ("jensen_shannon", "kullback_leibler", "total_variation")
SIDES = ("attention", "attribution")
#: What can be read off one distribution over sources.
PATTERNS = (
    "own",
    "previous",
    "next",
    "cls",
    "sep",
    "others_to_sep",
    "punctuation",
    "stops",
    "same_segment",
    "other_segment",
    "distance",
    "entropy",
    "entropy_share",
    "back_2",
    "back_3",
    "back_4",
    "back_5",
    "ahead_2",
    "ahead_3",
    "ahead_4",
    "ahead_5",
)
#: What a view can show of every head (src/analysis/options.ts).
QUANTITY_CHOICES = (
    f"{', '.join(MEASURES)}, error, attention.PATTERN, attribution.PATTERN, spread.NAME "
    f"(PATTERN: {', '.join(PATTERNS)})"
)
CHOICES: dict[str, tuple[str, ...]] = {
    "order": ("index", "mismatch", "spread", "value"),
    "scale": ("auto", "linear", "sqrt"),
    "group": ("mean", "maximum"),
    "pair": ("all", "A-A", "A-B", "B-A", "B-B"),
}
#: Sections that a reader opens.
SECTIONS = ("patterns", "measures")
SWITCHES: dict[str, tuple[str, ...]] = {
    "special": ("keep", "no_sources", "drop"),
    "own": ("keep", "drop"),
    "units": ("pieces", "words"),
}
DEFAULT: dict[str, Any] = {
    "version": 1,
    "heads": None,
    "queries": None,
    "pin": None,
    "measure": "pearson",
    "order": "index",
    "switches": {"special": "keep", "own": "keep", "units": "pieces"},
    "scale": "auto",
    "group": "mean",
    "pair": "all",
    "open": [],
}


def checked_view(view: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """A complete view state; what is not given has its default.

    Parameters
    ----------
    view : mapping
    document : mapping
        Of the story, whose heads and tokens bound the selection; empty while unknown.

    Raises
    ------
    Error
        `bad_request`, which says what was seen and what is allowed.
    """
    _known("view", view, DEFAULT)
    state: dict[str, Any] = {**copy.deepcopy(DEFAULT), **copy.deepcopy(dict(view))}
    if state["version"] != 1:
        raise _refused("version", state["version"], "1")
    if not is_quantity(state["measure"]):
        raise _refused("measure", state["measure"], QUANTITY_CHOICES)
    for name, choices in CHOICES.items():
        _one_of(name, state[name], choices)
    if not isinstance(state["open"], (list, tuple)):
        raise _refused("open", state["open"], "a list of sections")
    state["open"] = list(state["open"])
    for section in state["open"]:
        _one_of("open", section, SECTIONS)
    _known("switches", state["switches"], SWITCHES)
    state["switches"] = {**DEFAULT["switches"], **state["switches"]}
    for name, choices in SWITCHES.items():
        _one_of(name, state["switches"][name], choices)
    layers, heads, items = _bounds(document, state["switches"]["units"])
    if state["heads"] is not None:
        state["heads"] = [
            [_index("layer", layer, layers), _index("head", head, heads)]
            for layer, head in _list("heads", state["heads"], pair=True)
        ]
    if state["queries"] is not None:
        state["queries"] = [_index("query", query, items) for query in _list("queries", state["queries"])]
    if state["pin"] is not None:
        state["pin"] = _index("pin", state["pin"], items)
    return state


def is_quantity(name: object) -> bool:
    """Whether heads can be shown by it: a measure, a pattern of one side, the error, a spread over queries."""
    if not isinstance(name, str):
        return False
    base = name.removeprefix("spread.")
    side, _, pattern = base.partition(".")
    return name == "error" or base in MEASURES or (side in SIDES and pattern in PATTERNS)


def selection_of(view: Mapping[str, Any]) -> dict[str, int | None]:
    """The leading head and query of a view; None where the view chooses."""
    layer, head = view["heads"][-1] if view["heads"] else (None, None)
    return {"layer": layer, "head": head, "query": view["queries"][-1] if view["queries"] else None}


def with_selection(view: Mapping[str, Any], selection: Mapping[str, int | None]) -> dict[str, Any]:
    """The view with another selection; what is not given stays.

    Raises
    ------
    Error
        `bad_request`.
    """
    now = selection_of(view)
    _known("selection", selection, now)
    new = {**now, **selection}
    if (new["layer"] is None) != (new["head"] is None):
        raise _refused("selection", dict(selection), "layer and head together, or neither")
    heads, queries = view["heads"], view["queries"]
    if "layer" in selection or "head" in selection:
        heads = None if new["layer"] is None else [[new["layer"], new["head"]]]
    if "query" in selection:
        queries = None if new["query"] is None else [new["query"]]
    return {**view, "heads": heads, "queries": queries}


def _bounds(document: Mapping[str, Any], units: str) -> tuple[int | None, int | None, int | None]:
    if not document:
        return None, None, None
    model = document["model"]
    return model["layers"], model["heads"], len(item_labels(document["pieces"], units))


def _known(name: str, given: Any, allowed: Mapping[str, Any]) -> None:
    if not isinstance(given, Mapping):
        raise _refused(name, given, "a dictionary")
    for key in given:
        if key not in allowed:
            raise _refused(f"a key of {name}", key, ", ".join(allowed))


def _one_of(name: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise _refused(name, value, ", ".join(choices))


def _list(name: str, value: Any, pair: bool = False) -> list[Any]:
    allowed = "None, or a list of [layer, head]" if pair else "None, or a list of indexes"
    if not isinstance(value, (list, tuple)) or not value:
        raise _refused(name, value, allowed)
    if pair and not all(isinstance(item, (list, tuple)) and len(item) == 2 for item in value):
        raise _refused(name, value, allowed)
    return list(value)


def _index(name: str, value: Any, length: int | None) -> int:
    allowed = "an integer from 0 on" if length is None else f"0 to {length - 1}"
    try:
        index = int(value)
    except (TypeError, ValueError):
        raise _refused(name, value, allowed) from None
    if isinstance(value, bool) or index != value or index < 0 or (length is not None and index >= length):
        raise _refused(name, value, allowed)
    return index


def _refused(name: str, value: Any, allowed: str) -> Error:
    return Error(
        "bad_request",
        f"{name} is {value!r}, allowed: {allowed}",
        "leave it out for the default",
        {"option": name, "value": str(value)},
    )
