"""Arrays, as Python hands them out, against the independent reference."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from conftest import ROOT

import bertstory as bs

FOLDER = ROOT / "test" / "oracle"
ATTENTION = 2e-5
NORMS = 1e-4
#: Relative to the row's largest: below, attention has switched cells off and relative errors mean nothing.
FLOOR = 1e-5
CASES = [
    *(("tiny", name) for name in ("cat", "pair", "empty", "unknown")),
    # The other golden sentence goes through the command line, in test_cli.py.
    ("minilm", "bank"),
]


@pytest.mark.parametrize(("which", "name"), CASES)
def test_exact_arrays_agree(which: str, name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    model: bs.Model = request.getfixturevalue(which)
    case = json.loads((FOLDER / f"golden-{which}" / f"{name}.json").read_text())
    golden = safetensors.numpy.load_file(FOLDER / f"golden-{which}" / f"{name}.safetensors")
    pieces = model.pieces(case["text"], case["pair"])
    assert [piece["id"] for piece in pieces] == case["ids"]
    assert [piece["segment"] for piece in pieces] == case["segments"]

    story = model.tell(case["text"], case["pair"], exact=True).wait()
    assert story.state == "exact"
    compare(story, golden)
    # The file says the same, to a reader that knows nothing of bertstory.
    story.save(tmp_path / "story.safetensors")
    tensors = safetensors.numpy.load_file(tmp_path / "story.safetensors")
    np.testing.assert_array_equal(tensors["attention"], story.attention.values)
    np.testing.assert_array_equal(tensors["norms"], story.norms.values)
    assert "groups" not in tensors
    compare(bs.open(tmp_path / "story.safetensors"), golden)


def test_attention_of_a_long_text_agrees(minilm: bs.Model) -> None:
    case = json.loads((FOLDER / "golden-minilm" / "long.json").read_text())
    golden = safetensors.numpy.load_file(FOLDER / "golden-minilm" / "long.safetensors")
    story = minilm.tell(case["text"], samples=2)
    np.testing.assert_allclose(story.attention, golden["attention"], rtol=0, atol=ATTENTION)
    story.cancel()


def compare(story: bs.Story, golden: dict[str, np.ndarray]) -> None:
    np.testing.assert_allclose(story.attention, golden["attention"], rtol=0, atol=ATTENTION)
    norms = golden["frobenius"]
    live = norms > FLOOR * norms.max(-1, keepdims=True)
    np.testing.assert_allclose(story.norms.values[live], norms[live], rtol=NORMS)
    np.testing.assert_array_less(story.norms.values[~live], 10 * FLOOR * norms.max())
    np.testing.assert_allclose(story.attribution.sum("source"), 1, rtol=1e-5)
    assert (story.error == 0).all()
    if "agreement.all.pearson" in golden and story.attention.sizes["source"] > 2:
        np.testing.assert_allclose(story.mismatch("pearson"), golden["agreement.all.pearson"], atol=1e-4)
