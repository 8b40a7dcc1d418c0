"""What is behind a story: its data, the job that makes them better, and its name in the service."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .client import Call, Service
from .contents import Contents, Floats, rms_of_live_cells
from .errors import Error
from .frames import Frame, Named
from .job import Job
from .rows import Row, header
from .slots import slot_here

if TYPE_CHECKING:
    from .model import Model

#: The measure that comes along with every estimate: what views show first.
DEFAULT_MEASURE = {"measure": "pearson", "special": "keep", "own": "keep", "units": "pieces"}


class Telling:
    """Owns the data of one story; thread-safe.

    Parameters
    ----------
    service : Service
    find_model : callable
        Gives the model with a sha256, or None.
    contents : Contents, optional
        What a file held.
    """

    def __init__(
        self, service: Service, find_model: Callable[[str], Model | None], contents: Contents | None = None
    ) -> None:
        self._service = service
        self._find_model = find_model
        self._contents = contents or Contents()
        self._changed = threading.Condition()
        self._job: Job | None = None
        self._request: tuple[Model, dict[str, Any]] | None = None
        self._slot = slot_here()
        # The service's name for this story, and the life of the service in which it was given.
        self._key: tuple[int, str] | None = None
        self._watchers: list[Callable[[], None]] = []

    @property
    def contents(self) -> Contents:
        """What is here now."""
        return self._contents

    @property
    def state(self) -> str:
        """`pending`, `attention`, `sampled`, `exact`, or `failed`."""
        job = self._job
        return "failed" if job is not None and job.failure is not None else self._contents.stage

    @property
    def running(self) -> bool:
        """Whether more is being computed."""
        job = self._job
        return job is not None and not job.ended.is_set()

    @property
    def rms_error(self) -> float | None:
        """Relative error of live cells, root mean square; None before the first estimate."""
        contents = self._contents
        if contents.norms is None or contents.rms_error is not None:
            return contents.rms_error
        return None if contents.error is None else rms_of_live_cells(contents.error, contents.norms)

    def status(self) -> dict[str, Any]:
        """The status that views show (src/story/data.ts, StoryStatus)."""
        contents, job = self._contents, self._job
        status = (job or Job()).status()
        status["running"] = self.running
        if not self.running:
            status["done"] = contents.samples
        if not status["total"] and contents.document:
            status["total"] = contents.directions
        return {"state": self.state, "error": self.rms_error, **status}

    def watch(self, watcher: Callable[[], None]) -> None:
        """Calls back after every change of data or status, on any thread; the watcher must not block."""
        self._watchers.append(watcher)

    def ready(self, name: str) -> Contents:
        """What is here as soon as it has the array `name`; waits while a job may still bring it.

        Raises
        ------
        Error
            `needs_attribution`, or why the job failed.
        """
        with self._changed:
            self._changed.wait_for(lambda: getattr(self._contents, name) is not None or not self.running)
            contents = self._contents
        if getattr(contents, name) is not None:
            return contents
        job = self._job
        if job is not None and job.failure is not None:
            raise job.failure
        has = "nothing was computed yet" if contents.attention is None else "there is attention, but no attribution"
        raise Error("needs_attribution", f"{has} for this story", "go on with exact(), or tell it anew with samples=16")

    def wait(self, timeout: float | None = None) -> None:
        """Waits until no job is running, at most `timeout` seconds.

        Raises
        ------
        Error
            Why the job failed.
        """
        while (job := self._job) is not None:
            if not job.ended.wait(timeout):
                return
            if job is self._job:
                if job.failure is not None:
                    raise job.failure
                return

    def cancel(self, wait: bool = True) -> None:
        """Stops the job; returns when it has stopped, or at once."""
        job = self._job
        if job is None or job.number is None or job.ended.is_set():
            return
        call = self._service.request({"kind": "cancel", "target": job.number})
        if wait:
            call.wait()
            job.ended.wait()

    def begin(self, model: Model, request: Mapping[str, Any], stop: Mapping[str, Any]) -> None:
        """Starts to tell a text; returns when the service has taken the job.

        Raises
        ------
        Error
            Why the service refused it.
        """
        self._request = (model, dict(request))
        header = {"kind": "tell", **request, **self._common(stop)}
        model.with_key(lambda key: self._start({**header, "model": key}))

    def refine(self, stop: Mapping[str, Any]) -> None:
        """Goes on until this rule stops; a job that is running ends first, what it has is kept.

        Raises
        ------
        Error
            Why the service refused; `unknown_model` when nobody loaded the model.
        """
        contents = self._contents
        if contents.stage == "pending" and self._request is not None:
            self.begin(*self._request, stop)
            return
        header = {"kind": "refine", **self._common(stop)}
        key = self._key_now()
        try:
            if key is not None:
                self._start({**header, "story": key})
                return
        except Error as error:
            if error.code not in ("unknown_story", "unknown_model"):
                raise
        contents = self._contents
        again = {**header, "document": contents.document}
        self._model(contents).with_key(lambda key: self._start({**again, "model": key}, contents.arrays()))

    def ask(self, header: Mapping[str, Any]) -> Frame:
        """Asks the service something about this story; sends the data again where the service has forgotten it.

        Raises
        ------
        Error
        """
        key = self._key_now()
        try:
            if key is not None:
                return self._service.ask({**header, "story": key})
        except Error as error:
            if error.code != "unknown_story":
                raise
        contents = self.ready("attention")
        answer = self._service.ask({**header, "document": contents.document}, contents.arrays())
        self._remember(answer)
        return answer

    def ask_model(self, header: Mapping[str, Any]) -> Frame:
        """As `ask`, for what is computed with the model; an interrupt ends the computation.

        Raises
        ------
        Error
            `unknown_model` when nobody loaded the model.
        """
        self.ready("attention")
        key = self._key_now()
        try:
            if key is not None:
                return self._patiently({**header, "story": key})
        except Error as error:
            if error.code not in ("unknown_story", "unknown_model"):
                raise
        contents = self._contents
        again = {**header, "document": contents.document}
        arrays = contents.arrays()
        answer = self._model(contents).with_key(lambda key: self._patiently({**again, "model": key}, arrays))
        self._remember(answer)
        return answer

    def row(self, place: Row) -> Floats:
        """The exact norms of a row [source]; merges them into the story.

        Raises
        ------
        Error
        """
        answer = self.ask_model({"kind": "row", **header(place)})
        norms: Floats = answer.arrays["norms"].values
        with self._changed:
            if self._contents.stage != "exact" and not self._contents.holds(place, norms):
                self._contents = self._contents.with_rows({place: norms})
        self._notify()
        return norms

    def _patiently(self, request: Mapping[str, Any], arrays: Mapping[str, Named] | None = None) -> Frame:
        call = self._service.request(request, arrays)
        try:
            return call.wait()
        except KeyboardInterrupt:
            self._service.request({"kind": "cancel", "target": call.id})
            raise

    def _common(self, stop: Mapping[str, Any]) -> dict[str, Any]:
        return {"stop": dict(stop), "measures": [DEFAULT_MEASURE], "slot": self._slot}

    def _model(self, contents: Contents) -> Model:
        info = contents.document["model"]
        model = self._find_model(info["sha256"])
        if model is None:
            raise Error(
                "unknown_model",
                f"the model of this story ({info['id']}, sha256 {info['sha256'][:12]}…) is not loaded",
                "load it first with bertstory.load(…)",
                {"model": info["id"]},
            )
        return model

    def _start(self, header: Mapping[str, Any], arrays: Mapping[str, Named] | None = None) -> None:
        job, before = Job(), self._job
        self._job = job
        call: Call | None = None
        try:
            call = self._service.request(
                header, arrays, lambda frame: self._take(job, frame), lambda call: self._end(job, call)
            )
            job.number = call.id
            call.answered.wait()
        except BaseException:
            # Nobody would know of the job: it is not left running.
            self._job = before
            if call is not None:
                self._service.request({"kind": "cancel", "target": call.id})
            raise
        if job.failure is not None and not job.accepted:
            self._job = before
            raise job.failure

    def _take(self, job: Job, frame: Frame) -> None:
        if frame.kind == "partial":
            self._remember(frame)
            with self._changed:
                self._contents = self._contents.merged(frame)
        job.take(frame)
        self._notify()

    def _end(self, job: Job, call: Call) -> None:
        if call.result is not None:
            self._remember(call.result)
        job.end(call)
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()
        for watcher in list(self._watchers):
            watcher()

    def _remember(self, answer: Frame) -> None:
        key = answer.header.get("story")
        if key is not None:
            self._key = (self._service.life, str(key))

    def _key_now(self) -> str | None:
        key = self._key
        return key[1] if key is not None and key[0] == self._service.life else None
