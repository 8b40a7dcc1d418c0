"""What a live view gets of a story too large to be sent whole, and when messages are lost."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import document

from bertstory.client import Service
from bertstory.comm import Message, Receiver, Sender
from bertstory.contents import Contents
from bertstory.frames import Frame, decode, encode
from bertstory.live import Live
from bertstory.telling import Telling
from bertstory.worker import Worker

PIECES = 60
PATIENCE = 10.0


class Page:
    """A view at the other end of a comm that may lose messages."""

    def __init__(self, contents: Contents, selected: list[list[int]] | None, loses: Callable[[int], bool]) -> None:
        self._inbox: queue.Queue[tuple[dict[str, Any], bytes | None]] = queue.Queue()
        self._sent = 0
        self._loses = loses
        self._sender = Sender("page")
        self._receiver = Receiver()
        # No request ever reaches this service: nothing is measured here.
        telling = Telling(Service(lambda: ["false"]), lambda _: None, contents)
        self.synchronised = 0
        self._live = Live(telling, lambda: selected, self._arrive, Worker(), self._synchronise)

    def _synchronise(self) -> None:
        self.synchronised += 1

    def _arrive(self, content: dict[str, Any], buffer: Any) -> None:
        number, self._sent = self._sent, self._sent + 1
        if not self._loses(number):
            self._inbox.put((content, None if buffer is None else bytes(buffer)))

    def say(self, messages: list[Message]) -> None:
        for content, buffer in messages:
            self._live.receive(content, [] if buffer is None else [buffer])

    def intend(self, **header: Any) -> None:
        self.say(self._sender.send(encode({"v": 1, "id": 3, **header})))

    def hears(self, count: int) -> list[Frame]:
        frames: list[Frame] = []
        while len(frames) < count:
            content, buffer = self._inbox.get(timeout=PATIENCE)
            if content["from"] == "page":
                continue
            arrivals = self._receiver.accept(content, buffer)
            self.say([({"from": content["from"], "again": number}, None) for number in arrivals.again])
            frames += [decode(frame) for frame in arrivals.frames]
        return frames


@pytest.fixture(scope="module")
def large() -> Contents:
    """12 layers, 12 heads, 60 pieces: 6 MB of maps."""
    rng = np.random.default_rng(5)
    maps = rng.random((12, 12, PIECES, PIECES), np.float32)
    pieces = [{**piece, "text": f"w{k}"} for k, piece in enumerate(document()["pieces"] * (PIECES // 3))]  # type: ignore[operator]
    model = {**document()["model"], "layers": 12, "heads": 12}  # type: ignore[dict-item]
    return Contents({**document(), "pieces": pieces, "model": model}, maps, maps, maps, version=1)


def test_a_large_story_sends_the_selected_heads(large: Contents) -> None:
    page = Page(large, [[3, 4], [11, 0]], lambda _: False)
    page.intend(kind="ready")
    status, partial = page.hears(2)
    assert (partial.kind, status.kind) == ("partial", "status")
    assert partial.header["heads"] == [[3, 4], [11, 0]]
    assert large.attention is not None
    np.testing.assert_array_equal(partial.arrays["attention"].values[1], large.attention[11, 0])
    assert page.synchronised == 1


def test_without_a_selection_no_maps_but_those_fetched_before(large: Contents) -> None:
    page = Page(large, None, lambda _: False)
    page.intend(kind="ready")
    _, partial = page.hears(2)
    assert partial.header["heads"] == [] and partial.arrays["norms"].values.shape == (0, PIECES, PIECES)
    page.intend(kind="fetch", heads=[[5, 6]])
    assert page.hears(1)[0].header["heads"] == [[5, 6]]
    page.intend(kind="ready")
    assert page.hears(2)[1].header["heads"] == [[5, 6]]


@pytest.mark.parametrize(
    ("lost", "heard"),
    [([0], ["partial"]), ([1], ["status", "partial"]), ([0, 1], ["partial"]), ([2], ["status", "partial"])],
)
def test_the_maps_come_whatever_gets_lost(large: Contents, lost: list[int], heard: list[str]) -> None:
    page = Page(large, [[1, 1]], lambda number: number in lost)
    page.intend(kind="ready")
    # A page that has seen nothing yet begins where it comes in; from there on nothing is missing.
    assert [frame.kind for frame in page.hears(len(heard))] == heard
