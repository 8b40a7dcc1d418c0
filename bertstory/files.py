"""A story as a file: .safetensors with everything in it, .csv, and the document alone as .json."""

from __future__ import annotations

import csv
import io
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError, safe_open

from .contents import AXES, Contents, Floats, attribution
from .errors import Error

FILE_VERSION = 1
KEY = "bertstory"
ENDING = ".safetensors"
COLUMNS = ("layer", "head", "query", "source", "query_piece", "source_piece", "attention", "attribution", "error")
#: Largest code of the reduced forms, by dtype: value = scale · (code / largest)².
LARGEST_CODE = {np.dtype(np.uint16): 65535, np.dtype(np.uint8): 255}


def written(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes a file as a whole: a failure leaves what was there before.

    Raises
    ------
    Error
        `bad_file`, with what the system says.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        try:
            with part.open("xb") as file:
                file.write(data)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise Error(
            "bad_file",
            f"{target} cannot be written: {error.strerror or error}",
            "choose another place",
            {"path": str(target)},
        ) from None


def save(contents: Contents, path: str | os.PathLike[str]) -> None:
    """Writes arrays and document as safetensors: attention, norms, error, groups, hidden norms, if there.

    Raises
    ------
    Error
        `unknown_option` for a path with another ending, `bad_file` where it cannot be written.
    """
    if Path(path).suffix != ENDING:
        raise Error(
            "unknown_option",
            f"a story is saved as {ENDING}, not as {Path(path).name}",
            "to_html writes .html, to_csv .csv, figure(…).save .svg and .png",
        )
    written(path, to_bytes(contents))


def to_bytes(contents: Contents, groups: bool = True) -> bytes:
    """The safetensors file of a story; without the direction groups if so wished."""
    tensors = {
        name: np.ascontiguousarray(getattr(contents, name), np.float32)
        for name in AXES
        if getattr(contents, name) is not None and (groups or name != "groups")
    }
    return safetensors.numpy.save(tensors, {KEY: json.dumps(contents.document)})


def save_document(document: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Writes the document, without arrays, as JSON."""
    written(path, (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode(errors="replace"))


def save_csv(contents: Contents, path: str | os.PathLike[str]) -> None:
    """Writes one line per layer, head, query and source; missing numbers are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(contents))
    written(path, text.getvalue().encode(errors="replace"))


def read(path: str | os.PathLike[str]) -> Contents:
    """Reads what `save` wrote, or the reduced form that a notebook carries.

    Raises
    ------
    Error
        `bad_file`, when it is none of ours.
    """
    try:
        with safe_open(os.fspath(path), framework="numpy") as file:
            text = (file.metadata() or {}).get(KEY)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (no dict)
        document = None if text is None else json.loads(text)
    except (OSError, SafetensorError, ValueError) as error:
        raise _not_ours(path, str(error)) from None
    if not isinstance(document, dict) or document.get("version") != FILE_VERSION:
        raise _not_ours(path, f"no document of version {FILE_VERSION} in its metadata")
    try:
        return _contents(document, tensors)
    except (KeyError, TypeError, ValueError) as error:
        raise _not_ours(path, f"{error}") from None


def _contents(document: dict[str, Any], tensors: dict[str, Any]) -> Contents:
    contents = Contents(document)
    assert contents.shape is not None
    layers, heads, pieces = contents.shape
    maps = (layers, heads, pieces, pieces)
    arrays: dict[str, Any] = {name: _full(name, tensors, maps) for name in ("attention", "norms", "error")}
    arrays.update({name: tensors.get(name) for name in ("groups", "hidden_norms")})
    for name, values in arrays.items():
        if values is None:
            continue
        shape = (layers, pieces, pieces) if name == "hidden_norms" else maps
        if values.shape[-len(shape) :] != shape or values.ndim != len(AXES[name]):
            raise ValueError(f"{name} has shape {values.shape}, not that of {shape}")
        values.flags.writeable = False
    if arrays["attention"] is None:
        raise KeyError("attention is missing")
    _ = contents.samples, document["made"]["version"], document["model"]["sha256"]
    return Contents(document, **arrays, version=1)


def _full(name: str, tensors: dict[str, Any], maps: tuple[int, ...]) -> Floats | None:
    """The tensor as float32 with all heads; heads that a reduction left out are NaN."""
    values = tensors.get(name)
    if values is None:
        return None
    scale = tensors.get(f"{name}.scale")
    if scale is not None:
        values = scale[..., None] * np.square(values / LARGEST_CODE[values.dtype])
    values = np.asarray(values, np.float32)
    kept = tensors.get("heads")
    if kept is None:
        return values
    full = np.full(maps, np.nan, np.float32)
    full[np.arange(maps[0]), kept] = values[:, 0]
    return full


def _lines(contents: Contents) -> Iterator[tuple[Any, ...]]:
    pieces = [piece["text"] for piece in contents.document["pieces"]]
    maps = [
        contents.attention,
        None if contents.norms is None else attribution(contents.norms),
        contents.error,
    ]
    shape = contents.shape
    assert shape is not None
    for layer, head, query in np.ndindex(*shape):
        rows = [[""] * len(pieces) if values is None else map(_number, values[layer, head, query]) for values in maps]
        for source, numbers in enumerate(zip(*rows, strict=True)):
            yield (layer, head, query, source, pieces[query], pieces[source], *numbers)


def _number(value: np.float32) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"


def _not_ours(path: str | os.PathLike[str], reason: str) -> Error:
    return Error(
        "bad_file",
        f"{os.fspath(path)} is no story of bertstory: {reason}",
        "open a .safetensors file that story.save or bertstory tell --out wrote",
        {"path": os.fspath(path)},
    )
