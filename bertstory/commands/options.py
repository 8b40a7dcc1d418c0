"""The options of `tell` as flags, the same on the command line and after `%%tell`."""

from __future__ import annotations

import argparse
from typing import Any

DEFAULT_MODEL = "minilm"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds --model and the flags that stand for the keyword arguments of `Model.tell`."""
    parser.add_argument(
        "--model",
        metavar="M",
        default=DEFAULT_MODEL,
        help="minilm (default), a folder, or ORG/NAME[@REVISION] on the hub",
    )
    stop = parser.add_mutually_exclusive_group()
    stop.add_argument("--exact", action="store_true", default=None, help="go on to all directions")
    stop.add_argument("--samples", metavar="S", type=int, help="stop at S random directions per token")
    stop.add_argument("--error", metavar="E", type=float, help="stop at this relative error of cells, such as 0.05")
    parser.add_argument("--hybrid", metavar="S1", type=int, help="so many directions are sought out, not random")
    parser.add_argument("--hidden", action="store_true", default=None, help="norms of hidden states too, in --out FILE")
    parser.add_argument("--seed", metavar="N", type=int, help="of the random directions (default 0)")
    method = parser.add_argument_group("method")
    method.add_argument("--norm", metavar="N", help="frobenius (default), sum or input")
    method.add_argument("--target", metavar="T", help="head (default) or projected")
    method.add_argument("--source", metavar="S", help="input (default), embedding, local or layer:K")
    method.add_argument("--paths", metavar="P", help="all (default) or values")


def tell_arguments(flags: argparse.Namespace) -> dict[str, Any]:
    """The keyword arguments of `Model.tell` that were given as flags."""
    names = ("exact", "samples", "error", "hybrid", "hidden", "seed", "norm", "target", "source", "paths")
    return {name: getattr(flags, name) for name in names if getattr(flags, name) is not None}
