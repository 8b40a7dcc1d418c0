"""The errors that Python hands out are the group jackknife's, and the rule for when to stop goes by them."""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pytest
from conftest import CAT

import bertstory as bs
from bertstory.client import Call
from bertstory.commands.tell import _notices, _print
from bertstory.commands.terminal import Progress
from bertstory.frames import Frame
from bertstory.job import Job

WIDTH = 32


@pytest.fixture(scope="module")
def sampled(tiny: bs.Model) -> bs.Story:
    return tiny.tell(CAT, samples=16, seed=4).wait()


def test_errors_of_rows_and_layers_are_the_jackknife_s(sampled: bs.Story) -> None:
    groups = sampled._telling.contents.groups
    assert groups is not None
    attention = sampled.attention.values.astype(float)
    without = [_pearson(attention, np.sqrt(np.delete(groups, b, 0).astype(float).mean(0))) for b in range(len(groups))]
    rows = sampled.mismatch("pearson")
    assert rows.coords["error"].dims == ("layer", "head", "query")
    np.testing.assert_allclose(rows.error, _jackknife(without, 16), atol=1e-5)
    layers = [values.mean((1, 2)) for values in without]
    np.testing.assert_allclose(sampled.curve("pearson")["error"], _jackknife(layers, 16), atol=1e-5)
    # A selection takes its error along.
    assert float(rows.sel(layer=1, head=2, query=3).error) == float(rows.error[1, 2, 3])


@pytest.mark.parametrize("measure", ["spearman", "top1", "topk", "kullback_leibler", "jensen_shannon"])
def test_every_measure_has_errors(sampled: bs.Story, cat: bs.Story, measure: str) -> None:
    rows = sampled.mismatch(measure, own="drop", units="words")
    assert np.isfinite(rows.error).all() and float(rows.error.max()) > 0
    assert (cat.mismatch(measure).error == 0).all()
    assert (sampled.curve(measure, special="drop")["error"] > 0).any()


def test_an_error_asked_for_ends_the_job(tiny: bs.Model) -> None:
    rough = float(tiny.tell(CAT, samples=8, seed=6).wait()._telling.rms_error or 0)
    wanted = 0.9 * rough
    story = tiny.tell(CAT, error=wanted, seed=6).wait()
    status = story._telling.status()
    assert (story.state, status["reason"], story.document["method"]["samples"]) == ("sampled", "error", 16)
    assert 0 < status["error"] <= wanted
    # What is good enough already is not made better.
    assert tiny.tell(CAT, error=wanted, seed=6).wait().document["method"]["samples"] == 16


def test_a_pause_is_said_with_the_way_on(
    sampled: bs.Story, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    job, call = Job(), Call(1, None, None)
    call.result = Frame({"kind": "result", "reason": "paused", "seconds_left": 300.0}, {})
    job.end(call)
    monkeypatch.setattr(sampled._telling, "_job", job)
    _print(sampled, argparse.Namespace(measure="pearson", json=False), [])
    _notices(sampled, Progress(sys.stderr))
    printed = capsys.readouterr()
    assert "S = 16" in printed.out and "special: drop" in printed.out
    assert "paused: more would take about 5 min; --exact goes on to the end" in printed.err
    assert repr(sampled).endswith("paused before 5 min of work>")


def _pearson(attention: np.ndarray, norms: np.ndarray) -> np.ndarray:
    g = norms / norms.sum(-1, keepdims=True)
    a, g = (x - x.mean(-1, keepdims=True) for x in (attention, g))
    return (a * g).sum(-1) / np.sqrt((a * a).sum(-1) * (g * g).sum(-1))


def _jackknife(without: list[np.ndarray], samples: int) -> np.ndarray:
    values = np.stack(without)
    count = len(values)
    spread = ((values - values.mean(0)) ** 2).sum(0)
    return np.sqrt((1 - samples / WIDTH) * (count - 1) / count * spread)
