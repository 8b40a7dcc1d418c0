"""Models in memory, as the transformers library has them: held by objects of the same form."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import CAT, TINY, one_sentence
from numpy.typing import NDArray
from safetensors.numpy import load_file

import bertstory as bs
from bertstory.memory import write_model


class Tensor:
    """An array with the manners of a tensor of torch."""

    def __init__(self, array: NDArray[Any], dtype: str = "", device: str = "cpu") -> None:
        self._array = array
        self.dtype = f"torch.{dtype or array.dtype}"
        self.device = device

    def detach(self) -> Tensor:
        return self

    def cpu(self) -> Tensor:
        return Tensor(self._array, self.dtype.removeprefix("torch."))

    def float(self) -> Tensor:
        return Tensor(self._array.astype(np.float32))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        if self.device != "cpu" or "bfloat16" in self.dtype:
            raise TypeError(f"no array of {self.dtype} on {self.device}")
        return self._array


class BertForTests:
    """tiny-bert under the prefix of a model with a head, with a head, a buffer and settings as the library has them."""

    def __init__(self, **settings: Any) -> None:
        config = {**json.loads((TINY / "config.json").read_text()), "architectures": None, **settings}
        self.config = SimpleNamespace(to_dict=lambda: dict(config), _name_or_path=settings.get("_name_or_path", ""))
        self.tensors = {f"bert.{name}": Tensor(array) for name, array in load_file(TINY / "model.safetensors").items()}
        self.tensors["classifier.weight"] = Tensor(np.zeros((2, 32), np.float32))
        self.tensors["bert.embeddings.position_ids"] = Tensor(np.arange(64)[None])

    def state_dict(self) -> dict[str, Tensor]:
        return self.tensors


class Tokenizer:
    def save_pretrained(self, folder: str) -> None:
        for name in ("vocab.txt", "tokenizer_config.json"):
            shutil.copy(TINY / name, folder)


def test_tells_what_the_folder_tells(tiny: bs.Model, cat: bs.Story) -> None:
    model = bs.load(BertForTests(), Tokenizer())
    assert (model.id, model.architecture, model.layers) == ("BertForTests", "BertForTests", 3)
    assert model.pieces(CAT) == tiny.pieces(CAT)
    story = model.tell(CAT, exact=True).wait()
    np.testing.assert_array_equal(story.norms, cat.norms)


@pytest.mark.parametrize(
    ("path", "name"), [("org/name", "org/name"), ("/home/someone/my-bert", "my-bert"), ("", "BertForTests")]
)
def test_is_known_by_what_it_was_loaded_from(path: str, name: str) -> None:
    assert bs.load(BertForTests(_name_or_path=path), Tokenizer()).id == name


def test_writes_numbers_as_they_are() -> None:
    model = BertForTests()
    words = load_file(TINY / "model.safetensors")["embeddings.word_embeddings.weight"]
    model.tensors = {
        "half": Tensor(words.astype(np.float16), device="cuda:0"),
        "brain": Tensor(words, "bfloat16"),
        "turned": Tensor(words.T),
        "plain": words,
        "numbers": Tensor(np.arange(3)),
    }
    folder = write_model(model, Tokenizer()).folder
    assert folder.stat().st_mode & 0o077 == 0
    written = load_file(folder / "model.safetensors")
    assert set(written) == {"half", "brain", "turned", "plain"}
    assert written["half"].dtype == np.float16
    np.testing.assert_array_equal(written["half"], words.astype(np.float16))
    np.testing.assert_array_equal(written["turned"], words.T)
    for name in ("brain", "plain"):
        np.testing.assert_array_equal(written[name], words)


def test_leaves_nothing_behind(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_memory import BertForTests, Tokenizer\n"
        "from bertstory.memory import write_model\n"
        "print(write_model(BertForTests(), Tokenizer()).folder)"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "bertstory-model-" in answer.stdout
    assert not Path(answer.stdout.strip()).exists()


def without_memory() -> BertForTests:
    model = BertForTests()
    model.tensors["bert.encoder.weight"] = Tensor(np.zeros(2, np.float32), device="meta")
    return model


REFUSED = {
    "no tokenizer": (
        lambda: (BertForTests(), None),
        "bad_request",
        "needs its tokenizer beside it, and none was given",
    ),
    "no such tokenizer": (lambda: (BertForTests(), 7), "bad_request", "one of the type int was given"),
    "another kind": (lambda: (BertForTests(model_type="gpt2"), Tokenizer()), "unsupported_model", "of the kind gpt2"),
    "weights elsewhere": (lambda: (without_memory(), Tokenizer()), "unsupported_model", "device meta"),
    "no model": (lambda: (7, None), "bad_request", "is needed, not a int"),
    "a folder and a tokenizer": (lambda: (TINY, Tokenizer()), "unknown_option", "tokenizer was given beside"),
    "another activation": (lambda: (BertForTests(hidden_act="silu"), Tokenizer()), "unsupported_model", "silu"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_in_one_sentence(name: str) -> None:
    make, code, words = REFUSED[name]
    with pytest.raises(bs.Error) as caught:
        bs.load(*make())
    assert caught.value.code == code
    assert words in caught.value.message
    one_sentence(caught.value)


def test_a_folder_has_no_revision() -> None:
    with pytest.raises(bs.Error, match="revision was given beside a model that is here already"):
        bs.load(TINY, revision="main")
