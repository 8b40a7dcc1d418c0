"""Rows made exact on demand and Jacobians: through the real service, kept by the story and in files.

Every test has a seed of its own, since the service gives what it has of the same text under the same options.
"""

from __future__ import annotations

import queue
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CAT, KEYS

import bertstory as bs
from bertstory.client import shared_service
from bertstory.comm import Receiver, Sender
from bertstory.frames import Frame, decode, encode
from bertstory.live import Live
from bertstory.telling import Telling
from bertstory.worker import Worker


class Page:
    """A live view that is shown at the other end of a comm."""

    def __init__(self, telling: Telling) -> None:
        self._inbox: queue.Queue[tuple[dict[str, Any], bytes | None]] = queue.Queue()
        self._sender, self._receiver = Sender("page"), Receiver()
        self._live = Live(telling, lambda: None, self._arrive, Worker(), lambda: None)

    def _arrive(self, content: dict[str, Any], buffer: Any) -> None:
        self._inbox.put((content, None if buffer is None else bytes(buffer)))

    def intend(self, **header: Any) -> None:
        for content, buffer in self._sender.send(encode({"v": 1, "id": 3, **header})):
            self._live.receive(content, [] if buffer is None else [buffer])

    def hears(self, count: int) -> list[Frame]:
        frames: list[Frame] = []
        while len(frames) < count:
            content, buffer = self._inbox.get(timeout=10)
            if "frame" in content:
                frames += [decode(frame) for frame in self._receiver.accept(content, buffer).frames]
        return frames


def _attribution(norms: np.ndarray) -> np.ndarray:
    return norms / norms.sum()


def test_a_row_becomes_exact(tiny: bs.Model, cat: bs.Story) -> None:
    story = tiny.tell(CAT, samples=8, seed=101).wait()
    before = story.norms.values.copy()
    row = story.row(2, 1, 3)
    due = cat.norms.values[2, 1, 3]
    assert row.dims == ("source",) and row.coords["source_piece"].values[1] == "the"
    assert (row.attrs["mode"], row.attrs["layer"], row.attrs["query"]) == ("exact", 2, 3)
    np.testing.assert_allclose(row.values, due, rtol=1e-4, atol=1e-5 * due.max())
    np.testing.assert_array_equal(story.norms.values[2, 1, 3], row.values)
    np.testing.assert_allclose(story.attribution.values[2, 1, 3], _attribution(row.values), rtol=1e-5)
    assert (story.error.values[2, 1, 3] == 0).all() and (story.error.values[2, 1, 2] > 0).all()
    others = np.ones(before.shape, bool)
    others[2, 1, 3] = False
    np.testing.assert_array_equal(story.norms.values[others], before[others])
    assert story.state == "sampled"


def test_a_later_estimate_keeps_it(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, samples=8, seed=102).wait()
    row = story.row(1, 0, 4).values
    story._telling.refine({"rule": "samples", "samples": 16})
    story.wait()
    assert story.document["method"]["samples"] == 16
    np.testing.assert_array_equal(story.norms.values[1, 0, 4], row)
    assert (story.error.values[1, 0, 4] == 0).all()
    story.exact().wait()
    np.testing.assert_array_equal(story.norms.values[1, 0, 4], row)
    assert (story.error.values == 0).all()


def test_an_estimate_that_was_under_way_keeps_it_too(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, samples=8, seed=103).wait()
    contents = story._telling.contents
    norms = story.row(0, 0, 0).values
    held = story._telling.contents
    frame = type("Frame", (), {"header": {}, "arrays": {}})()
    frame.header = {"document": contents.document, "stage": "sampled", "error": 0.1}
    frame.arrays = {
        name: type("Named", (), {"values": getattr(contents, name)})() for name in ("norms", "error", "groups")
    }
    merged = held.merged(frame)
    assert merged.norms is not None and merged.groups is not None and merged.error is not None
    np.testing.assert_array_equal(merged.norms[0, 0, 0], norms)
    np.testing.assert_allclose(merged.groups[:, 0, 0, 0], np.broadcast_to(norms**2, (8, 9)))
    assert (merged.error[0, 0, 0] == 0).all() and merged.rms_error is None


def test_a_row_of_an_exact_story_is_the_row(cat: bs.Story) -> None:
    np.testing.assert_array_equal(cat.row(2, 3, 1).values, cat.norms.values[2, 3, 1])


