"""A BERT model that the service has loaded: `load`, `Model.pieces`, `Model.tell`."""

from __future__ import annotations

import operator
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypedDict, TypeVar

from .checkpoint import Checkpoint
from .client import Service, shared_service
from .errors import Error
from .find import find_checkpoint
from .frames import Frame
from .limits import DEFAULT_ERROR
from .story import Story
from .telling import Telling

Text = str | Sequence[str]
T = TypeVar("T")


class Piece(TypedDict):
    """A word piece; `start` and `end` are code points of the text, or of the pair in segment 1."""

    text: str
    id: int
    start: int | None
    end: int | None
    segment: int
    special: bool
    word: int | None


def load(model: str | os.PathLike[str] | Any, tokenizer: Any = None, *, revision: str | None = None) -> Model:
    """Loads a model into the compute service, which is started when there is none.

    Parameters
    ----------
    model : str, path or transformers.PreTrainedModel
        `"minilm"`, the demo model; a folder with config.json, model.safetensors (or its parts and their index) and
        tokenizer.json or vocab.txt; an id of the hub, `"org/name"` or `"org/name@revision"`; or a model in memory.
    tokenizer : transformers.PreTrainedTokenizerBase, optional
        Of a model in memory.
    revision : str, optional
        A branch, a tag or a commit of a model on the hub.

    Raises
    ------
    Error
        `model_not_found`, `bad_config`, `bad_weights`, `config_weights_mismatch`, `unsupported_model`, `hub_missing`,
        `hub_unreachable`, `node_missing` …
    """
    return Model(find_checkpoint(model, tokenizer, revision), shared_service())


class Model:
    """A model in the compute service.

    Attributes
    ----------
    id : str
        Its name; never a path.
    revision : str or None
        The commit on the hub that it was loaded from.
    layers, heads, width, max_tokens : int
    architecture, sha256 : str
    """

    def __init__(self, checkpoint: Checkpoint, service: Service) -> None:
        self._checkpoint = checkpoint
        self._service = service
        self._lock = threading.Lock()
        info = self._load()
        self.id = str(info["id"])
        self.revision = checkpoint.revision
        self.architecture = str(info["architecture"])
        self.sha256 = str(info["sha256"])
        self.layers = int(info["layers"])
        self.heads = int(info["heads"])
        self.width = int(info["width"])
        self.max_tokens = int(info["max_tokens"])
        _loaded[self.sha256] = self

    def __repr__(self) -> str:
        return (
            f"<Model {self.id}: {self.layers} layers, {self.heads} heads, width {self.width}, {self.max_tokens} tokens>"
        )

    def pieces(self, text: Text, pair: Text | None = None) -> list[Piece]:
        """The word pieces of a text, with the special ones that the model wants.

        Parameters
        ----------
        text : str or sequence of str
            A sequence holds words that are split no further than into pieces.
        pair : str or sequence of str, optional

        Raises
        ------
        Error
            `text_too_long`.
        """
        answer = self.with_key(lambda key: self._service.ask({"kind": "tokenize", "model": key, **_texts(text, pair)}))
        return list(answer.header["pieces"])

    def tell(
        self,
        text: Text,
        pair: Text | None = None,
        *,
        exact: bool | None = None,
        samples: int | None = None,
        error: float | None = None,
        hybrid: int | None = None,
        hidden: bool = False,
        seed: int = 0,
        norm: Literal["frobenius", "sum", "input"] = "frobenius",
        target: Literal["head", "projected"] = "head",
        source: str = "input",
        paths: Literal["all", "values"] = "all",
    ) -> Story:
        """Tells attention and attribution of every head; returns as soon as the service has taken the job.

        Attention comes first, then estimates that only get better: 8, 16, 32 … random directions per token until the
        error of cells is at most 0.05, on to exact when that takes less than 30 s; it pauses before what would take
        over 2 minutes.

        Parameters
        ----------
        text : str or sequence of str
        pair : str or sequence of str, optional
            The second sentence.
        exact : bool, optional
            True goes on to all directions; False stops at `error`.
        samples : int, optional
            Stops at so many directions; rounded up to 2–8, a multiple of 8, or the width.
        error : float, optional
            Stops at this rms relative error of cells.
        hybrid : int, optional
            So many directions per token are not random but those that matter most there, found by reverse passes and
            done exactly; random ones come on top. Worth it beside many random ones, and in models of low rank.
        hidden : bool
            Also tells the norms of the hidden states, `story.hidden_norms`.
        seed : int
            Of the random directions.
        norm, target, source, paths : str
            What is differentiated and how it is measured; part of every result.

        Returns
        -------
        Story

        Raises
        ------
        Error
            `unknown_option`, `text_too_long`, `busy` …
        """
        method = {"norm": norm, "target": target, "source": source, "paths": paths, "hidden": bool(hidden)}
        if hybrid is not None:
            method["hybrid"] = operator.index(hybrid)
        if operator.index(seed) < 0:
            raise Error("unknown_option", f"seed is {seed}, allowed: whole numbers from 0 on", "leave it out for 0")
        request = {**_texts(text, pair), "options": method, "seed": operator.index(seed)}
        telling = Telling(self._service, lambda _: self)
        telling.begin(self, request, stop_rule(exact=exact, samples=samples, error=error))
        return Story(telling)

    def with_key(self, request: Callable[[str], T]) -> T:
        """Calls `request` with the service's key of this model; once more when the service has forgotten it."""
        try:
            return request(self._key_now())
        except Error as error:
            if error.code != "unknown_model":
                raise
        self._load()
        return request(self._key_now())

    def _key_now(self) -> str:
        if self._life != self._service.life:
            self._load()
        return self._key

    def _load(self) -> Mapping[str, Any]:
        with self._lock:
            folder, name, revision = self._checkpoint.folder, self._checkpoint.name, self._checkpoint.revision
            request = {"kind": "load", "model": str(folder), "name": name, "revision": revision}
            answer: Frame = self._service.ask(request)
            info: Mapping[str, Any] = answer.header["model"]
            self._key = str(info["key"])
            self._life = self._service.life
            return info


