"""Frames survive the way there and back, and what is malformed is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bertstory.errors import Error
from bertstory.frames import DTYPES, Named, decode, encode

HEADER = {"v": 1, "id": 7, "kind": "tell"}


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (3, 5), (2, 0, 3), (2, 1, 3, 7)])
def test_arrays_come_back_as_they_were(name: str, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(3)
    values = (rng.random(shape) * 200).astype(DTYPES[name])
    axes = tuple("abcd"[: len(shape)])
    frame = decode(encode(HEADER, {"x": Named(axes, values), "y": Named((), np.float32(np.nan).reshape(()))}))
    assert frame.header == HEADER
    assert frame.arrays["x"].axes == axes
    assert frame.arrays["x"].values.dtype == DTYPES[name]
    np.testing.assert_array_equal(frame.arrays["x"].values, values)
    assert np.isnan(frame.arrays["y"].values)


@pytest.mark.parametrize("length", [*range(40), 1000, 99_990])
def test_buffers_lie_on_the_grid_whatever_the_header_s_length(length: int) -> None:
    arrays = {"a": Named(("k",), np.arange(3, dtype=np.uint8)), "b": Named(("k",), np.arange(5.0))}
    data = encode({**HEADER, "text": "x" * length}, arrays)
    frame = decode(data)
    np.testing.assert_array_equal(frame.arrays["b"].values, np.arange(5.0))
    size = int.from_bytes(data[:4], "little")
    entries = json.loads(data[8 : 8 + size])["arrays"]
    assert all(entry["offset"] % 8 == 0 for entry in entries.values())
    assert entries["b"]["offset"] + entries["b"]["bytes"] == len(data)


@pytest.mark.parametrize("text", ["", "naïve 漢字 🙂", "a\x00b\u200d\u202e", "\ud800 lone"])
def test_any_text_comes_back(text: str) -> None:
    assert decode(encode({**HEADER, "text": text})).header["text"] == text


def test_arrays_are_views_that_cannot_be_written() -> None:
    data = encode(HEADER, {"x": Named(("k",), np.arange(4.0))})
    values = decode(data).arrays["x"].values
    assert np.shares_memory(values, np.frombuffer(data, np.uint8))
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 1


def test_transposed_and_foreign_arrays_travel_in_row_order() -> None:
    values = np.arange(6, dtype=">f4").reshape(2, 3).T
    np.testing.assert_array_equal(decode(encode(HEADER, {"x": Named(("a", "b"), values)})).arrays["x"].values, values)


@pytest.mark.parametrize("header", [{**HEADER, "x": float("nan")}, {**HEADER, "x": float("inf")}])
def test_numbers_that_json_lacks_are_refused(header: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode(header)


def test_a_dtype_that_the_protocol_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="complex128"):
        encode(HEADER, {"x": Named(("k",), np.zeros(2, complex))})


def broken_frames() -> dict[str, bytes]:
    good = bytes(encode(HEADER, {"x": Named(("k",), np.arange(4.0))}))

    def with_entry(**changes: object) -> bytes:
        entry = {"dtype": "f64", "shape": [4], "axes": ["k"], "offset": 256, "bytes": 32, **changes}
        text = json.dumps({**HEADER, "arrays": {"x": entry}}).encode().ljust(248)
        return len(text).to_bytes(4, "little") + (288).to_bytes(4, "little") + text + bytes(32)

    assert decode(with_entry()).arrays["x"].values.shape == (4,)
    return {
        "nothing": b"",
        "cut": good[:-1],
        "too long": good + b"\0",
        "header beyond the end": (10_000).to_bytes(4, "little") + good[4:],
        "no JSON": good[:8] + b"?" + good[9:],
        "no UTF-8": good[:9] + b"\xff" + good[10:],
        "version 2": bytes(encode({**HEADER, "v": 2})),
        "no id": bytes(encode({"v": 1, "kind": "x"})),
        "no object": (2).to_bytes(4, "little") + (10).to_bytes(4, "little") + b"[]",
        "unknown dtype": with_entry(dtype="f16"),
        "off the grid": with_entry(offset=252, bytes=32),
        "outside": with_entry(offset=264),
        "inside the header": with_entry(offset=8),
        "shape does not fit": with_entry(shape=[5]),
        "negative shape": with_entry(shape=[-4], bytes=-32),
        "axes do not fit": with_entry(axes=["k", "l"]),
        "no entry": with_entry(shape="x"),
    }


@pytest.mark.parametrize("name", broken_frames())
def test_malformed_frames_are_refused(name: str) -> None:
    with pytest.raises(Error) as caught:
        decode(broken_frames()[name])
    assert caught.value.code == "bad_frame"
