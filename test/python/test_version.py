"""All parts are of one release."""

from __future__ import annotations

import json
from importlib.metadata import version

from conftest import ROOT

import bertstory as bs


def test_python_and_npm_have_one_version() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    assert bs.__version__ == package["version"]
    assert version("bertstory") == package["version"]
    assert package["name"] == "bertstory"
