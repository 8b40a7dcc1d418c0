"""`bertstory doctor`: what computes here, how fast, and what to do about what is missing."""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..client import shared_service
from ..errors import Error
from ..find import PACKAGED, find_checkpoint
from ..node import find_node, node_version, service_command
from ..version import __version__

GIGA = 1e9
ENGINES = {"tfjs-node": "TensorFlow's library", "tfjs-wasm": "WebAssembly"}

Facts = dict[str, Any]


def doctor(arguments: argparse.Namespace) -> int:
    """Runs `bertstory doctor`; 0 when stories can be told, else 1."""
    found: Facts = {
        "bertstory": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }
    if not arguments.json:
        print(f"{'bertstory':10}{__version__}, Python {found['python']}, {found['system']}")
    healthy = True
    for name, check, tell, needed in CHECKS:
        try:
            found[name] = check()
            first, *more = tell(found[name])
        except Error as error:
            found[name] = {"missing": error.message, "hint": error.hint}
            first, *more = f"missing: {error.message}", error.hint
            healthy = healthy and not needed
            if error.code in ("node_missing", "service_missing", "service_died") and needed:
                _print(arguments, name, first, more)
                break
        _print(arguments, name, first, more)
    found["healthy"] = healthy
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        print("stories can be told here" if healthy else "stories cannot be told here yet")
    return 0 if healthy else 1


def _print(arguments: argparse.Namespace, name: str, first: str, more: list[str]) -> None:
    if arguments.json:
        return
    print(f"{name:10}{first}")
    for line in more:
        print(f"{'':10}{line}")


def _node() -> Facts:
    path = find_node()
    return {"version": node_version(path), "path": path}


def _service() -> Facts:
    bundle = service_command()[1]
    return {"version": shared_service().welcome()["service"]["version"], "path": bundle}


def _engines() -> list[Facts]:
    engines: list[Facts] = shared_service().ask({"kind": "status", "rate": True}).header["engines"]
    return engines


def _tell_engines(engines: list[Facts]) -> list[str]:
    lines = []
    for engine in engines:
        kind = ENGINES.get(engine["name"], engine["name"])
        if engine["gflops"] is None:
            lines.append(f"{engine['name']} ({kind}) cannot run: {engine['why']}")
            continue
        verb = "runs" if engine["runs"] else "could run"
        lines.append(
            f"{engine['name']} {engine['version']} ({kind}) {verb}: {engine['threads']} threads, "
            f"{engine['gflops']:.0f} GFLOP/s in a product{_precision(engine)}"
        )
        if engine["runs"]:
            lines.append(engine["why"])
    return lines


def _precision(engine: Mapping[str, Any]) -> str:
    if engine["precision"] is None:
        return ""
    error = engine["product_error"]
    return f", {engine['precision']}" + ("" if error is None else f" (measured error {error:.0e})")


def _memory() -> Facts:
    memory: Facts = shared_service().ask({"kind": "status"}).header["memory"]
    return memory


def _models() -> Facts:
    return {name: str(find_checkpoint(name).folder) for name in PACKAGED}


def _view() -> Facts:
    try:
        from jupyter_core.paths import jupyter_path
    except ImportError:
        return {"jupyterlab": False, "extension": None}
    for folder in jupyter_path("labextensions", "bertstory"):
        if (Path(folder) / "package.json").is_file():
            return {"jupyterlab": True, "extension": str(folder)}
    return {"jupyterlab": True, "extension": None}


def _tell_view(view: Facts) -> list[str]:
    if not view["jupyterlab"]:
        return ["JupyterLab is not installed here; the command line and files work without it"]
    if view["extension"] is None:
        return ["JupyterLab does not find the extension: install bertstory where JupyterLab runs"]
    return [f"JupyterLab finds the extension ({view['extension']})"]


Check = tuple[str, Callable[[], Any], Callable[[Any], list[str]], bool]

#: Name, what finds the facts, what tells them, and whether stories need it.
CHECKS: tuple[Check, ...] = (
    ("node", _node, lambda node: [f"{node['version']} ({node['path']})"], True),
    ("service", _service, lambda service: [f"{service['version']} ({service['path']})"], True),
    ("engines", _engines, _tell_engines, True),
    (
        "memory",
        _memory,
        lambda memory: [f"{memory['rss'] / GIGA:.1f} GB in use, budget {memory['budget'] / GIGA:.1f} GB"],
        False,
    ),
    ("models", _models, lambda models: [f"{name} ({path})" for name, path in models.items()], False),
    ("view", _view, _tell_view, False),
)
