"""`bertstory engine install`: the native engine for the service, in the user's own data folder."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import Error
from ..node import BUNDLE, find_node

#: As in package.json; a test compares.
PACKAGES = {"@tensorflow/tfjs-node": "4.22.0", "node-api-headers": "1.9.0"}


def install(_: argparse.Namespace) -> int:
    """Runs `bertstory engine install`; the engine that is there is replaced only by one that works.

    Raises
    ------
    Error
        `node_missing`, `service_missing`, or `engine_missing` with what failed.
    """
    node, script = find_node(), BUNDLE.with_name("engine.mjs")
    if not script.is_file():
        raise Error("service_missing", f"{script} is missing", "install bertstory again")
    data = data_folder()
    engine, new = data / "engine", data / "engine.new"
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir(parents=True)
        (new / "package.json").write_text('{"private": true}\n')
        wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"]
        _run([find_npm(node), "install", *flags, *wanted], new, "npm could not install the engine's package")
        package = new / "node_modules" / "@tensorflow" / "tfjs-node"
        steps = [node, str(script), str(package), "--cache", str(data / "tensorflow"), "--python", sys.executable]
        _run(steps, new, "the native engine cannot be had here")
        shutil.rmtree(engine, ignore_errors=True)
        new.replace(engine)
    except OSError as error:
        raise Error(
            "engine_missing", f"{data} cannot be written: {error.strerror}", "look for free disk space (1.5 GB)"
        ) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
    print(f"installed in {engine}; bertstory doctor says how fast it is")
    return 0


def data_folder() -> Path:
    """Where this user's programs keep their data, as in src/service/native-engine.ts."""
    home = Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "bertstory"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "bertstory"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "bertstory"


def find_npm(node: str) -> str:
    """The npm beside this Node.js, or the one on the path.

    Raises
    ------
    Error
        `node_missing`.
    """
    found = shutil.which("npm", path=str(Path(node).parent)) or shutil.which("npm")
    if found is None:
        raise Error("node_missing", f"there is no npm beside {node}", "install it from your system's packages")
    return found


def _run(command: Sequence[str], folder: Path, failure: str) -> None:
    # What it says is for the user as it is.
    code = subprocess.run(list(command), cwd=folder, stdout=sys.stdout.fileno()).returncode
    if code != 0:
        raise Error("engine_missing", failure, "the lines above say why; until then the portable engine serves")
