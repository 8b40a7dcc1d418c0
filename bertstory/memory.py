"""A model of the transformers library in memory, written to a private folder that lives as long as the process."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from .checkpoint import WEIGHTS, Checkpoint
from .errors import Error

KINDS = ("bert", "distilbert", "electra")


def is_model(value: Any) -> bool:
    """Whether it looks like a model of the transformers library; nothing of it is imported."""
    return callable(getattr(value, "state_dict", None)) and hasattr(value, "config")


def write_model(model: Any, tokenizer: Any) -> Checkpoint:
    """Writes config.json, the weights and the tokenizer's files.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        With an encoder of the kind BERT, DistilBERT or ELECTRA, whatever head it has.
    tokenizer : transformers.PreTrainedTokenizerBase
        Of the same model.

    Raises
    ------
    Error
        `bad_request` without a tokenizer, `unsupported_model` for other models and for weights that are not in memory.
    """
    if not callable(getattr(tokenizer, "save_pretrained", None)):
        given = "none was given" if tokenizer is None else f"one of the type {type(tokenizer).__name__} was given"
        raise Error(
            "bad_request",
            f"a model in memory needs its tokenizer beside it, and {given}",
            "load it as bertstory.load(hf_model, tokenizer), the tokenizer from AutoTokenizer.from_pretrained",
        )
    config = dict(model.config.to_dict())
    kind = config.get("model_type")
    if kind not in KINDS:
        raise Error(
            "unsupported_model",
            f"the model, a {type(model).__name__}, is of the kind {kind}, only {', '.join(KINDS)} can be read",
            "choose a model of the kind BERT, DistilBERT or ELECTRA",
            {"model_type": kind},
        )
    # As a trained model has it; one that was just made has none.
    config["architectures"] = [type(model).__name__]
    weights = {name: _numbers(name, value) for name, value in model.state_dict().items() if _is_weight(value)}
    folder = _private_folder()
    (folder / "config.json").write_text(json.dumps(config, default=str), "utf-8")
    save_file(weights, folder / WEIGHTS)
    tokenizer.save_pretrained(str(folder))
    return Checkpoint(folder, _name_of(model, config))


def _name_of(model: Any, config: Mapping[str, Any]) -> str:
    known_as = getattr(model.config, "_name_or_path", None) or config.get("_name_or_path")
    return str(known_as) if known_as else type(model).__name__


def _is_weight(value: Any) -> bool:
    """Buffers of whole numbers, such as the numbers of positions, are none."""
    return "float" in str(value.dtype)


def _numbers(name: str, value: Any) -> NDArray[Any]:
    """A tensor of torch, on whatever device, or an array."""
    if str(getattr(value, "device", "")) == "meta":
        raise Error(
            "unsupported_model",
            f"the weight {name} is not in memory (device meta)",
            "load the model without device_map or low-memory options",
            {"tensor": name},
        )
    for step in ("detach", "cpu"):
        value = getattr(value, step, lambda value=value: value)()
    if str(value.dtype).endswith("bfloat16") and hasattr(value, "float"):
        # NumPy has no bfloat16; float32 holds the same numbers.
        value = value.float()
    return np.ascontiguousarray(value)


def _private_folder() -> Path:
    """Readable by this user alone; gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="bertstory-model-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
