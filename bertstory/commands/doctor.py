"""`bertstory doctor`: what computes here, how fast, and what to do about what is missing."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable
from pathlib import Path

from ..client import shared_service
from ..errors import Error
from ..find import PACKAGED, find_checkpoint
from ..node import find_node, node_version, service_command
from ..version import __version__

GIGA = 1e9


def doctor(_: argparse.Namespace) -> int:
    """Runs `bertstory doctor`; 0 when stories can be told, else 1."""
    print(
        f"{'bertstory':10}{__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    checks: tuple[tuple[str, Callable[[], str], bool], ...] = (
        ("node", _node, True),
        ("service", _service, True),
        ("engine", _engine, True),
        ("memory", _memory, False),
        ("model", _model, False),
        ("view", _view, False),
    )
    healthy = True
    for name, check, needed in checks:
        try:
            first, *more = check().splitlines()
        except Error as error:
            first, *more = f"missing: {error.message}", error.hint
            healthy = healthy and not needed
            if error.code in ("node_missing", "service_missing", "service_died") and needed:
                _print(name, first, more)
                break
        _print(name, first, more)
    print("stories can be told here" if healthy else "stories cannot be told here yet")
    return 0 if healthy else 1


def _print(name: str, first: str, more: list[str]) -> None:
    print(f"{name:10}{first}")
    for line in more:
        print(f"{'':10}{line}")


def _node() -> str:
    path = find_node()
    return f"{node_version(path)} ({path})"


def _service() -> str:
    bundle = service_command()[1]
    service = shared_service().welcome()["service"]
    return f"{service['version']} ({bundle})"


def _engine() -> str:
    engine = shared_service().welcome()["engine"]
    rate = shared_service().ask({"kind": "status", "rate": True}).header.get("gflops")
    speed = "" if rate is None else f", {rate:.0f} GFLOP/s in a product"
    return f"{engine['name']} {engine['version']}, {engine['threads']} threads{speed}\n{engine['why']}"


def _memory() -> str:
    memory = shared_service().ask({"kind": "status"}).header["memory"]
    return f"{memory['rss'] / GIGA:.1f} GB in use, budget {memory['budget'] / GIGA:.1f} GB"


def _model() -> str:
    return "\n".join(f"{name} ({find_checkpoint(name).folder})" for name in PACKAGED)


def _view() -> str:
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return "JupyterLab is not installed here; the command line and files work without it"
    for folder in jupyter_path("labextensions", "bertstory"):
        if (Path(folder) / "package.json").is_file():
            return f"JupyterLab finds the extension ({folder})"
    return "JupyterLab does not find the extension: install bertstory where JupyterLab runs"