def test_a_row_comes_while_the_story_is_computed(minilm: bs.Model) -> None:
    story = minilm.tell(" ".join([KEYS] * 3), exact=True)
    row = story.row(5, 3, 2)
    assert story.running
    story._telling.ready("norms")
    np.testing.assert_array_equal(story.norms.values[5, 3, 2], row.values)
    story.cancel()
    np.testing.assert_array_equal(story.norms.values[5, 3, 2], row.values)


def test_measures_know_of_it(tiny: bs.Model, cat: bs.Story) -> None:
    story = tiny.tell(CAT, samples=8, seed=104).wait()
    for query in range(9):
        story.row(2, 2, query)
    seen = story.mismatch("jensen_shannon").values[2, 2]
    np.testing.assert_allclose(seen, cat.mismatch("jensen_shannon").values[2, 2], rtol=1e-3, atol=1e-6)


def test_it_is_in_files(tiny: bs.Model, tmp_path: Path) -> None:
    story = tiny.tell(CAT, samples=8, seed=105).wait()
    row = story.row(2, 1, 3).values
    story.save(tmp_path / "cat.safetensors")
    again = bs.open(tmp_path / "cat.safetensors")
    np.testing.assert_array_equal(again.norms.values[2, 1, 3], row)
    assert (again.error.values[2, 1, 3] == 0).all()
    np.testing.assert_array_equal(again.row(2, 1, 3).values, row)
    again._telling.refine({"rule": "samples", "samples": 16})
    again.wait()
    np.testing.assert_array_equal(again.norms.values[2, 1, 3], row)


def test_it_outlives_the_service(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, samples=8, seed=106).wait()
    row = story.row(1, 1, 1).values
    shared_service().close()
    np.testing.assert_array_equal(story.row(1, 1, 1).values, row)
    assert story.row(1, 1, 2).values.shape == (9,)


@pytest.mark.parametrize(("target", "components"), [("head", 8), ("projected", 32)])
def test_a_jacobian_has_the_norm_of_its_cell(tiny: bs.Model, target: str, components: int) -> None:
    story = tiny.tell(CAT, exact=True, target=target).wait()  # type: ignore[arg-type]
    jacobian = story.jacobian(2, 1, 3, 5)
    assert jacobian.dims == ("component", "width") and jacobian.shape == (components, 32)
    assert float(np.linalg.norm(jacobian)) == pytest.approx(float(story.norms[2, 1, 3, 5]), rel=1e-4)
    whole = story.jacobian(2, 1, 3, None)
    assert whole.dims == ("component", "source", "width")
    np.testing.assert_array_equal(whole.values[:, 5], jacobian.values)


def test_a_row_that_is_not_there_is_refused(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, samples=8, seed=107).wait()
    with pytest.raises(bs.Error, match="layer is 3; it should be from 0 to 2"):
        story.row(3, 0, 0)
    with pytest.raises(bs.Error, match="a whole number from 0 on"):
        story.jacobian(0, 0, -1, 0)
    with pytest.raises(bs.Error, match="source is 9; it should be from 0 to 8"):
        story.jacobian(0, 0, 0, 9)


def test_a_view_gets_the_row_it_wants(tiny: bs.Model, cat: bs.Story) -> None:
    story = tiny.tell(CAT, samples=8, seed=301).wait()
    page = Page(story._telling)
    page.intend(kind="ready")
    assert [frame.kind for frame in page.hears(2)] == ["status", "partial"]
    wanted = {"measure": "pearson", "special": "keep", "own": "keep", "units": "pieces"}
    page.intend(kind="measure", requests=[wanted])
    (before,) = page.hears(1)
    page.intend(kind="row", layer=2, head=1, query=3)
    row, status, measured = page.hears(3)
    assert (row.kind, row.header["row"]) == ("row", {"layer": 2, "head": 1, "query": 3})
    due = cat.norms.values[2, 1, 3]
    np.testing.assert_allclose(row.arrays["norms"].values, due, rtol=1e-4, atol=1e-5 * due.max())
    assert (row.arrays["error"].values == 0).all()
    assert status.kind == "status" and status.header["error"] > 0
    assert measured.header["results"] == [wanted]
    changed = measured.arrays["0.heads"].values != before.arrays["0.heads"].values
    assert changed[2, 1].any() and not changed[0].any()
    page.intend(kind="row", layer=9, head=1, query=3)
    (refused,) = page.hears(1)
    assert refused.kind == "error" and "there is no row" in refused.header["message"]
