"""Every kind of checkpoint from Python: what the reference says, where a story is counted, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, one_sentence
from safetensors.numpy import load_file

import bertstory as bs
from bertstory.checkpoint import CONVERT

MODELS = ROOT / "test" / "fixtures" / "models"
GOLDEN = ROOT / "test" / "oracle" / "golden-models"
KINDS = ("distilbert", "electra", "masked-lm", "classifier")
CAT = "The cat sat on the mat."


def worst(seen: np.ndarray, due: np.ndarray) -> float:
    """Largest relative error above a floor of 1e-5 of each row's largest."""
    return float((np.abs(seen - due) / np.maximum(due, 1e-5 * due.max(-1, keepdims=True))).max())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", ["cat", "pair"])
def test_tells_what_the_reference_says(kind: str, case: str) -> None:
    about = json.loads((GOLDEN / f"{kind}-{case}.json").read_text("utf-8"))
    arrays = load_file(GOLDEN / f"{kind}-{case}.safetensors")
    story = bs.load(MODELS / kind).tell(about["text"], about["pair"], exact=True).wait()
    assert [piece["id"] for piece in story.document["pieces"]] == about["ids"]
    np.testing.assert_allclose(story.attention, arrays["attention"], atol=2e-5)
    assert worst(story.norms.values, arrays["frobenius"]) < 1e-4


def test_counts_directions_at_the_embedding(tmp_path: Path) -> None:
    model = bs.load(MODELS / "electra")
    story = model.tell(CAT, source="embedding", samples=8).wait()
    assert (model.width, story.document["model"]["embedding_width"]) == (32, 16)
    assert (story.state, story._telling.status()["total"]) == ("sampled", 16)
    assert "8 of 16 directions" in repr(story)
    story.save(tmp_path / "electra.safetensors")
    opened = bs.open(tmp_path / "electra.safetensors")
    assert opened.document["model"] == story.document["model"]
    np.testing.assert_allclose(opened.error, story.error, rtol=1e-5)
    exact = story.exact().wait()
    assert (exact.state, exact.document["method"]["samples"]) == ("exact", 16)
    assert worst(exact.norms.values, load_file(GOLDEN / "electra-cat.safetensors")["embedding_frobenius"]) < 1e-4


def test_traces_rows_back_to_the_embedding() -> None:
    due = load_file(GOLDEN / "electra-cat.safetensors")["embedding_frobenius"]
    story = bs.load(MODELS / "electra").tell(CAT, source="embedding", samples=2).wait()
    assert worst(story.row(2, 1, 3).values, due[2, 1, 3]) < 1e-4
    jacobian = story.jacobian(2, 1, 3, 4)
    assert jacobian.shape == (8, 16)
    assert abs(float(np.linalg.norm(jacobian)) / due[2, 1, 3, 4] - 1) < 1e-4


def test_a_pair_needs_a_second_segment() -> None:
    with pytest.raises(bs.Error) as caught:
        bs.load(MODELS / "masked-lm").tell("The cat sat.", "On the mat.")
    assert caught.value.code == "bad_request"
    assert "one kind of segment only" in caught.value.message
    one_sentence(caught.value)


def test_a_download_that_was_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    shutil.copytree(MODELS / "masked-lm", folder)
    (folder / "model-00002-of-00004.safetensors").unlink()
    with pytest.raises(
        bs.Error, match=r"index\.json names model-00002-of-00004\.safetensors, which is not there"
    ) as caught:
        bs.load(folder)
    assert caught.value.code == "bad_file"
    one_sentence(caught.value)


def test_a_pickle_is_converted_by_the_same_command_wherever_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(MODELS / "classifier", folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(bs.Error, match=r"pytorch_model\.bin, a pickle, which may run code") as caught:
        bs.load(folder)
    assert caught.value.hint == f"convert it: {CONVERT} FOLDER NEW_FOLDER"
