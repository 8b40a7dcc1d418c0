"""Every option of the attribution and every switch through Python, against the reference and against NumPy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from conftest import CAT, ROOT, TINY

import bertstory as bs
from bertstory.cli import main

FOLDER = ROOT / "test" / "oracle" / "golden-options"
CASES = {name: json.loads((FOLDER / f"{name}.json").read_text()) for name in ("words", "run")}
GOLDEN = {name: safetensors.numpy.load_file(FOLDER / f"{name}.safetensors") for name in CASES}
#: One of each value, every pair of values of two options at least once.
METHODS = [
    ("frobenius", "head", "embedding", "values"),
    ("frobenius", "projected", "layer:1", "all"),
    ("frobenius", "projected", "local", "values"),
    ("sum", "head", "local", "all"),
    ("sum", "projected", "embedding", "all"),
    ("sum", "head", "layer:2", "values"),
    ("input", "head", "layer:1", "values"),
    ("input", "projected", "input", "all"),
    ("input", "head", "local", "all"),
    ("sum", "projected", "input", "values"),
]
SWITCHES = [
    {"special": special, "own": own, "units": units}
    for special in ("keep", "no_sources", "drop")
    for own in ("keep", "drop")
    for units in ("pieces", "words")
]


@pytest.mark.parametrize(("norm", "target", "source", "paths"), METHODS)
@pytest.mark.parametrize("name", CASES)
def test_options_agree(tiny: bs.Model, name: str, norm: str, target: str, source: str, paths: str) -> None:
    case, golden = CASES[name], GOLDEN[name]
    story = tiny.tell(case["text"], case["pair"], exact=True, norm=norm, target=target, source=source, paths=paths)
    due = golden[f"norms/{norm}/{target}/{source}/{paths}"]
    seen = story.wait().norms.values
    np.testing.assert_array_equal(np.isnan(seen), np.isnan(due))
    floor = 1e-5 * np.nan_to_num(due).max(-1, keepdims=True)
    assert np.nanmax(abs(seen - due) / np.maximum(due, floor)) < 1e-4
    assert story.norms.attrs["norm"] == norm and story.document["method"]["source"] == source
    # The switches act after the fact, on whatever was computed.
    for switches in SWITCHES:
        rows = story.mismatch("pearson", **switches).values
        np.testing.assert_allclose(rows, _pearson(golden["attention"], due, case["tokens"], **switches), atol=2e-4)


def test_layers_below_the_source_are_missing_and_counted(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, exact=True, source="layer:2").wait()
    curve = story.curve("pearson")
    assert np.isnan(curve["value"][:2]).all() and np.isfinite(curve["value"][2])


def test_what_is_zero_everywhere_is_refused(tiny: bs.Model) -> None:
    with pytest.raises(bs.Error) as caught:
        tiny.tell(CAT, norm="input", source="embedding")
    assert caught.value.code == "unknown_option" and "zero everywhere" in caught.value.message


@pytest.mark.parametrize("name", CASES)
def test_hidden_norms_agree_and_are_kept(tiny: bs.Model, name: str, tmp_path: Path) -> None:
    case, golden = CASES[name], GOLDEN[name]
    story = tiny.tell(case["text"], case["pair"], exact=True, hidden=True).wait()
    hidden = story.hidden_norms
    assert hidden.dims == ("layer", "query", "source")
    assert hidden.coords["source_piece"].values.tolist() == case["tokens"]
    np.testing.assert_allclose(hidden, golden["hidden_norms/frobenius/input"], rtol=1e-4)
    story.save(tmp_path / "story.safetensors")
    np.testing.assert_array_equal(bs.open(tmp_path / "story.safetensors").hidden_norms, hidden)


def test_the_command_takes_every_option(tiny: bs.Model, tmp_path: Path) -> None:
    path = tmp_path / "story.safetensors"
    method = ["--norm", "input", "--target", "projected", "--source", "layer:1", "--paths", "values", "--hidden"]
    assert main(["tell", CAT, "--model", str(TINY), "--exact", "--out", str(path), *method]) == 0
    opened = bs.open(path)
    assert (
        opened.document["method"] | {"norm": "input", "target": "projected", "source": "layer:1"}
        == (opened.document["method"])
    )
    direct = tiny.tell(CAT, exact=True, norm="input", target="projected", source="layer:1", paths="values", hidden=True)
    np.testing.assert_array_equal(opened.norms, direct.wait().norms)
    np.testing.assert_array_equal(opened.hidden_norms, direct.hidden_norms)


def test_hidden_norms_get_better_with_the_rest(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, samples=8, hidden=True).wait()
    rough = story.hidden_norms.values
    exact = story.exact().wait().hidden_norms.values
    error = abs(rough / exact - 1)
    assert 0.001 < error.mean() < 0.3


def test_hidden_norms_that_were_not_asked_for_say_so(cat: bs.Story) -> None:
    with pytest.raises(bs.Error, match="hidden=True"):
        _ = cat.hidden_norms


@pytest.mark.parametrize("name", CASES)
def test_activations_agree(tiny: bs.Model, name: str) -> None:
    case, golden = CASES[name], GOLDEN[name]
    story = tiny.tell(case["text"], case["pair"], samples=2).wait()
    hidden = story.activations("hidden")
    assert hidden.dims == ("layer", "token", "width")
    assert hidden.coords["token_piece"].values.tolist() == case["tokens"]
    np.testing.assert_allclose(hidden, golden["hidden"], atol=5e-6)
    query, key = story.activations("query"), story.activations("key")
    assert query.dims == ("layer", "head", "token", "component")
    for array in (query, key, story.activations("value")):
        heads = np.moveaxis(golden[str(array.name)].reshape(3, -1, 4, 8), 2, 1)
        np.testing.assert_allclose(array, heads, atol=5e-6)
    scores = np.einsum("lhqc,lhkc->lhqk", query, key) / np.sqrt(8)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    np.testing.assert_allclose(weights / weights.sum(-1, keepdims=True), story.attention, atol=2e-6)
    with pytest.raises(bs.Error, match="allowed: hidden, query, key, value"):
        story.activations("keys")


def _pearson(
    attention: np.ndarray, norms: np.ndarray, tokens: list[str], special: str, own: str, units: str
) -> np.ndarray:
    """Rows [layer, head, item] straight from the definition: merge, drop, renormalise, measure."""
    groups: list[list[int]] = []
    for i, token in enumerate(tokens):
        if units == "words" and token.startswith("##"):
            groups[-1].append(i)
        else:
            groups.append([i])
    dropped = [tokens[group[0]] in ("[CLS]", "[SEP]") for group in groups]
    rows = np.full((*norms.shape[:2], len(groups)), np.nan)
    for layer, head, j in np.ndindex(*rows.shape):
        if (dropped[j] and special == "drop") or np.isnan(norms[layer, head]).any():
            continue
        kept = [
            i for i in range(len(groups)) if not (dropped[i] and special != "keep") and not (i == j and own == "drop")
        ]
        sides = []
        for matrix in (attention[layer, head], norms[layer, head]):
            shares = matrix.astype(float) / matrix.sum(-1, keepdims=True, dtype=float)
            side = np.array([shares[np.ix_(groups[j], groups[i])].sum(-1).mean() for i in kept])
            sides.append(side / side.sum())
        if len(kept) >= 3:
            rows[layer, head, j] = np.corrcoef(*sides)[0, 1]
    return rows
