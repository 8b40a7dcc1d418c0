"""Each kind of bad input: one sentence and a hint, and the service lives on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CAT, TINY, one_sentence

import bertstory as bs
from bertstory.client import shared_service


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def no_vocabulary(folder: Path) -> None:
    (folder / "vocab.txt").unlink()
    (folder / "tokenizer.json").unlink()


def truncated_weights(folder: Path) -> None:
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(weights[:-100])


def no_safetensors(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\x80\x02pickle" * 100)


def changed_config(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, **changes}))

    return change


def no_json(folder: Path) -> None:
    (folder / "config.json").write_text("{")


CHECKPOINTS = {
    "no config": (no_config, {"model_not_found", "bad_config"}),
    "no weights": (no_weights, {"model_not_found", "bad_weights"}),
    "no vocabulary": (no_vocabulary, {"model_not_found", "bad_vocabulary"}),
    "truncated weights": (truncated_weights, {"bad_weights"}),
    "no safetensors": (no_safetensors, {"bad_weights"}),
    "no JSON": (no_json, {"bad_config"}),
    "more layers than weights": (changed_config(num_hidden_layers=4), {"config_weights_mismatch"}),
    "other width": (changed_config(hidden_size=64), {"config_weights_mismatch"}),
    "heads that do not divide": (changed_config(num_attention_heads=5), {"bad_config"}),
    "RoBERTa": (changed_config(model_type="roberta", architectures=["RobertaModel"]), {"unsupported_model"}),
    "decoder": (changed_config(is_decoder=True), {"unsupported_model"}),
}


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_checkpoints_that_do_not_do(name: str, tmp_path: Path, tiny: bs.Model) -> None:
    spoil, codes = CHECKPOINTS[name]
    folder = tmp_path / "model"
    shutil.copytree(TINY, folder)
    spoil(folder)
    pid = shared_service().pid
    with pytest.raises(bs.Error) as caught:
        bs.load(folder)
    assert caught.value.code in codes
    one_sentence(caught.value)
    assert len(tiny.pieces(CAT)) == 9
    assert shared_service().pid == pid


def test_too_much_text(tiny: bs.Model) -> None:
    pid = shared_service().pid
    for call in (tiny.pieces, tiny.tell):
        with pytest.raises(bs.Error) as caught:
            call("word " * 20_001)
        assert caught.value.code == "text_too_long"
        assert "100000" in caught.value.message.replace(" ", "").replace(",", "").replace("\u2009", "")
        one_sentence(caught.value)
    assert tiny.tell(CAT).wait().state == "exact"
    assert shared_service().pid == pid


def test_a_text_beyond_the_model_s_tokens_is_truncated(tiny: bs.Model) -> None:
    story = tiny.tell("cat " * 3000, samples=2)
    assert len(story.document["pieces"]) == tiny.max_tokens
    assert story.document["truncated"]["pieces"] == 3000 + 2 - tiny.max_tokens
    story.cancel()


@pytest.mark.parametrize("name", ["no-such-model", "/no/such/folder", ""])
def test_models_that_do_not_exist(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(bs.Error) as caught:
        bs.load(name)
    assert caught.value.code == "model_not_found"
    assert "minilm" in str(caught.value)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "🙂" * 10, "\u202e\u200d", "a" * 5000, "\n\t "])
def test_odd_texts_are_texts(tiny: bs.Model, text: str) -> None:
    assert tiny.tell(text, samples=2).wait().attention.sizes["query"] >= 2
