"""A checkpoint from the Hugging Face hub: which of its files, fetched once, kept in the hub's own cache."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .checkpoint import CONVERT, INDEX, WEIGHTS, Checkpoint
from .errors import Error

TEXTS = ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt")
HOW_TO_GET_HUB = 'to load models from the hub run: pip install "bertstory[hub]"'
PICKLED = re.compile(r"[^/]*\.(bin|pt|pth|ckpt)")
_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)


def hub_id(name: str, revision: str | None) -> tuple[str, str | None] | None:
    """The id and the revision of `org/name` or `org/name@revision`; None for what can be no id.

    Raises
    ------
    Error
        `unknown_option` for two revisions.
    """
    name, at, inside = name.partition("@")
    if not _ID.fullmatch(name) or (at and not inside) or len(name) > 96:
        return None
    if inside and revision and inside != revision:
        raise Error(
            "unknown_option",
            f"revision is {revision!r}, and the name of the model says {inside!r}",
            "give the revision once",
        )
    return name, revision or inside or None


def fetch(name: str, revision: str | None) -> Checkpoint:
    """The folder of a model on the hub; files that are in the hub's cache are not fetched again.

    Parameters
    ----------
    name : str
        Such as `sentence-transformers/all-MiniLM-L6-v2`.
    revision : str, optional
        A branch, a tag or a commit; the main branch if not given.

    Raises
    ------
    Error
        `hub_missing`, `hub_unreachable`, `model_not_found`, `bad_file` for weights in pickles alone.
    """
    hub = _hub(name)
    if hub.constants.HF_HUB_OFFLINE:
        return _cached(hub, name, revision, "HF_HUB_OFFLINE is set", "unset HF_HUB_OFFLINE to fetch it")
    errors = hub.errors
    try:
        info = hub.HfApi().model_info(name, revision=revision)
        files = {sibling.rfilename for sibling in info.siblings or []}
        return _download(hub, name, revision, str(info.sha), _wanted(name, files), files)
    except Error:
        raise
    except errors.GatedRepoError:
        raise _not_there(
            name, "asks for an agreement on its page first", "agree there, then run: hf auth login"
        ) from None
    except errors.RevisionNotFoundError:
        raise _not_there(
            name, f"has no revision {revision!r}", "look at its branches and commits on its page"
        ) from None
    except (errors.RepositoryNotFoundError, errors.HFValidationError):
        raise _not_there(
            name, "is neither here nor on the hub", "check the name; for a private model run: hf auth login"
        ) from None
    except Exception as reason:
        # Whatever the library in use calls a network that is not there.
        told = f"{type(reason).__name__}: {str(reason).strip().splitlines()[0] if str(reason).strip() else ''}"
        why = f"the hub cannot be reached ({told.rstrip(': ')})"
        return _cached(hub, name, revision, why, "check the network and HF_ENDPOINT, or give a folder")


def _hub(name: str) -> Any:
    try:
        import huggingface_hub
        import huggingface_hub.constants
        import huggingface_hub.errors
    except ImportError:
        raise Error(
            "hub_missing",
            f"there is no model {name!r} here (known by name: minilm), and without huggingface_hub none can be fetched",
            HOW_TO_GET_HUB + "; or give the folder of a checkpoint",
            {"model": name},
        ) from None
    return huggingface_hub


def _wanted(name: str, files: Collection[str]) -> list[str]:
    """The files to fetch besides parts of weights."""
    wanted = [file for file in TEXTS if file in files]
    if "config.json" not in files:
        raise _not_there(
            name, "has no config.json on the hub", "choose a model in the form of the transformers library"
        )
    if WEIGHTS in files:
        return [*wanted, WEIGHTS]
    if INDEX in files:
        return [*wanted, INDEX]
    pickles = sorted(file for file in files if PICKLED.fullmatch(file))
    if pickles:
        raise Error(
            "bad_file",
            f"the weights of {name} are in {pickles[0]}, a pickle, which may run code when it is read; "
            f"only {WEIGHTS} is fetched",
            f"convert it: {CONVERT} {name} NEW_FOLDER",
            {"model": name, "file": pickles[0]},
        )
    raise _not_there(name, f"has no {WEIGHTS} on the hub", "choose a model with weights for PyTorch or in safetensors")


def _download(
    hub: Any, name: str, revision: str | None, commit: str, wanted: list[str], files: Collection[str]
) -> Checkpoint:
    # By its own name first, so that the cache knows which commit that is when there is no network.
    folder = Path(hub.hf_hub_download(name, "config.json", revision=revision)).parent
    for file in wanted:
        hub.hf_hub_download(name, file, revision=commit)
    if INDEX in wanted:
        places = json.loads((folder / INDEX).read_text("utf-8")).get("weight_map", {})
        for part in sorted({str(part) for part in places.values()} & set(files)):
            hub.hf_hub_download(name, part, revision=commit)
    return Checkpoint(folder.parent / commit, name, commit)


def _cached(hub: Any, name: str, revision: str | None, why: str, hint: str) -> Checkpoint:
    try:
        folder = Path(hub.hf_hub_download(name, "config.json", revision=revision, local_files_only=True)).parent
    except (OSError, ValueError):
        where = name if revision is None else f"{name} at revision {revision}"
        raise Error(
            "model_not_found" if hub.constants.HF_HUB_OFFLINE else "hub_unreachable",
            f"there is no model {where} here: not by name (minilm is known), as a folder or in the hub's cache, "
            f"and {why}",
            hint,
            {"model": name, "cache": os.fspath(hub.constants.HF_HUB_CACHE)},
        ) from None
    return Checkpoint(folder, name, folder.name)


def _not_there(name: str, what: str, hint: str) -> Error:
    return Error("model_not_found", f"the model {name} {what} (known by name: minilm)", hint, {"model": name})
