"""A story as an HTML page: the file, its endings, and stories from files."""

from __future__ import annotations

import base64
import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from conftest import CAT

import bertstory as bs


def test_a_page_is_one_file_that_asks_for_nothing(cat: bs.Story, tmp_path: Path) -> None:
    cat.to_html(tmp_path / "cat.html")
    text = (tmp_path / "cat.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert f'<h1 dir="auto">{CAT}</h1>' in text
    assert "default-src 'none'" in text
    assert re.search(r"<(link|script|img|iframe)[^>]*(src|href)=.(?!data:)", text) is None


def test_a_page_holds_the_story_also_of_a_file(cat: bs.Story, tmp_path: Path) -> None:
    cat.to_html(tmp_path / "a.html")
    cat.save(tmp_path / "cat.safetensors")
    bs.open(tmp_path / "cat.safetensors").to_html(tmp_path / "b.htm")
    for name in ("a.html", "b.htm"):
        tensors = _story(tmp_path / name)
        np.testing.assert_array_equal(tensors["attention"], cat.attention.values)
        np.testing.assert_array_equal(tensors["norms"], cat.norms.values)


def _story(path: Path) -> dict[str, np.ndarray]:
    found = re.search(r'<script type="application/json" id="story">(.*?)</script>', path.read_text(encoding="utf-8"))
    assert found is not None
    file = zlib.decompress(base64.b64decode(json.loads(found.group(1))["story"]))
    return safetensors.numpy.load(file)


def test_a_page_opens_with_the_view_as_it_is_set(tiny: bs.Model, tmp_path: Path) -> None:
    story = tiny.tell(CAT, samples=2).wait()
    story.view = {"heads": [[2, 1]], "queries": [3], "measure": "cosine"}
    story.to_html(tmp_path / "cat.html")
    assert '"heads":[[2,1]],"queries":[3]' in (tmp_path / "cat.html").read_text(encoding="utf-8")


def test_other_endings_are_refused(cat: bs.Story, tmp_path: Path) -> None:
    with pytest.raises(bs.Error, match=r"as \.html, not as cat\.pdf"):
        cat.to_html(tmp_path / "cat.pdf")
