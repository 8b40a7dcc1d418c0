"""What a story offers: labelled arrays, measures, the computation, selection and files."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from conftest import CAT, KEYS

import bertstory as bs

DIMS = ("layer", "head", "query", "source")
LONG = " ".join([KEYS] * 2)


def test_a_model_says_what_it_is(tiny: bs.Model) -> None:
    assert (tiny.layers, tiny.heads, tiny.width, tiny.id) == (3, 4, 32, "tiny-bert")
    assert len(tiny.sha256) == 64
    assert "3 layers" in repr(tiny)


def test_pieces_have_their_place_in_the_text(tiny: bs.Model) -> None:
    pieces = tiny.pieces("The cat", "on")
    assert [piece["text"] for piece in pieces] == ["[CLS]", "the", "cat", "[SEP]", "on", "[SEP]"]
    assert (pieces[2]["start"], pieces[2]["end"], pieces[2]["word"]) == (4, 7, 1)
    assert (pieces[0]["start"], pieces[0]["special"], pieces[4]["segment"]) == (None, True, 1)


def test_words_may_be_given(tiny: bs.Model) -> None:
    assert [piece["word"] for piece in tiny.pieces(["the cat", "sat"])][1:-1] == [0, 0, 1]


def test_spans_count_code_points(minilm: bs.Model) -> None:
    text = "🙂 naïve 漢字 e\u0301 \u202eabc"
    for piece in minilm.pieces(text):
        if piece["start"] is not None:
            assert 0 <= piece["start"] < (piece["end"] or 0) <= len(text)


def test_arrays_are_labelled(cat: bs.Story) -> None:
    for array in (cat.attention, cat.norms, cat.attribution, cat.error):
        assert array.dims == DIMS
        assert array.shape == (3, 4, 9, 9)
        assert array.dtype == np.float32
        assert array.attrs["model"] == "tiny-bert" and array.attrs["mode"] == "exact"
    assert cat.attention.coords["query_piece"].values.tolist()[:3] == ["[CLS]", "the", "cat"]
    assert float(cat.attention.sel(layer=1, head=2, query=3).sum()) == pytest.approx(1, rel=1e-5)
    with pytest.raises(ValueError, match="read-only"):
        cat.attention.values[0, 0, 0, 0] = 1


def test_the_document_says_how(cat: bs.Story) -> None:
    document = cat.document
    assert (document["text"], document["pair"]) == (CAT, None)
    assert (document["method"]["mode"], document["method"]["samples"]) == ("exact", 32)
    assert document["made"]["version"] == bs.__version__
    document["text"] = "changed"
    assert cat.document["text"] == CAT


def test_measures_of_rows_heads_and_layers_fit_together(cat: bs.Story) -> None:
    rows = cat.mismatch("pearson")
    assert rows.dims == DIMS[:3]
    curve = cat.curve("pearson")
    assert isinstance(curve, xr.Dataset) and set(curve) == {"value", "spread", "error"}
    heads = rows.mean("query")
    np.testing.assert_allclose(curve["value"], heads.mean("head"), atol=1e-6)
    np.testing.assert_allclose(curve["spread"], heads.std("head"), atol=1e-6)
    assert (curve["error"] == 0).all()


def test_patterns_are_those_of_numpy(cat: bs.Story) -> None:
    n = cat.attention.sizes["source"]
    following = cat.pattern("next", of="attention")
    assert following.dims == DIMS[:3] and following.attrs["sense"] == "amount"
    expected = np.diagonal(cat.attention.values, offset=1, axis1=2, axis2=3)
    np.testing.assert_allclose(following.values[..., :-1], expected, atol=1e-6)
    assert (following.values[..., -1] == 0).all()
    shares = cat.attribution.values
    entropy = -(shares * np.log(np.maximum(shares, 1e-30))).sum(-1)
    np.testing.assert_allclose(cat.pattern("entropy").values, entropy, atol=1e-4)
    np.testing.assert_allclose(
        cat.curve("attribution.entropy_share")["value"], entropy.mean((1, 2)) / np.log(n), atol=1e-4
    )


def test_a_row_s_pearson_is_that_of_numpy(cat: bs.Story) -> None:
    rows = cat.mismatch("pearson")
    for index in ((0, 0, 1), (2, 3, 8)):
        expected = np.corrcoef(cat.attention.values[index], cat.attribution.values[index])[0, 1]
        assert float(rows.values[index]) == pytest.approx(expected, abs=1e-5)


def test_switches_act_on_rows(cat: bs.Story) -> None:
    dropped = cat.mismatch("pearson", special="drop")
    assert np.isnan(dropped.sel(query=0)).all() and np.isfinite(dropped.sel(query=1)).all()
    a, g = (np.delete(array.values[1, 2, 3], 3) for array in (cat.attention, cat.attribution))
    assert float(cat.mismatch(own="drop").values[1, 2, 3]) == pytest.approx(np.corrcoef(a, g)[0, 1], abs=1e-5)
    distance = cat.mismatch("total_variation")
    np.testing.assert_allclose(distance, abs(cat.attention - cat.attribution).sum("source") / 2, atol=1e-6)
    assert distance.attrs["sense"] == "distance"


def test_words_are_sums_of_their_pieces(minilm: bs.Model) -> None:
    story = minilm.tell("Ishmael sat", samples=8).wait()
    words = story.mismatch(units="words")
    assert words.coords["query_piece"].values.tolist() == ["[CLS]", "ishmael", "sat", "[SEP]"]


@pytest.mark.parametrize("arguments", [{"measure": "person"}, {"own": "maybe"}, {"units": "letters"}])
def test_measures_that_do_not_exist_are_refused(cat: bs.Story, arguments: dict[str, str]) -> None:
    with pytest.raises(bs.Error) as caught:
        cat.curve(**arguments)
    assert caught.value.code == "unknown_option"
    assert "allowed" in caught.value.message


def test_tell_returns_at_once_and_goes_on(minilm: bs.Model) -> None:
    begin = time.monotonic()
    story = minilm.tell(LONG, exact=True)
    assert story.running
    assert time.monotonic() - begin < 1
    assert story.attention.sizes["source"] == len(minilm.pieces(LONG))
    # The first estimate is there long before the end.
    assert story.norms.shape == story.error.shape
    assert story.state == "sampled"
    begin = time.monotonic()
    story.cancel()
    assert time.monotonic() - begin < 1
    assert not story.running
    assert story.state == "sampled"
    assert story.curve()["error"].notnull().all()
    assert story.wait() is story


def test_samples_are_where_it_stops(minilm: bs.Model) -> None:
    story = minilm.tell(KEYS, samples=16).wait()
    assert story.document["method"]["samples"] == 16
    assert story.state == "sampled"
    live = story.norms > 1e-5 * story.norms.max("source")
    rms = float(np.sqrt((story.error.where(live) ** 2).mean()))
    assert 0.03 < rms < 0.2
    assert "16 of 384" in repr(story)


def test_an_error_is_where_it_stops(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, error=0.3).wait()
    assert story.state == "sampled" or story.document["method"]["samples"] == 32


def test_the_default_rule_goes_on_to_exact_when_that_is_near(tiny: bs.Model) -> None:
    assert tiny.tell(CAT).wait().state == "exact"


def test_exact_goes_on_from_what_is_there(minilm: bs.Model) -> None:
    story = minilm.tell("It", samples=8).wait()
    before = story.attribution
    assert story.exact().wait().state == "exact"
    assert (story.error == 0).all()
    assert float(xr.corr(before, story.attribution)) > 0.9
    assert story.exact().state == "exact"


def test_exact_while_it_runs(tiny: bs.Model) -> None:
    story = tiny.tell(CAT, samples=8)
    assert story.exact().wait().state == "exact"


def test_seeds_make_estimates_repeatable(tiny: bs.Model) -> None:
    first, again, other = (tiny.tell(CAT, samples=8, seed=seed).wait().norms.values for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0


def test_a_wait_may_end_before_the_job(minilm: bs.Model) -> None:
    story = minilm.tell(LONG, exact=True)
    assert story.wait(0.05).running
    story.cancel()


def test_jobs_queue(tiny: bs.Model) -> None:
    stories = [tiny.tell(f"the cat {k}", exact=True) for k in range(5)]
    assert [story.wait().state for story in stories] == ["exact"] * 5


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"norm": "euclid"}, "frobenius"),
        ({"source": "output"}, "input"),
        ({"target": "tail"}, "head"),
        ({"paths": "some"}, "all"),
        ({"samples": 0}, "samples"),
        ({"error": -1.0}, "error"),
        ({"error": float("nan")}, "error"),
        ({"seed": -1}, "seed"),
        ({"samples": 8, "exact": True}, "samples"),
        ({"exact": True, "error": 0.1}, "error"),
    ],
)
def test_options_that_do_not_exist_are_refused(tiny: bs.Model, arguments: dict[str, object], word: str) -> None:
    with pytest.raises(bs.Error) as caught:
        tiny.tell(CAT, **arguments)  # type: ignore[arg-type]
    assert caught.value.code in ("unknown_option", "bad_request")
    assert word in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "options", [{"norm": "sum"}, {"target": "projected"}, {"source": "embedding"}, {"paths": "values"}]
)
def test_options_compute_or_say_that_they_do_not(tiny: bs.Model, options: dict[str, str]) -> None:
    try:
        story = tiny.tell(CAT, exact=True, **options).wait()  # type: ignore[arg-type]
    except bs.Error as error:
        assert error.code == "unknown_option"
        assert error.hint
    else:
        assert story.document["method"] | options == story.document["method"]


def test_an_empty_text_is_a_text(tiny: bs.Model) -> None:
    story = tiny.tell("").wait()
    assert story.attention.coords["source_piece"].values.tolist() == ["[CLS]", "[SEP]"]
    assert story.curve("pearson")["value"].isnull().all()
    assert story.figure("page").bytes("svg").startswith(b"<svg")


def test_the_selection_is_set_and_told(tiny: bs.Model) -> None:
    story = tiny.tell(CAT).wait()
    assert story.selection == {"layer": None, "head": None, "query": None}
    seen: list[dict[str, int | None]] = []
    end = story.on_select(seen.append)
    story.selection = {"layer": 1, "head": 2}
    story.selection = {"query": 3}
    story.selection = {"query": 3}
    assert seen == [{"layer": 1, "head": 2, "query": None}, {"layer": 1, "head": 2, "query": 3}]
    end()
    end()
    story.view = {"heads": [[0, 0]], "measure": "cosine"}
    assert len(seen) == 2
    assert story.view["measure"] == "cosine" and story.view["queries"] is None
    with pytest.raises(bs.Error, match="allowed: 0 to 2"):
        story.selection = {"layer": 3, "head": 0}
    assert story.selection["layer"] == 0


def test_a_file_opens_measures_and_goes_on(tiny: bs.Model, tmp_path: Path) -> None:
    story = tiny.tell(CAT, "the mat", samples=8).wait()
    story.save(tmp_path / "a.safetensors")
    opened = bs.open(tmp_path / "a.safetensors")
    assert opened.state == "sampled" and not opened.running
    np.testing.assert_array_equal(opened.attribution, story.attribution)
    # Python's frames carry the arrays to the service, which measures the same as on its own.
    xr.testing.assert_equal(opened.mismatch("spearman"), story.mismatch("spearman"))
    xr.testing.assert_equal(opened.curve("pearson", own="drop"), story.curve("pearson", own="drop"))
    assert opened.exact().wait().state == "exact"


def test_a_story_is_no_csv(cat: bs.Story, tmp_path: Path) -> None:
    with pytest.raises(bs.Error, match="safetensors"):
        cat.save(tmp_path / "a.csv")


def test_numbers_of_numpy_will_do(tiny: bs.Model) -> None:
    assert tiny.tell(CAT, samples=np.int64(8), seed=np.uint8(3)).wait().document["method"]["seed"] == 3  # type: ignore


def test_figures_are_drawn(cat: bs.Story, tmp_path: Path) -> None:
    for name in ("page", "strip", "heads", "curve", "head", "patterns", "measures"):
        assert cat.figure(name).bytes("svg").lstrip().startswith(b"<svg")
    cat.figure("curve", theme="dark", width=600).save(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(bs.Error, match="page, strip, heads, curve, head, patterns, measures"):
        cat.figure("triptych")
    with pytest.raises(bs.Error, match="only as"):
        cat.figure("curve").save(tmp_path / "curve.pdf")


def test_csv_of_a_story(cat: bs.Story, tmp_path: Path) -> None:
    cat.to_csv(tmp_path / "a.csv")
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 1 + 3 * 4 * 9 * 9
