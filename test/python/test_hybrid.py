"""Seeded directions beside random ones: through the real service, in the document, gone on from, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import CAT, TINY

import bertstory as bs
from bertstory.cli import main


def test_the_story_says_how_many(tiny: bs.Model, cat: bs.Story, tmp_path: Path) -> None:
    story = tiny.tell(CAT, hybrid=4, samples=8).wait()
    method = story.document["method"]
    assert (method["mode"], method["samples"], method["exact_directions"]) == ("hybrid", 8, 4)
    assert (story.state, story.norms.attrs["exact_directions"]) == ("sampled", 4)
    groups = story._telling.contents.groups
    assert groups is not None
    np.testing.assert_allclose(np.sqrt(groups.mean(0)), story.norms.values, rtol=1e-5)
    assert float(story.curve("pearson")["error"][1]) > 0
    story.save(tmp_path / "cat.safetensors")
    again = bs.open(tmp_path / "cat.safetensors")
    np.testing.assert_allclose(again.curve("pearson")["error"], story.curve("pearson")["error"], rtol=1e-5)
    again.exact().wait()
    assert again.document["method"]["mode"] == "exact"
    np.testing.assert_allclose(again.norms.values, cat.norms.values, rtol=1e-3, atol=1e-5)


def test_a_later_estimate_goes_on_from_it(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, hybrid=4, samples=8, seed=3).wait()
    story._telling.refine({"rule": "samples", "samples": 16})
    story.wait()
    due = tiny.tell(CAT, hybrid=4, samples=16, seed=3).wait()
    assert story.document["method"]["samples"] == 16
    np.testing.assert_allclose(story.norms.values, due.norms.values, rtol=1e-3)


def test_the_command_line_has_it(tmp_path: Path) -> None:
    out = tmp_path / "cat.json"
    assert main(["tell", CAT, "--model", str(TINY), "--hybrid", "4", "--samples", "8", "--out", str(out)]) == 0
    assert json.loads(out.read_text())["method"]["exact_directions"] == 4


def test_what_cannot_be_is_refused(tiny: bs.Model) -> None:
    with pytest.raises(bs.Error, match="hybrid is 25; it should be from 1 to 24"):
        tiny.tell(CAT, hybrid=25)
    with pytest.raises(bs.Error, match="only norm frobenius has seeded directions"):
        tiny.tell(CAT, hybrid=4, norm="sum")
