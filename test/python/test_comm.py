"""Frames cross a comm whole, in order, also when messages are lost."""

from __future__ import annotations

import itertools

import pytest

from bertstory.comm import Message, Receiver, Sender
from bertstory.errors import Error


def deliver(receiver: Receiver, messages: list[Message]) -> tuple[list[bytes], list[int]]:
    arrivals = [receiver.accept(content, buffer) for content, buffer in messages]
    return [frame for one in arrivals for frame in one.frames], [number for one in arrivals for number in one.again]


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 35])
def test_frames_of_any_size_come_back(size: int) -> None:
    frame = bytes(range(size))
    messages = Sender("a", max_message=10).send(frame)
    assert len(messages) == max(1, -(-size // 10))
    assert all(len(buffer or b"") <= 10 for _, buffer in messages)
    assert deliver(Receiver(), messages) == ([frame], [])


def test_pieces_may_come_in_any_order() -> None:
    messages = Sender("a", max_message=4).send(b"0123456789")
    for order in itertools.permutations(messages):
        assert deliver(Receiver(), list(order)) == ([b"0123456789"], [])


def test_a_lost_frame_is_asked_for_and_handed_on_in_order() -> None:
    sender, receiver = Sender("a"), Receiver()
    first, lost, third = (sender.send(bytes([k])) for k in range(3))
    assert deliver(receiver, first) == ([b"\0"], [])
    assert deliver(receiver, third) == ([], [1])
    assert lost
    assert deliver(receiver, sender.again(1)) == ([b"\1", b"\2"], [])
    # A second copy of what has come changes nothing.
    assert deliver(receiver, sender.again(1)) == ([], [])


def test_the_loss_of_the_last_frame_is_noticed() -> None:
    sender, receiver = Sender("a"), Receiver()
    deliver(receiver, sender.send(b"x"))
    sender.send(b"y")
    last = sender.last()
    assert last is not None
    assert deliver(receiver, [last]) == ([], [1])
    assert deliver(receiver, sender.again(1)) == ([b"y"], [])


def test_what_is_no_longer_kept_is_gone() -> None:
    sender, receiver = Sender("a", max_kept=10), Receiver()
    deliver(receiver, sender.send(b"first"))
    sender.send(b"lost 1")
    sender.send(b"lost 2")
    frames, again = deliver(receiver, sender.send(b"0123456789"))
    assert (frames, again) == ([], [1, 2])
    assert sender.again(1) == [({"from": "a", "gone": 2}, None)]
    assert deliver(receiver, sender.again(1)) == ([b"0123456789"], [])


def test_a_receiver_begins_with_the_first_frame_it_sees() -> None:
    sender = Sender("a")
    sender.send(b"before")
    assert deliver(Receiver(), sender.send(b"now")) == ([b"now"], [])


def test_before_the_first_frame_there_is_no_last_one() -> None:
    assert Sender("a").last() is None


@pytest.mark.parametrize(
    "content", [{"frame": -1, "index": 0, "count": 1}, {"frame": 0, "index": 1, "count": 1}, {"frame": 0, "index": 0}]
)
def test_content_that_is_no_piece_is_refused(content: dict[str, int]) -> None:
    with pytest.raises(Error, match="malformed"):
        Receiver().accept(content, b"x")
