"""A story in a real kernel, seen from the side of a front end: outputs, and the messages of a live view."""

from __future__ import annotations

import base64
import time
import uuid
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import CAT, ROOT, TINY
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from bertstory.comm import Receiver, Sender
from bertstory.contents import Contents
from bertstory.files import read
from bertstory.frames import Frame, decode, encode

MIME = "application/vnd.bertstory.v1+json"
PATIENCE = 40.0
Message = dict[str, Any]


class FrontEnd:
    """Runs cells and keeps everything that the kernel says."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client
        self.messages: list[Message] = []

    def run(self, code: str, cell: str | None = None) -> str:
        """Runs a cell; what it printed."""
        begin, session = len(self.messages), self.client.session
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.client.shell_channel.send(message)
        request = message["header"]["msg_id"]
        self.until(lambda m: m["msg_type"] == "status" and m["content"]["execution_state"] == "idle", request)
        errors = [m["content"] for m in self.messages[begin:] if m["msg_type"] == "error"]
        assert not errors, "\n".join(errors[0]["traceback"])
        printed = [m["content"] for m in self.messages[begin:] if m["msg_type"] == "stream"]
        return "".join(content["text"] for content in printed if content["name"] == "stdout")

    def until(self, wanted: Callable[[Message], bool], request: str | None = None) -> Message:
        """The first new message like that."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message: Message = self.client.get_iopub_msg(timeout=deadline - time.monotonic())
            self.messages.append(message)
            if wanted(message) and request in (None, message["parent_header"].get("msg_id")):
                return message
        raise TimeoutError

    def of(self, *kinds: str) -> list[Message]:
        return [message for message in self.messages if message["msg_type"] in kinds]


