"""All parts are of one release."""

from __future__ import annotations

import json
import re
from importlib.metadata import version

from conftest import ROOT

import bertstory as bs
from bertstory import limits
from bertstory.commands.engine import PACKAGES


def test_python_and_npm_have_one_version() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    assert bs.__version__ == package["version"]
    assert version("bertstory") == package["version"]
    assert package["name"] == "bertstory"


def test_the_engine_is_that_of_package_json() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    known = {**package["dependencies"], **package["devDependencies"]}
    assert {name: known[name] for name in PACKAGES} == PACKAGES


def test_the_limits_are_those_of_the_service() -> None:
    text = (ROOT / "src" / "core" / "limits.ts").read_text()
    theirs: dict[str, float] = {}
    for name, value in re.findall(r"^(?:export )?const (\w+) = ([\w *.]+);", text, re.MULTILINE):
        theirs[name] = eval(value, {}, theirs)
    ours = {name: value for name, value in vars(limits).items() if name.isupper()}
    shared = ours.keys() & theirs.keys()
    assert {"MAX_COMM_BYTES", "MAX_FRAME_BYTES", "MAX_SAVED_BYTES", "DEFAULT_ERROR"} <= shared
    assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}
