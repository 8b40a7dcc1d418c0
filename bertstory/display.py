"""How a story shows itself in a notebook: the output that is live with its kernel and complete without it."""

from __future__ import annotations

import base64
import logging
import os
import sys
import threading
import uuid
import zlib
from typing import TYPE_CHECKING, Any

from .contents import Contents
from .errors import Error
from .files import to_bytes
from .limits import MAX_SAVED_BYTES
from .telling import Telling
from .worker import shared_worker

if TYPE_CHECKING:
    from .story import Story

MIME = "application/vnd.bertstory.v1+json"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
PICTURE_WIDTH = 900
#: Seconds that `wait` gives the outputs to follow.
PATIENCE = 10.0
log = logging.getLogger(__name__)


def sentence(telling: Telling) -> str:
    """One line about a story, such as `<Story all-MiniLM-L6-v2: 14 pieces, exact>`."""
    contents = telling.contents
    if not contents.document:
        return f"<Story {telling.state}>"
    shown = f"{contents.document['model']['id']}: {len(contents.document['pieces'])} pieces"
    return f"<Story {shown}, {_stage(telling, contents)}{_progress(telling.status())}>"


def _stage(telling: Telling, contents: Contents) -> str:
    if contents.stage == "sampled":
        known = "" if telling.rms_error is None else f", cells ±{100 * telling.rms_error:.2g} %"
        return f"attribution estimated from {contents.samples} of {contents.directions} directions{known}"
    return {"attention": "attention alone", "exact": "attribution exact"}.get(contents.stage, contents.stage)


def _progress(status: dict[str, Any]) -> str:
    if status["running"]:
        return ", running"
    if status["reason"] == "paused":
        left = status["seconds_left"]
        return f", paused before {duration(left)} of work" if left else ", paused"
    return ", failed" if status["failure"] else ""


def duration(seconds: float) -> str:
    """Such as `8 s`, `3 min`."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


def bundle(story: Story, telling: Telling) -> dict[str, Any]:
    """The MIME bundle of an output: our own form, a picture once the job has ended, and one line of text."""
    widget = str(story.widget.model_id)
    saved, omitted = saved_form(telling)
    ours = {"version": 1, "widget": widget, "story": saved, "view": story.view, "omitted": omitted}
    data: dict[str, Any] = {MIME: ours, "text/plain": sentence(telling)}
    picture = None if telling.running else _picture(story, telling)
    if picture is not None:
        data["image/png"] = picture
    if only_widgets():
        data[WIDGET_MIME] = {"version_major": 2, "version_minor": 0, "model_id": widget}
    return data


def saved_form(telling: Telling) -> tuple[str | None, list[str]]:
    """The story within the budget of a notebook, deflated, in base64; and the names of what was left out."""
    contents = telling.contents
    if contents.attention is None:
        return None, []
    try:
        answer = telling.ask({"kind": "save", "budget": MAX_SAVED_BYTES})
        data, omitted = answer.arrays["file"].values.tobytes(), list(answer.header["omitted"])
    except Error as error:
        log.debug("the service does not reduce the story: %s", error)
        plain = to_bytes(contents, groups=False)
        if len(plain) > MAX_SAVED_BYTES:
            return None, ["everything"]
        data, omitted = zlib.compress(plain), ["groups"]
    return base64.b64encode(data).decode("ascii"), omitted


def only_widgets() -> bool:
    """Whether the front end is known to show widgets, but no MIME type of ours."""
    return "VSCODE_PID" in os.environ or "google.colab" in sys.modules


class Displays:
    """The outputs that show a story; they are replaced when a job has ended, so that what is saved is complete."""

    def __init__(self, story: Story, telling: Telling) -> None:
        self._story = story
        self._telling = telling
        self._ids: list[str] = []
        # Set while the outputs show what is there.
        self._settled = threading.Event()
        self._settled.set()

    def show(self) -> None:
        """Shows the story in an output of its own."""
        from IPython.display import display

        if not self._ids:
            self._telling.watch(self._on_change)
        name = uuid.uuid4().hex
        self._ids.append(name)
        if self._telling.running:
            self._settled.clear()
        display(bundle(self._story, self._telling), raw=True, display_id=name)  # type: ignore[no-untyped-call]
        # The job may have ended meanwhile.
        self._on_change()

    def settle(self) -> None:
        """Waits until the outputs show what is there, but never long."""
        self._settled.wait(PATIENCE)

    def _on_change(self) -> None:
        if self._telling.running:
            self._settled.clear()
        elif not self._settled.is_set():
            shared_worker().submit(self._replace)

    def _replace(self) -> None:
        from IPython.display import update_display

        if self._settled.is_set() or self._telling.running:
            return
        try:
            data = bundle(self._story, self._telling)
            for name in self._ids:
                update_display(data, raw=True, display_id=name)  # type: ignore[no-untyped-call]
        finally:
            self._settled.set()


def _picture(story: Story, telling: Telling) -> str | None:
    if telling.contents.attention is None:
        return None
    try:
        return base64.b64encode(story.figure("page", width=PICTURE_WIDTH).bytes("png")).decode("ascii")
    except Error as error:
        log.debug("there is no picture of the story: %s", error)
        return None
