"""The ipywidget of a story: keeps the view's state in sync, and carries the messages of its views."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import traitlets
from ipywidgets import DOMWidget

from .comm import Bytes
from .errors import Error
from .live import Live
from .telling import Telling
from .version import __version__
from .worker import shared_worker

if TYPE_CHECKING:
    from .story import Story

log = logging.getLogger(__name__)
MODULE = "bertstory"


class StoryWidget(DOMWidget):  # type: ignore[misc]
    """The linked view of a story, live; may stand in any layout of ipywidgets."""

    _model_name = traitlets.Unicode("StoryModel").tag(sync=True)
    _model_module = traitlets.Unicode(MODULE).tag(sync=True)
    _model_module_version = traitlets.Unicode(__version__).tag(sync=True)
    _view_name = traitlets.Unicode("StoryView").tag(sync=True)
    _view_module = traitlets.Unicode(MODULE).tag(sync=True)
    _view_module_version = traitlets.Unicode(__version__).tag(sync=True)
    #: The state of the view (src/views/spec/state.ts); the only thing that is kept in sync.
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, story: Story, telling: Telling) -> None:
        self._story = story
        super().__init__(view=story.view)
        self._live = Live(
            telling,
            lambda: story.view["heads"],
            self._send_piece,
            shared_worker(),
            lambda: self.send_state("view"),
        )
        self.on_msg(self._on_message)
        self.observe(self._on_view, "view")

    def __repr__(self) -> str:
        return f"<StoryWidget of {self._story!r}>"

    def _on_message(self, _: Any, content: dict[str, Any], buffers: list[Bytes]) -> None:
        self._live.receive(content, buffers)

    def _on_view(self, change: Any) -> None:
        try:
            self._story.view = change["new"]
        except Error as error:
            log.warning("a view's state was not taken over: %s", error)
            self.view = self._story.view

    def _send_piece(self, content: dict[str, Any], buffer: Bytes | None) -> None:
        self.send(content, None if buffer is None else [buffer])
