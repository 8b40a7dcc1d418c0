"""The kernel's end of a live view: hears its intents, sends it status and maps (docs/protocol.md, View ⇄ kernel)."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .comm import Bytes, Message, Receiver, Sender
from .contents import Contents
from .errors import Error
from .frames import VERSION, Frame, Named, decode, encode
from .limits import MAX_WHOLE_BYTES
from .measures import Request, request, results
from .page import page
from .rows import Row, WantedRow
from .telling import Telling
from .worker import Worker

log = logging.getLogger(__name__)
MAPS = ("attention", "norms", "error")
Heads = list[list[int]]
#: Seconds after a frame at which the number of the last one is sent, so that its loss is noticed.
REMINDERS = (1.0, 5.0)
#: Seconds after the last exact row at which measures are made anew.
MEASURE_AFTER = 0.3
#: Measures made for views at every estimate: those they asked for last. Patterns cost little together.
MAX_REQUESTS = 8
MAX_PATTERNS = 48


class Live:
    """Serves all views of one widget.

    Parameters
    ----------
    telling : Telling
    selected : callable
        Gives the heads that the view shows, `[[layer, head]]` or None.
    send : callable
        Sends content and buffer of one message over the comm.
    worker : Worker
        On whose thread everything happens; handlers of the comm only enqueue.
    synchronise : callable
        Sends the synced traits anew. What changed while a reloaded page put its widgets together got lost.
    """

    def __init__(
        self,
        telling: Telling,
        selected: Callable[[], Heads | None],
        send: Callable[[dict[str, Any], Bytes | None], None],
        worker: Worker,
        synchronise: Callable[[], None],
    ) -> None:
        self._telling = telling
        self._selected = selected
        self._send_message = send
        self._worker = worker
        self._synchronise = synchronise
        self._sender = Sender(uuid.uuid4().hex[:12])
        self._receivers: dict[str, Receiver] = {}
        self._requests: dict[tuple[str, ...], Request] = {}
        self._fetched: Heads = []
        self._awake = False
        self._dirty = False
        self._frames = 0
        self._sent_version = -1
        self._sent_status: dict[str, Any] | None = None
        self._rows = WantedRow(telling)
        self._sent_rows: set[Row] = set()
        telling.watch(self._on_change)

    def receive(self, content: Mapping[str, Any], buffers: Sequence[Bytes]) -> None:
        """A message of the comm, on whatever thread; returns at once."""
        buffer = bytes(buffers[0]) if buffers else None
        copy = dict(content)
        self._worker.submit(lambda: self._hear(copy, buffer))

    def _on_change(self) -> None:
        if self._awake and not self._dirty:
            self._dirty = True
            self._worker.submit(self._refresh)

    def _hear(self, content: Mapping[str, Any], buffer: bytes | None) -> None:
        name = content.get("from")
        if not isinstance(name, str):
            return
        if name == self._sender.name:
            if isinstance(content.get("again"), int):
                self._dispatch(self._sender.again(content["again"]))
            return
        receiver = self._receivers.setdefault(name, Receiver())
        try:
            arrivals = receiver.accept(content, buffer)
            frames = [decode(frame) for frame in arrivals.frames]
        except Error as error:
            log.warning("%s", error)
            return
        self._dispatch([({"from": name, "again": number}, None) for number in arrivals.again])
        for frame in frames:
            self._answer(frame)

    def _answer(self, frame: Frame) -> None:
        try:
            match frame.kind:
                case "ready":
                    self._synchronise()
                    self._awake = True
                    # First the status: should a page's first message get lost, it is the one that comes again anyway.
                    self._sent_version, self._sent_status = -1, self._telling.status()
                    self._send({"id": 0, "kind": "status", **self._sent_status})
                    self._refresh()
                case "fetch":
                    self._fetched = self._checked_heads(frame.header.get("heads"))
                    header, arrays = self._maps(self._telling.contents, self._fetched)
                    self._send({"id": frame.id, "kind": "result", **header, "results": []}, arrays)
                case "measure":
                    wanted = [_request(one) for one in frame.header.get("requests", [])]
                    self._keep(wanted)
                    header, arrays = self._results(self._telling.contents, wanted)
                    self._send({"id": frame.id, "kind": "result", **header}, arrays)
                case "page":
                    file = page(self._telling, frame.header.get("state") or {})
                    self._send({"id": frame.id, "kind": "result"}, {"file": file})
                case "row":
                    self._rows.want(self._checked_row(frame.header), lambda error: self._row_failed(frame, error))
                case "refine":
                    self._telling.refine(frame.header["stop"])
                case "cancel":
                    self._telling.cancel(wait=False)
                case unknown:
                    raise Error("unknown_kind", f"the kernel knows no intent {unknown!r}", "reload the page")
        except Error as error:
            self._fail(frame, error)
        except (KeyError, TypeError, ValueError) as error:
            self._fail(frame, Error("bad_request", f"{frame.kind} is malformed: {error!r}", "reload the page"))

    def _refresh(self) -> None:
        """Sends what changed since the last time."""
        self._dirty = False
        status = self._telling.status()
        contents = self._telling.contents
        if contents.version != self._sent_version and contents.attention is not None:
            self._sent_version = contents.version
            whole = contents.attention.nbytes * len(MAPS) < MAX_WHOLE_BYTES
            heads = _all_heads(contents) if whole else (self._selected() or self._fetched)
            header, arrays = self._maps(contents, heads)
            found, measured = self._measured(contents)
            self._send({"id": 0, "kind": "partial", **header, **found}, {**arrays, **measured})
            self._sent_rows = set(contents.rows)
        elif contents.norms is not None:
            self._send_rows(contents, [place for place in contents.rows if place not in self._sent_rows])
        if status != self._sent_status:
            self._sent_status = status
            self._send({"id": 0, "kind": "status", **status})

    def _maps(self, contents: Contents, heads: Heads) -> tuple[dict[str, Any], dict[str, Named]]:
        if contents.attention is None:
            raise Error("needs_attribution", "nothing was computed yet", "wait for the attention")
        layer, head = np.asarray(heads, np.intp).reshape(-1, 2).T
        arrays = {}
        for name in MAPS:
            values = getattr(contents, name)
            if values is not None:
                arrays[name] = Named(("given", "query", "source"), values[layer, head])
        return {"document": contents.document, "heads": heads}, arrays

    def _measured(self, contents: Contents) -> tuple[dict[str, Any], dict[str, Named]]:
        try:
            return self._results(contents, list(self._requests.values()))
        except Error as error:
            log.warning("measures of a view are missing: %s", error)
            return {"results": []}, {}

    def _results(self, contents: Contents, wanted: list[Request]) -> tuple[dict[str, Any], dict[str, Named]]:
        if contents.norms is None:
            return {"results": []}, {}
        arrays = {}
        for k, (heads, curve) in enumerate(results(self._telling, contents, wanted).values()):
            arrays[f"{k}.heads"] = Named(("layer", "head", "value"), heads)
            arrays[f"{k}.curve"] = Named(("layer", "value"), curve)
        return {"results": wanted}, arrays

    def _send_rows(self, contents: Contents, places: list[Row]) -> None:
        """Rows that were made exact; what is measured from them follows when no more come."""
        for layer, head, query in places:
            self._sent_rows.add((layer, head, query))
            arrays = {
                name: Named(("source",), values[layer, head, query])
                for name, values in (("norms", contents.norms), ("error", contents.error))
                if values is not None
            }
            row = {"layer": layer, "head": head, "query": query}
            self._send({"id": 0, "kind": "row", "row": row}, arrays)
        if places:
            seen = len(self._sent_rows)
            self._worker.submit(lambda: self._measure_again(seen), MEASURE_AFTER)

    def _measure_again(self, seen: int) -> None:
        contents = self._telling.contents
        if seen == len(self._sent_rows) and contents.version == self._sent_version and self._requests:
            found, measured = self._measured(contents)
            self._send({"id": 0, "kind": "result", **found}, measured)

    def _row_failed(self, frame: Frame, error: Error) -> None:
        self._worker.submit(lambda: self._fail(frame, error))

    def _checked_row(self, wanted: Mapping[str, Any]) -> Row:
        place = (int(wanted["layer"]), int(wanted["head"]), int(wanted["query"]))
        shape = self._telling.contents.shape
        if shape is None or not all(0 <= one < count for one, count in zip(place, shape, strict=True)):
            raise ValueError(f"there is no row {place}")
        return place

    def _keep(self, wanted: list[Request]) -> None:
        for one in wanted:
            key = tuple(one.values())
            self._requests.pop(key, None)
            self._requests[key] = one
        patterns = [key for key in self._requests if key[0].startswith(("attention.", "attribution."))]
        others = [key for key in self._requests if key not in patterns]
        for key in patterns[:-MAX_PATTERNS] + others[:-MAX_REQUESTS]:
            del self._requests[key]

    def _checked_heads(self, heads: Any) -> Heads:
        shape = self._telling.contents.shape
        layers, count = shape[:2] if shape else (0, 0)
        for layer, head in heads:
            if not (0 <= layer < layers and 0 <= head < count):
                raise ValueError(f"there is no head {layer}.{head}")
        return [[int(layer), int(head)] for layer, head in heads]

    def _fail(self, frame: Frame, error: Error) -> None:
        values = {"code": error.code, "message": error.message, "hint": error.hint, "values": error.values}
        self._send({"id": frame.id, "kind": "error", **values})

    def _send(self, header: Mapping[str, Any], arrays: Mapping[str, Named] | None = None) -> None:
        self._dispatch(self._sender.send(encode({"v": VERSION, **header}, arrays)))
        self._frames += 1
        for seconds in REMINDERS:
            self._worker.submit(lambda sent=self._frames: self._remind(sent), seconds)  # type: ignore[misc]

    def _remind(self, sent: int) -> None:
        last = self._sender.last()
        if sent == self._frames and last is not None:
            self._dispatch([last])

    def _dispatch(self, messages: Sequence[Message]) -> None:
        for content, buffer in messages:
            self._send_message(content, buffer)


def _all_heads(contents: Contents) -> Heads:
    shape = contents.shape
    assert shape is not None
    return [[layer, head] for layer in range(shape[0]) for head in range(shape[1])]


def _request(one: Mapping[str, str]) -> Request:
    return request(one["measure"], one.get("special", "keep"), one.get("own", "keep"), one.get("units", "pieces"))
