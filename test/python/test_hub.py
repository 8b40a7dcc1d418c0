"""Models from the hub, held against a look-alike on loopback: what is asked for, what is kept, what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CAT, ROOT, TINY, one_sentence
from hub_lookalike import Hub, Repository, hub_of

from bertstory.errors import Error
from bertstory.hub import hub_id

NEW, OLD = "1" * 40, "2" * 40
SHARDED = ROOT / "test" / "fixtures" / "models" / "masked-lm"
NOT_FOR_US = {"pytorch_model.bin": b"PK", "README.md": b"#", "onnx/model.onnx": b"o", "onnx/config.json": b"{}"}

FIND = """
import json, sys
if sys.argv[1] == "without":
    sys.modules["huggingface_hub"] = None
from bertstory.errors import Error
from bertstory.find import find_checkpoint
for name, revision in json.loads(sys.argv[2]):
    try:
        found = find_checkpoint(name, revision=revision)
        print(json.dumps({"folder": str(found.folder), "name": found.name, "revision": found.revision}))
    except Error as error:
        print(json.dumps({"code": error.code, "message": error.message, "hint": error.hint}))
"""


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def repositories() -> dict[str, Repository]:
    tiny = {**files_of(TINY), **NOT_FOR_US}
    pickled = {name: content for name, content in tiny.items() if name != "model.safetensors"}
    names = {"main": NEW, "v1": OLD}
    return {
        "org/tiny": Repository({NEW: tiny, OLD: {**tiny, "old.txt": b""}}, names),
        "tiny-alone": Repository({NEW: tiny}, names),
        "org/parts": Repository({NEW: files_of(SHARDED)}, names),
        "org/pickle": Repository({NEW: pickled}, names),
        "org/gated": Repository({NEW: tiny}, names, gated=True),
        "org/no-config": Repository({NEW: {"README.md": b"#"}}, names),
        "org/no-weights": Repository({NEW: {"config.json": b"{}"}}, names),
    }


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with hub_of(repositories()) as served:
        yield served


def environment(hub: Hub, cache: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "HUGGINGFACE"))}
    own = {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(cache), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    return {**kept, **own, "NO_PROXY": "127.0.0.1", **more}


def find(env: dict[str, str], *asked: tuple[str, str | None], library: str = "with") -> list[dict[str, Any]]:
    """What `find_checkpoint` says in a process of its own, since huggingface_hub reads the environment once."""
    command = [sys.executable, "-c", FIND, library, json.dumps(asked)]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_fetches_what_it_needs_and_keeps_it(hub: Hub, tmp_path: Path) -> None:
    env = environment(hub, tmp_path)
    hub.asked.clear()
    new, again, old, alone = find(
        env, ("org/tiny", None), ("org/tiny", None), ("org/tiny@v1", None), ("tiny-alone", NEW)
    )
    assert hub.fetched() == {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"}
    # Once for each repository: both revisions have the same weights.
    assert hub.asked.count(("GET", "model.safetensors")) == 2
    assert again == new
    assert (new["name"], new["revision"]) == ("org/tiny", NEW)
    assert (old["name"], old["revision"]) == ("org/tiny", OLD)
    assert (alone["name"], alone["revision"]) == ("tiny-alone", NEW)
    assert (Path(new["folder"]) / "model.safetensors").read_bytes() == (TINY / "model.safetensors").read_bytes()
    hub.asked.clear()
    offline = {**env, "HF_HUB_OFFLINE": "1"}
    assert find(offline, ("org/tiny", None), ("org/tiny", "v1"), ("org/tiny", OLD)) == [new, old, old]
    assert hub.asked == []
    unreachable = {**env, "HF_ENDPOINT": "http://127.0.0.1:9"}
    assert find(unreachable, ("org/tiny", None)) == [new]


def test_fetches_all_parts_of_weights(hub: Hub, tmp_path: Path) -> None:
    (found,) = find(environment(hub, tmp_path), ("org/parts", None))
    assert {file.name for file in Path(found["folder"]).iterdir()} == {file.name for file in SHARDED.iterdir()}


def test_tells_a_model_of_the_hub_with_its_revision(hub: Hub, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bertstory.cli", "tell", CAT, "--samples", "2", "--json", "--model", "org/tiny@v1"]
    answer = subprocess.run(command, env=environment(hub, tmp_path), capture_output=True, text=True, check=True)
    model = json.loads(answer.stdout)["document"]["model"]
    assert (model["id"], model["revision"], model["layers"]) == ("org/tiny", OLD, 3)


REFUSED = {
    "no such model": ("org/none", "model_not_found", "is neither here nor on the hub"),
    "no such revision": ("org/tiny@v9", "model_not_found", "has no revision 'v9'"),
    "behind an agreement": ("org/gated", "model_not_found", "asks for an agreement"),
    "no configuration": ("org/no-config", "model_not_found", "has no config.json"),
    "no weights": ("org/no-weights", "model_not_found", "has no model.safetensors"),
    "weights in a pickle": ("org/pickle", "bad_file", "pytorch_model.bin, a pickle"),
}


def test_refuses_in_one_sentence(hub: Hub, tmp_path: Path) -> None:
    hub.asked.clear()
    asked = [(name, None) for name, _, _ in REFUSED.values()]
    for (_, code, words), answer in zip(REFUSED.values(), find(environment(hub, tmp_path), *asked), strict=True):
        assert answer["code"] == code
        assert words in answer["message"]
        one_sentence(Error(**answer))
    assert hub.fetched() == set()


def test_says_how_to_convert_a_pickle(hub: Hub, tmp_path: Path) -> None:
    (answer,) = find(environment(hub, tmp_path), ("org/pickle", None))
    assert answer["hint"].startswith('convert it: python -c "import sys, transformers as t;')
    assert answer["hint"].endswith(" org/pickle NEW_FOLDER")


def test_says_why_there_is_no_model_without_a_hub(hub: Hub, tmp_path: Path) -> None:
    env = environment(hub, tmp_path)
    hub.asked.clear()
    (offline,) = find({**env, "HF_HUB_OFFLINE": "1"}, ("org/tiny", "v1"))
    assert hub.asked == []
    assert offline["code"] == "model_not_found"
    assert "org/tiny at revision v1" in offline["message"]
    assert "HF_HUB_OFFLINE" in offline["hint"]
    (unreachable,) = find({**env, "HF_ENDPOINT": "http://127.0.0.1:9"}, ("org/tiny", None))
    assert unreachable["code"] == "hub_unreachable"
    (missing,) = find(env, ("org/tiny", None), library="without")
    assert missing["code"] == "hub_missing"
    assert 'pip install "bertstory[hub]"' in missing["hint"]
    for answer in (offline, unreachable, missing):
        one_sentence(Error(**answer))


@pytest.mark.parametrize(
    ("name", "revision", "known"),
    [
        ("bert-base-uncased", None, ("bert-base-uncased", None)),
        ("org/name", None, ("org/name", None)),
        ("org/name", "main", ("org/name", "main")),
        ("org/name@refs/pr/1", None, ("org/name", "refs/pr/1")),
        ("org/name@v1", "v1", ("org/name", "v1")),
        ("/org/name", None, None),
        ("./name", None, None),
        ("a/b/c", None, None),
        ("org\\name", None, None),
        ("org/name@", None, None),
        ("", None, None),
        ("n" * 97, None, None),
    ],
)
def test_ids_of_the_hub(name: str, revision: str | None, known: tuple[str, str | None] | None) -> None:
    assert hub_id(name, revision) == known


def test_one_revision_is_enough() -> None:
    with pytest.raises(Error, match="revision is 'v2', and the name of the model says 'v1'") as caught:
        hub_id("org/name@v1", "v2")
    one_sentence(caught.value)
