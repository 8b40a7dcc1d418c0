"""Every figure in every format, from Python and from the command line, with no browser."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import CAT, TINY

import bertstory as bs
from bertstory.cli import main
from bertstory.figure import NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_its_drawing_and_its_numbers(cat: bs.Story, name: str, tmp_path: Path) -> None:
    figure = cat.figure(name)
    figure.save(tmp_path / "a.svg")
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg ") and "<text " in svg and "tiny" in svg
    figure.save(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows and all(rows[0].values())


@pytest.mark.parametrize("name", ["strip", "patterns"])
def test_figures_as_pictures(cat: bs.Story, name: str) -> None:
    assert cat.figure(name, theme="dark").bytes("png").startswith(b"\x89PNG")


def test_the_numbers_are_those_of_python(cat: bs.Story, tmp_path: Path) -> None:
    cat.figure("curve").save(tmp_path / "curve.csv")
    with (tmp_path / "curve.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    curve = cat.curve("pearson")
    assert [float(row["mean"]) for row in rows] == pytest.approx(curve["value"].values.tolist(), rel=1e-5)
    assert [float(row["standard_deviation"]) for row in rows] == pytest.approx(curve["spread"].values, rel=1e-5)


def test_the_command_line_writes_figures_of_a_view(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["tell", CAT, "--model", str(TINY), "--exact", "--theme", "dark"]
    view = ["--view", '{"heads": [[1, 2]], "queries": [2]}']
    files = [f"strip={tmp_path}/a.svg", f"head={tmp_path}/b.csv", f"heads={tmp_path}/c.png"]
    figures = [part for one in files for part in ("--figure", one)]
    assert main([*arguments, *view, *figures, "--out", f"{tmp_path}/d.html", "--out", f"{tmp_path}/e.svg"]) == 0
    assert "<title>In head 1.2, cat " in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert (tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()[1].startswith("1,2,0,0,[CLS],[CLS],")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert '"heads":[[1,2]],"queries":[2]' in (tmp_path / "d.html").read_text(encoding="utf-8")
    assert 'fill="#111111"' in (tmp_path / "e.svg").read_text(encoding="utf-8")
    capsys.readouterr()


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--figure", "curve.svg"], "is not NAME=FILE; names: page, strip"),
        (["--figure", "table=a.svg"], "is not NAME=FILE"),
        (["--figure", "curve=a.pdf"], "allowed: .svg, .png, .csv"),
        (["--view", "{'heads'"], "--view is no JSON"),
        (["--view", '{"measure": "gini"}'], "gini"),
        (["--view", "[1]"], "view"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tell", CAT, "--model", "nowhere", *flags]) == 2
    assert said in capsys.readouterr().err