class View:
    """The other end of a widget's comm, as a page has it."""

    def __init__(self, front: FrontEnd, comm: str) -> None:
        self._front = front
        self._comm = comm
        self._sender = Sender(uuid.uuid4().hex)
        self._receivers: dict[str, Receiver] = {}
        self._seen = 0
        self._frames: list[Frame] = []

    def say(self, header: Message, buffers: list[bytes] | None = None) -> None:
        """A message of the comm."""
        session = self._front.client.session
        message = session.msg("comm_msg", {"comm_id": self._comm, "data": header})
        self._front.client.shell_channel.send(message | {"buffers": buffers or []})

    def intend(self, **header: Any) -> None:
        for content, buffer in self._sender.send(encode({"v": 1, "id": 1, **header})):
            self.say({"method": "custom", "content": content}, [bytes(buffer or b"")])

    def hears(self, kind: str, wanted: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The first new frame like that."""
        while True:
            while self._frames:
                frame = self._frames.pop(0)
                if frame.kind == kind and wanted(frame):
                    return frame
            self._take()

    def _take(self) -> None:
        while self._seen == len(self._front.messages):
            self._front.until(lambda message: message["msg_type"] == "comm_msg")
        message = self._front.messages[self._seen]
        self._seen += 1
        content = message["content"]
        if message["msg_type"] != "comm_msg" or content["comm_id"] != self._comm:
            return
        piece = content["data"].get("content")
        if piece is not None and piece.get("from") not in (None, self._sender.name):
            receiver = self._receivers.setdefault(piece["from"], Receiver())
            buffer = message["buffers"][0] if message["buffers"] else None
            self._frames += [decode(frame) for frame in receiver.accept(piece, buffer).frames]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    folder = tmp_path_factory.mktemp("kernel")
    manager = KernelManager()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patch.setenv(name, str(folder / name.lower()))
        patch.setenv("PYTHONPATH", str(ROOT))
        manager.start_kernel(cwd=str(folder))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    front = FrontEnd(client)
    front.run(f"import bertstory as bs, time\nmodel = bs.load({str(TINY)!r})")
    yield front
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def shown(front: FrontEnd) -> tuple[Message, View]:
    """A story stopped at 8 directions, in an output that is complete; its last bundle, and a view of it."""
    front.messages.clear()
    front.run(f"story = model.tell({CAT!r}, samples=8)\nstory")
    first = front.of("display_data")[0]["content"]
    bundle = first["data"]
    while "image/png" not in bundle:
        update = front.until(lambda message: message["msg_type"] == "update_display_data")["content"]
        assert update["transient"] == first["transient"]
        bundle = update["data"]
    view = View(front, bundle[MIME]["widget"])
    return bundle, view


def story_in(bundle: Message, folder: Path) -> Contents:
    """The story that a saved notebook would carry."""
    (folder / "saved.safetensors").write_bytes(zlib.decompress(base64.b64decode(bundle[MIME]["story"])))
    return read(folder / "saved.safetensors")


def test_the_first_output_comes_at_once_and_the_last_is_complete(
    front: FrontEnd, shown: tuple[Message, View], tmp_path: Path
) -> None:
    bundle, _ = shown
    assert len(front.of("display_data")) == 1 and not front.of("execute_result")
    assert set(bundle) == {MIME, "image/png", "text/plain"}
    assert bundle[MIME]["version"] == 1 and bundle[MIME]["view"]["measure"] == "pearson"
    assert bundle["text/plain"].startswith("<Story tiny-bert: 9 pieces")
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    saved = story_in(bundle, tmp_path)
    assert saved.samples == 8 and saved.attention is not None
    assert float(front.run("print(float(story.attention[1, 2, 3, 4]))")) == pytest.approx(
        float(saved.attention[1, 2, 3, 4]), rel=1e-6
    )
    # The id is that of a widget which is there, of our own classes, with the view's state alone.
    opened = [m["content"] for m in front.of("comm_open") if m["content"]["comm_id"] == bundle[MIME]["widget"]]
    state = opened[0]["data"]["state"]
    assert (state["_model_name"], state["_view_name"], state["_model_module"]) == (
        "StoryModel",
        "StoryView",
        "bertstory",
    )
    assert state["view"] == bundle[MIME]["view"]


def test_a_view_gets_everything_when_it_is_ready(shown: tuple[Message, View]) -> None:
    _, view = shown
    view.intend(kind="ready")
    status = view.hears("status").header
    partial = view.hears("partial")
    assert partial.header["heads"] == [[layer, head] for layer in range(3) for head in range(4)]
    assert partial.header["document"]["method"]["samples"] == 8
    maps = ("attention", "norms", "error")
    assert {name: array.values.shape for name, array in partial.arrays.items()} == dict.fromkeys(maps, (12, 9, 9))
    assert (status["state"], status["running"], status["reason"], status["done"]) == ("sampled", False, "samples", 8)
    assert status["total"] == 32 and 0 < status["error"] < 1 and status["failure"] is None


def test_a_view_gets_heads_and_measures_that_it_asks_for(shown: tuple[Message, View], front: FrontEnd) -> None:
    _, view = shown
    view.intend(kind="fetch", heads=[[2, 1], [0, 3]])
    fetched = view.hears("result")
    assert fetched.header["heads"] == [[2, 1], [0, 3]] and fetched.arrays["norms"].values.shape == (2, 9, 9)
    wanted = {"measure": "spearman", "special": "drop", "own": "keep", "units": "words"}
    view.intend(kind="measure", requests=[wanted])
    measured = view.hears("result")
    assert measured.header["results"] == [wanted] and "heads" not in measured.header
    assert measured.arrays["0.heads"].values.shape == (3, 4, 3)
    said = front.run("print(story.curve('spearman', special='drop', units='words')['error'].values.tolist())")
    np.testing.assert_allclose(measured.arrays["0.curve"].values[:, 2], eval(said), rtol=1e-6)
    # From now on it comes along with every estimate.
    view.intend(kind="ready")
    assert wanted in view.hears("partial").header["results"]


def test_a_view_makes_it_exact_while_the_kernel_is_busy(front: FrontEnd, shown: tuple[Message, View]) -> None:
    bundle, view = shown
    view.intend(kind="ready")
    view.hears("status")
    front.run("story.exact(); time.sleep(1.5)")
    exact = view.hears("partial", lambda frame: frame.header["document"]["method"]["mode"] == "exact")
    assert (exact.arrays["error"].values == 0).all()
    status = view.hears("status", lambda frame: not frame.header["running"])
    assert (status.header["state"], status.header["reason"]) == ("exact", "exact")
    updates = front.of("update_display_data")
    while not updates or "exact" not in updates[-1]["content"]["data"]["text/plain"]:
        updates = [front.until(lambda message: message["msg_type"] == "update_display_data")]
    assert updates[-1]["content"]["data"][MIME]["widget"] == bundle[MIME]["widget"]


def test_a_view_may_refine_and_is_told_what_is_wrong(shown: tuple[Message, View]) -> None:
    _, view = shown
    view.intend(kind="ready")
    view.intend(kind="refine", stop={"rule": "samples", "samples": 16})
    partial = view.hears("partial", lambda frame: frame.header["document"]["method"]["samples"] == 16)
    assert partial.header["document"]["method"]["mode"] == "sampled"
    for nonsense in (
        {"kind": "sing"},
        {"kind": "refine", "stop": {"rule": "never"}},
        {"kind": "fetch", "heads": [[9, 9]]},
    ):
        view.intend(**nonsense)
        error = view.hears("error").header
        assert error["message"] and error["hint"]
    view.intend(kind="cancel")
    view.intend(kind="ready")
    assert view.hears("status").header["running"] is False


def test_the_view_s_state_is_python_s(front: FrontEnd, shown: tuple[Message, View]) -> None:
    bundle, view = shown
    front.run("seen = []\nstory.on_select(seen.append)")
    state = {**bundle[MIME]["view"], "heads": [[2, 3]], "queries": [4]}
    view.say({"method": "update", "state": {"view": state}, "buffer_paths": []})
    assert eval(front.run("print((story.selection, seen))")) == (
        {"layer": 2, "head": 3, "query": 4},
        [{"layer": 2, "head": 3, "query": 4}],
    )
    view.say({"method": "update", "state": {"view": {**state, "heads": [[99, 0]]}}, "buffer_paths": []})
    assert eval(front.run("print(story.selection)"))["layer"] == 2
    front.messages.clear()
    front.run("story.selection = {'layer': 1, 'head': 0}")
    updates = [m["content"]["data"] for m in front.of("comm_msg") if m["content"]["data"]["method"] == "update"]
    assert updates[-1]["state"]["view"]["heads"] == [[1, 0]]


def test_a_text_in_a_cell(front: FrontEnd) -> None:
    front.messages.clear()
    front.run("%load_ext bertstory")
    front.run(f"%%tell --model {TINY}\nThe cat\n---\nsat on the mat")
    assert MIME in front.of("display_data")[0]["content"]["data"]
    assert front.run("print(_.wait().document['pair'])").strip() == "sat on the mat"


def test_widgets_alone_get_a_widget(front: FrontEnd) -> None:
    front.messages.clear()
    front.run("import os; os.environ['VSCODE_PID'] = '1'")
    front.run("story = model.tell('the cat'); story")
    data = front.of("display_data")[0]["content"]["data"]
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == data[MIME]["widget"]
    front.run("del os.environ['VSCODE_PID']")


def test_a_cell_that_is_run_again_drives_out_its_old_jobs(front: FrontEnd) -> None:
    cell = "older, old = old, [minilm.tell(LONG, exact=True) for _ in range(2)]"
    front.run("minilm = bs.load('minilm'); LONG = 'It is a long way to the end. ' * 8; old = older = []")
    front.run(cell, cell="a")
    assert front.run("print([story.running for story in old])", cell="b") == "[True, True]\n"
    front.run(cell, cell="a")
    said = front.run("print([[story.running for story in both] for both in (older, old)])", cell="b")
    for _ in range(50):
        if said == "[[False, False], [True, True]]\n":
            break
        said = front.run("time.sleep(.1); print([[story.running for story in both] for both in (older, old)])")
    assert said == "[[False, False], [True, True]]\n"
    front.run("[story.cancel() for story in old]")
