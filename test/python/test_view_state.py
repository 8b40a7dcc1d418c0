"""The view's state is checked against what exists, and selections are a part of it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import document

from bertstory.errors import Error
from bertstory.view_state import DEFAULT, checked_view, selection_of, with_selection


def test_what_is_left_out_has_its_default() -> None:
    assert checked_view({}, document()) == DEFAULT
    assert checked_view({"switches": {"own": "drop"}}, {})["switches"] == {**DEFAULT["switches"], "own": "drop"}


@pytest.mark.parametrize(
    "name", ["topk", "attention.next", "attribution.entropy_share", "error", "spread.pearson", "spread.attention.own"]
)
def test_heads_can_be_shown_by_measures_patterns_errors_and_spreads(name: str) -> None:
    assert checked_view({"measure": name, "order": "spread"}, document())["measure"] == name


def test_a_view_is_copied() -> None:
    heads = [[1, 1]]
    state = checked_view({"heads": heads}, document())
    heads[0][0] = 0
    assert state["heads"] == [[1, 1]]


@pytest.mark.parametrize(
    "view",
    [
        {"colour": "red"},
        {"version": 2},
        {"measure": "person"},
        {"measure": "attention.most"},
        {"measure": "spread.error"},
        {"measure": None},
        {"order": "size"},
        {"scale": "log"},
        {"switches": {"own": "maybe"}},
        {"switches": {"other": "keep"}},
        {"switches": None},
        {"heads": []},
        {"heads": [1, 2]},
        {"heads": [[2, 0]]},
        {"heads": [[0, 2]]},
        {"heads": [[0, 1.5]]},
        {"heads": "all"},
        {"queries": [3]},
        {"queries": [-1]},
        {"queries": 1},
        {"pin": 3},
        {"pin": "keys"},
        {"pin": True},
    ],
)
def test_what_does_not_exist_is_refused_with_what_is_allowed(view: dict[str, Any]) -> None:
    with pytest.raises(Error) as caught:
        checked_view(view, document())
    assert caught.value.code == "bad_request"
    assert "allowed:" in caught.value.message


def test_bounds_are_those_of_words_under_words() -> None:
    pieces = [
        {"text": "play", "start": 0, "end": 4, "segment": 0, "special": False, "word": 0},
        {"text": "##ing", "start": 4, "end": 7, "segment": 0, "special": False, "word": 0},
    ]
    playing = {**document(), "pieces": pieces}
    assert checked_view({"queries": [1]}, playing)["queries"] == [1]
    with pytest.raises(Error, match="0 to 0"):
        checked_view({"queries": [1], "switches": {"units": "words"}}, playing)


def test_bounds_are_not_checked_before_they_are_known() -> None:
    assert checked_view({"heads": [[11, 11]], "queries": [500]}, {})["queries"] == [500]


def test_selections_are_the_leading_head_and_query() -> None:
    assert selection_of(DEFAULT) == {"layer": None, "head": None, "query": None}
    view = {**DEFAULT, "heads": [[0, 1], [1, 0]], "queries": [2, 1]}
    assert selection_of(view) == {"layer": 1, "head": 0, "query": 1}


def test_a_selection_may_be_given_in_part() -> None:
    view = with_selection(DEFAULT, {"layer": 1, "head": 0})
    view = with_selection(view, {"query": 2})
    assert selection_of(view) == {"layer": 1, "head": 0, "query": 2}
    assert selection_of(with_selection(view, {"head": 1})) == {"layer": 1, "head": 1, "query": 2}
    assert selection_of(with_selection(view, {"layer": None, "head": None}))["layer"] is None


@pytest.mark.parametrize("selection", [{"layer": 1}, {"token": 1}, 3])
def test_half_a_selection_is_refused(selection: Any) -> None:
    with pytest.raises(Error):
        with_selection(DEFAULT, selection)
