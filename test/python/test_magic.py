"""`%%tell` in a shell of IPython."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import TINY
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import bertstory as bs
from bertstory.magic import split_cell


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "bertstory")
    yield shell
    InteractiveShell.clear_instance()


def test_a_cell_is_told(shell: InteractiveShell) -> None:
    story = shell.run_cell_magic("tell", f"--model {TINY} --samples 8", "the cat\n---\nthe mat\n")
    assert isinstance(story, bs.Story)
    document = story.wait().document
    assert (document["text"], document["pair"]) == ("the cat", "the mat")
    assert document["method"]["samples"] == 8


def test_the_story_is_the_cell_s_value(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    result = shell.run_cell(f"%%tell --model {TINY}\nthe cat")
    assert isinstance(result.result, bs.Story)
    assert "<Story tiny-bert" in capsys.readouterr().out or result.result.wait().state == "exact"


@pytest.mark.parametrize(
    "line", ["--loud", "--samples many", "--model /no/such/folder", f"--model {TINY} --norm euclid"]
)
def test_what_is_wrong_is_a_sentence(shell: InteractiveShell, line: str) -> None:
    with pytest.raises(UsageError):
        shell.run_cell_magic("tell", line, "the cat")


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("one\n", ("one", None)),
        ("one\n---\ntwo\n", ("one", "two")),
        ("\n one\nmore \n\n --- \ntwo\n---\n", ("one\nmore", "two\n---")),
        ("---\n", ("", "")),
        ("", ("", None)),
        ("a --- b", ("a --- b", None)),
    ],
)
def test_a_line_separates_a_pair(cell: str, texts: tuple[str, str | None]) -> None:
    assert split_cell(cell) == texts
