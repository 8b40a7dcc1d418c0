"""The service process: one, started on first use, shared by threads, started again after a crash."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import TINY

import bertstory as bs
from bertstory.checkpoint import Checkpoint
from bertstory.client import Service
from bertstory.model import Model


def ends(pid: int, seconds: float) -> bool:
    """Whether a process that is no child of ours is gone within this time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_nothing_is_started_before_it_is_needed() -> None:
    assert Service().pid is None


def test_it_says_who_it_is(own_service: Service) -> None:
    welcome = own_service.welcome()
    assert welcome["service"]["version"] == bs.__version__
    assert welcome["engine"]["threads"] >= 1
    assert own_service.pid is not None


def test_all_threads_share_one_process(own_service: Service) -> None:
    texts = [f"word {k} 漢字 🙂" for k in range(12)]
    answers: dict[str, str] = {}
    model = Model(Checkpoint(TINY, "tiny"), own_service)

    def ask(text: str) -> None:
        answers[text] = own_service.ask(
            {"kind": "tokenize", "model": model.with_key(lambda key: key), "text": text, "pair": None}
        ).header["text"]

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {text: text for text in texts}
    assert own_service.life == 1


def test_after_a_crash_the_next_request_works(own_service: Service) -> None:
    model = Model(Checkpoint(TINY, "tiny"), own_service)
    first = own_service.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert ends(first, 5)
    assert [piece["text"] for piece in model.pieces("the cat")] == ["[CLS]", "the", "cat", "[SEP]"]
    assert own_service.pid not in (None, first)
    assert own_service.life == 2


def test_a_crash_is_reported_to_who_waits(own_service: Service) -> None:
    model = Model(Checkpoint(TINY, "tiny"), own_service)
    pid = own_service.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    caught: list[bs.Error] = []

    def ask() -> None:
        try:
            model.pieces("the cat")
        except bs.Error as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.2)
    os.kill(pid, signal.SIGKILL)
    thread.join(10)
    assert [error.code for error in caught] == ["service_died"]
    assert "signal 9" in caught[0].message
    assert caught[0].hint


def test_a_story_survives_a_crash(own_service: Service) -> None:
    model = Model(Checkpoint(TINY, "tiny"), own_service)
    story = model.tell("the cat sat", samples=8).wait()
    before = story.curve()
    pid = own_service.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert ends(pid, 5)
    # Measured anew by another process, from what Python kept.
    after = story.curve("pearson", own="drop")
    assert after["value"].notnull().all()
    assert story.exact().wait().state == "exact"
    assert abs(story.curve()["value"] - before["value"]).max() < 0.2


def test_closing_ends_the_process(own_service: Service) -> None:
    own_service.welcome()
    pid = own_service.pid
    assert pid is not None
    own_service.close()
    assert ends(pid, 5)
    own_service.close()
    own_service.welcome()


@pytest.mark.parametrize("how", ["exit", "kill"])
def test_the_process_ends_with_its_owner(how: str) -> None:
    code = f"""
import os, signal, sys, bertstory as bs
from bertstory.client import shared_service
bs.load({str(TINY)!r})
print(shared_service().pid, flush=True)
if {how == "kill"}: os.kill(os.getpid(), signal.SIGKILL)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ends(int(answer.stdout), 5)


def test_an_interrupt_stops_the_wait_and_not_the_service(own_service: Service) -> None:
    model = Model(Checkpoint(TINY, "tiny"), own_service)
    pid = own_service.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        model.pieces("the cat")
    os.kill(pid, signal.SIGCONT)
    assert len(model.pieces("the cat")) == 4
    assert own_service.pid == pid


NEW_ENOUGH = 'test "$1" = --version && echo v20.1.0'


def stand_in(folder: Path, script: str) -> str:
    """A program that behaves like a Node.js of some kind."""
    path = folder / "node"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize(
    ("node", "code"),
    [
        (lambda _: "/nowhere/node", "node_missing"),
        (lambda folder: stand_in(folder, "echo v18.19.0"), "node_missing"),
        (
            lambda folder: stand_in(folder, 'test "$1" = --version && echo v20.1.0 || { echo boom >&2; exit 3; }'),
            "died",
        ),
        (
            lambda folder: stand_in(folder, 'test "$1" = --version && echo v20.1.0 || echo hello, this is no frame'),
            "bad",
        ),
    ],
)
def test_what_does_not_start_is_said_in_a_sentence(
    node: Callable[[Path], str], code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_service: Service
) -> None:
    monkeypatch.setenv("BERTSTORY_NODE", node(tmp_path))
    with pytest.raises(bs.Error) as caught:
        own_service.welcome()
    assert code in caught.value.code
    assert caught.value.hint
    if code == "died":
        assert "exit code 3" in caught.value.message and "boom" in caught.value.message


def test_a_missing_bundle_says_what_to_do(monkeypatch: pytest.MonkeyPatch, own_service: Service) -> None:
    monkeypatch.setenv("BERTSTORY_SERVICE", "/nowhere/main.cjs")
    with pytest.raises(bs.Error) as caught:
        own_service.welcome()
    assert caught.value.code == "service_missing"
