"""How a message becomes bytes and back: a JSON header and named arrays (docs/protocol.md, Frame)."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import Error
from .limits import MAX_FRAME_BYTES, MAX_HEADER_BYTES

VERSION = 1
PREFIX = struct.Struct("<II")
DTYPES: dict[str, np.dtype[Any]] = {
    "f32": np.dtype("<f4"),
    "f64": np.dtype("<f8"),
    "i32": np.dtype("<i4"),
    "u16": np.dtype("<u2"),
    "u8": np.dtype("u1"),
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
ALIGNMENT = 8


@dataclass(frozen=True)
class Named:
    """An array that knows the names of its axes."""

    axes: tuple[str, ...]
    values: npt.NDArray[Any]

    def __post_init__(self) -> None:
        if len(self.axes) != self.values.ndim:
            raise ValueError(f"axes {self.axes} do not name the shape {self.values.shape}")


@dataclass(frozen=True)
class Frame:
    """One message: the JSON header, without `arrays`, and the arrays by name."""

    header: dict[str, Any]
    arrays: dict[str, Named]

    @property
    def id(self) -> int:
        return int(self.header["id"])

    @property
    def kind(self) -> str:
        return str(self.header["kind"])


def encode(header: Mapping[str, Any], arrays: Mapping[str, Named] | None = None) -> bytearray:
    """The bytes of one frame.

    Raises
    ------
    ValueError
        For NaN in the header, or a dtype that the protocol does not know.
    """
    parts = {
        name: (array.axes, np.asarray(array.values, _wire_dtype(name, array.values), order="C"))
        for name, array in (arrays or {}).items()
    }
    # The header holds the offsets, and these depend on its length: the padding takes up the slack.
    length = 0
    while True:
        entries, total = _layout(parts, PREFIX.size + length)
        text = json.dumps({**header, **({"arrays": entries} if entries else {})}, allow_nan=False).encode()
        if len(text) <= length:
            break
        length = len(text) + len(parts)
    frame = bytearray(total)
    PREFIX.pack_into(frame, 0, length, total)
    frame[PREFIX.size : PREFIX.size + length] = text.ljust(length)
    for name, (_, values) in parts.items():
        begin = entries[name]["offset"]
        frame[begin : begin + values.nbytes] = values.reshape(-1).view(np.uint8).data
    return frame


def decode(frame: bytes | bytearray | memoryview) -> Frame:
    """Reads one frame; its arrays are read-only views of `frame`.

    Raises
    ------
    Error
        `bad_frame`, for anything that docs/protocol.md does not allow.
    """
    if len(frame) < PREFIX.size:
        raise _bad(f"{len(frame)} bytes are less than the eight that begin a frame")
    length, total = lengths(frame[: PREFIX.size])
    if total != len(frame):
        raise _bad(f"it says it has {total} bytes and has {len(frame)}")
    try:
        header = json.loads(bytes(frame[PREFIX.size : PREFIX.size + length]).decode(), parse_constant=_refuse)
    except ValueError as error:
        raise _bad(f"the header is not JSON in UTF-8 ({error})") from None
    if not isinstance(header, dict) or header.get("v") != VERSION:
        raise _bad("the header is no object of version 1")
    if not isinstance(header.get("id"), int) or not isinstance(header.get("kind"), str):
        raise _bad("the header has no id or no kind")
    entries = header.pop("arrays", {})
    if not isinstance(entries, dict):
        raise _bad("arrays is no object")
    view = memoryview(frame).toreadonly()
    begin = PREFIX.size + length
    return Frame(header, {name: _array(view, begin, name, entry) for name, entry in entries.items()})


def lengths(prefix: bytes | bytearray | memoryview) -> tuple[int, int]:
    """Bytes of the header and of the whole frame, checked before anything is allocated for them.

    Raises
    ------
    Error
        `bad_frame`.
    """
    length, total = PREFIX.unpack(prefix)
    if length > MAX_HEADER_BYTES or total > MAX_FRAME_BYTES or PREFIX.size + length > total:
        raise _bad(f"a header of {length} bytes in a frame of {total}")
    return length, total


def _wire_dtype(name: str, values: npt.NDArray[Any]) -> np.dtype[Any]:
    dtype: np.dtype[Any] = values.dtype.newbyteorder("<")
    if dtype not in NAMES:
        raise ValueError(f"array {name} has dtype {values.dtype}, the protocol knows {', '.join(DTYPES)}")
    return dtype


def _layout(
    parts: Mapping[str, tuple[tuple[str, ...], npt.NDArray[Any]]], begin: int
) -> tuple[dict[str, dict[str, Any]], int]:
    entries: dict[str, dict[str, Any]] = {}
    end = begin
    for name, (axes, values) in parts.items():
        offset = -(-end // ALIGNMENT) * ALIGNMENT
        entries[name] = {
            "dtype": NAMES[values.dtype],
            "shape": list(values.shape),
            "axes": list(axes),
            "offset": offset,
            "bytes": values.nbytes,
        }
        end = offset + values.nbytes
    return entries, end


def _array(view: memoryview, begin: int, name: str, entry: Any) -> Named:
    try:
        dtype = DTYPES[entry["dtype"]]
        shape = tuple(int(length) for length in entry["shape"])
        axes = tuple(str(axis) for axis in entry["axes"])
        offset, size = int(entry["offset"]), int(entry["bytes"])
    except (KeyError, TypeError, ValueError):
        raise _bad(f"array {name} is not described by dtype, shape, axes, offset and bytes") from None
    if offset % ALIGNMENT or offset < begin or size < 0 or offset + size > len(view):
        raise _bad(f"array {name} lies outside the frame or off the eight-byte grid")
    if len(axes) != len(shape) or min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != size:
        raise _bad(f"array {name} has {size} bytes, not those of shape {shape}")
    return Named(axes, np.frombuffer(view[offset : offset + size], dtype).reshape(shape))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not allowed")


def _bad(sentence: str) -> Error:
    return Error("bad_frame", f"a message is malformed: {sentence}", "this is a defect of bertstory; please report it")