def loaded_model(sha256: str) -> Model | None:
    """The model with these weights, if this process has loaded it."""
    return _loaded.get(sha256)


def stop_rule(*, exact: bool | None, samples: int | None, error: float | None) -> dict[str, Any]:
    """The rule for when to stop that these arguments of `tell` mean.

    Raises
    ------
    Error
        `unknown_option`, when one means nothing or two contradict each other.
    """
    if samples is not None and operator.index(samples) < 1:
        raise Error("unknown_option", f"samples is {samples}, allowed: whole numbers from 1 on", "try samples=16")
    if error is not None and not 0 < error <= 1:
        raise Error("unknown_option", f"error is {error}, allowed: above 0 up to 1", "try error=0.05 for 5 %")
    if samples is not None and (exact is not None or error is not None):
        raise Error(
            "unknown_option",
            "samples says where to stop, and so does exact or error",
            "give one of samples=, exact= and error=",
        )
    if exact and error is not None:
        raise Error(
            "unknown_option", "exact goes on to the end, so error has no meaning beside it", "leave one of them out"
        )
    if exact:
        return {"rule": "exact"}
    if samples is not None:
        return {"rule": "samples", "samples": operator.index(samples)}
    if error is not None or exact is False:
        return {"rule": "error", "error": DEFAULT_ERROR if error is None else float(error)}
    return {"rule": "auto", "error": DEFAULT_ERROR}


def _texts(text: Text, pair: Text | None) -> dict[str, Any]:
    return {
        "text": text if isinstance(text, str) else list(text),
        "pair": pair if pair is None or isinstance(pair, str) else list(pair),
    }


_loaded: dict[str, Model] = {}
