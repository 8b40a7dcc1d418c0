"""All parts are of one release."""

from __future__ import annotations

import json
from importlib.metadata import version

from conftest import ROOT

import bertstory as bs
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
