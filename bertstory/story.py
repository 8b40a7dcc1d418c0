"""A story: attention and attribution of every head for one text, as labelled arrays and as the linked view."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import xarray as xr

from . import activations, files, measures, page, rows
from .contents import AXES, Contents, attribution
from .display import Displays, bundle, sentence
from .errors import Error
from .figure import Figure
from .labels import labelled
from .telling import Telling
from .view_state import DEFAULT, checked_view, selection_of, with_selection

if TYPE_CHECKING:
    from .widget import StoryWidget

Selection = dict[str, int | None]


class Story:
    """What attends to what, and what depends on what; made by `Model.tell` or `bertstory.open`.

    Arrays are there as soon as a first value is: reading one waits for that, `wait()` for the last. They are read-only,
    have the dimensions layer, head, query and source, all counted from 0, and say in `attrs` how they were computed.
    """

    def __init__(self, telling: Telling) -> None:
        self._telling = telling
        self._view: dict[str, Any] = copy.deepcopy(DEFAULT)
        self._callbacks: list[Callable[[Selection], None]] = []
        self._widget: StoryWidget | None = None
        self._displays = Displays(self, telling)

    # What is there

    @property
    def state(self) -> str:
        """`pending`, `attention`, `sampled`, `exact`, or `failed` when the last job did; what it had stays readable."""
        return self._telling.state

    @property
    def running(self) -> bool:
        """Whether more is being computed."""
        return self._telling.running

    @property
    def document(self) -> dict[str, Any]:
        """What was asked, of which model, and how it was computed: the JSON document of the file."""
        return copy.deepcopy(self._telling.ready("attention").document)

    @property
    def attention(self) -> xr.DataArray:
        """Attention [layer, head, query, source]; rows sum to 1."""
        return self._labelled("attention", self._telling.ready("attention"))

    @property
    def norms(self) -> xr.DataArray:
        """Raw attribution norms N [layer, head, query, source]."""
        return self._labelled("norms", self._telling.ready("norms"))

    @property
    def attribution(self) -> xr.DataArray:
        """Attribution [layer, head, query, source]: norms with rows that sum to 1."""
        contents = self._telling.ready("norms")
        assert contents.norms is not None
        return labelled(attribution(contents.norms), AXES["norms"], contents.document, "attribution")

    @property
    def error(self) -> xr.DataArray:
        """Jackknife standard error of the attribution, relative to it [layer, head, query, source]; 0 when exact."""
        return self._labelled("error", self._telling.ready("error"))

    @property
    def hidden_norms(self) -> xr.DataArray:
        """Norms of the hidden states' derivatives, ‖∂e_query^{layer + 1}/∂x_source‖ [layer, query, source].

        Raises
        ------
        Error
            `needs_attribution`, where they were not asked for with `tell(..., hidden=True)`.
        """
        contents = self._telling.ready("norms")
        if contents.hidden_norms is None:
            raise Error(
                "needs_attribution",
                "this story was told without the norms of hidden states",
                "tell it with hidden=True, or --hidden on the command line",
            )
        return self._labelled("hidden_norms", contents)

    def activations(self, name: str) -> xr.DataArray:
        """What the model computes on the way to attention, of the loaded model.

        Parameters
        ----------
        name : {'hidden', 'query', 'key', 'value'}
            `hidden`: the encoder's input and each layer's output [layer, token, width], one layer more than the model
            has. The others, biases included: [layer, head, token, component].

        Raises
        ------
        Error
            `unknown_option`; `unknown_model` for a story from a file whose model was not loaded.
        """
        return activations.activations(self._telling, name)

    def mismatch(
        self, measure: str = "pearson", *, special: str = "keep", own: str = "keep", units: str = "pieces"
    ) -> xr.DataArray:
        """A measure between attention and attribution of every row [layer, head, query].

        Parameters
        ----------
        measure : str
            Agreement: pearson, spearman, kendall, cosine, top1, topk; distance: jensen_shannon, kullback_leibler,
            total_variation.
        special : {'keep', 'no_sources', 'drop'}
            Special pieces: kept, dropped as sources, or as queries too.
        own : {'keep', 'drop'}
            The query's own token as a source.
        units : {'pieces', 'words'}

        Returns
        -------
        xarray.DataArray
            NaN for rows that are dropped, or that the measure is not defined for. Its coordinate `error` is the
            jackknife standard error of every row; 0 when exact, NaN for an estimate without its groups.
        """
        self._telling.ready("norms")
        return measures.mismatch(self._telling, measures.request(measure, special, own, units))

    def pattern(
        self,
        name: str,
        of: str = "attribution",
        *,
        special: str = "keep",
        own: str = "keep",
        units: str = "pieces",
    ) -> xr.DataArray:
        """A pattern of every row [layer, head, query]: what share of it lies where, or how broad it is.

        Parameters
        ----------
        name : str
            Shares on own, previous, next (back_2 … back_5, ahead_2 … ahead_5), cls, sep, others_to_sep, punctuation
            (BERT's test), stops ('.' and ',' only), same_segment, other_segment; distance (mean, in
            tokens), entropy (nats), entropy_share (of ln n).
        of : {'attribution', 'attention'}
        special, own, units
            As in `mismatch`.

        Returns
        -------
        xarray.DataArray
            NaN for rows that are dropped or do not count. The mean over queries is the pattern of a head, with the
            divisors of Clark et al. 2019: a row without such a source counts as 0.
        """
        self._telling.ready("norms")
        return measures.mismatch(self._telling, measures.request(f"{of}.{name}", special, own, units))

    def curve(
        self, measure: str = "pearson", *, special: str = "keep", own: str = "keep", units: str = "pieces"
    ) -> xr.Dataset:
        """The measure layer by layer: `value` (mean over heads), `spread` (standard deviation over heads), `error`.

        Parameters are those of `mismatch`; patterns are `attention.NAME` and `attribution.NAME`.
        `error` is the jackknife standard error of the value; 0 when exact.
        """
        self._telling.ready("norms")
        return measures.curve(self._telling, measures.request(measure, special, own, units))

    # The computation

    def wait(self, timeout: float | None = None) -> Story:
        """Waits until nothing more is being computed, at most `timeout` seconds; an interrupt leaves the job running.

        Outputs that show the story are complete then, which matters to notebooks that run without a browser.

        Raises
        ------
        Error
            Why the job failed.
        """
        self._telling.wait(timeout)
        if not self.running:
            self._displays.settle()
        return self

    def exact(self) -> Story:
        """Goes on to all directions; returns at once, `exact().wait()` when that is done.

        Raises
        ------
        Error
            `unknown_model` for a story from a file whose model was not loaded; `busy` …
        """
        if self.state != "exact":
            self._telling.refine({"rule": "exact"})
        return self

    def row(self, layer: int, head: int, query: int) -> xr.DataArray:
        """The exact norms of one row [source], in a fraction of a second, also while the story is being computed.

        The story holds the row from then on: its norms, its attribution, no error; later estimates keep it.

        Raises
        ------
        Error
            `bad_request` for a row that does not exist; `unknown_model` for a story from a file whose model was not
            loaded; `memory_limit` …
        """
        return rows.row(self._telling, layer, head, query)

    def jacobian(self, layer: int, head: int, query: int, source: int | None) -> xr.DataArray:
        """The derivative of a head's output at a query with respect to one source token [component, width].

        Components are those of the head's output, or with target `projected` those behind W_O; its norm is what
        `norms` has there. With `source=None` of all sources at once [component, source, width].

        Raises
        ------
        Error
            As `row`.
        """
        return rows.jacobian(self._telling, layer, head, query, source)

    def cancel(self) -> None:
        """Stops computing, and returns when it has stopped; what there is stays, `exact()` goes on from it."""
        self._telling.cancel()

    # Selection and view

    @property
    def selection(self) -> Selection:
        """The leading head and query: `{"layer", "head", "query"}`; None where the view chooses.

        Settable, also in part: `story.selection = {"query": 3}`.
        """
        return selection_of(self._view)

    @selection.setter
    def selection(self, selection: Mapping[str, int | None]) -> None:
        self.view = with_selection(self._view, selection)

    def on_select(self, callback: Callable[[Selection], None]) -> Callable[[], None]:
        """Calls back with the new selection after every change, by the view or from Python; returns what ends that."""
        self._callbacks.append(callback)

        def end() -> None:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

        return end

    @property
    def view(self) -> dict[str, Any]:
        """The view as a small dictionary: selection, measure, order, switches, scale; what is not given is default."""
        return copy.deepcopy(self._view)

    @view.setter
    def view(self, view: Mapping[str, Any]) -> None:
        new = checked_view(view, self._telling.contents.document)
        before, self._view = self._view, new
        if self._widget is not None:
            self._widget.view = copy.deepcopy(new)
        if selection_of(before) != selection_of(new):
            for callback in list(self._callbacks):
                callback(selection_of(new))

    @property
    def widget(self) -> StoryWidget:
        """The view as an ipywidget, for layouts; made on first use."""
        if self._widget is None:
            from .widget import StoryWidget  # Only who shows a story pays for the import.

            self._widget = StoryWidget(self, self._telling)
        return self._widget

    def figure(self, name: str = "page", *, width: int = 900, theme: str = "light") -> Figure:
        """A still picture of the view as it is set.

        Parameters
        ----------
        name : {'page', 'heads', 'curve', 'head', 'patterns', 'measures'}
        width : int
            CSS pixels.
        theme : {'light', 'dark'}
        """
        return Figure(self._telling, self.view, name, width, theme)

    # Files

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes everything to a .safetensors file, which `bertstory.open` reads again."""
        files.save(self._telling.ready("attention"), path)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Writes one line per layer, head, query and source."""
        files.save_csv(self._telling.ready("attention"), path)

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Writes the linked view as it is set as one HTML file, which works offline and needs nothing else."""
        page.save(self._telling, self.view, path)

    # Display

    def __repr__(self) -> str:
        return sentence(self._telling)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return bundle(self, self._telling)

    def _ipython_display_(self) -> None:
        self._displays.show()

    def _labelled(self, name: str, contents: Contents) -> xr.DataArray:
        return labelled(getattr(contents, name), AXES[name], contents.document, name)
