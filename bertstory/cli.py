"""The command `bertstory`: `tell`, `doctor` and `engine install`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from .commands.doctor import doctor
from .commands.engine import install
from .commands.options import add_options
from .commands.tell import OUT_ENDINGS, tell
from .errors import Error
from .figure import NAMES, THEMES
from .version import __version__
from .view_state import QUANTITY_CHOICES, is_quantity

FAILED, WRONG_USAGE, INTERRUPTED = 1, 2, 130
USAGE_CODES = ("unknown_option", "bad_request")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code: 0, 1 failed, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a sign shows ? instead of ending the program.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        flags = _parser().parse_args(arguments)
        code = int(flags.run(flags))
        sys.stdout.flush()
    except Error as error:
        _complain(error)
        return WRONG_USAGE if error.code in USAGE_CODES else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Who reads has seen enough; the interpreter must not try to flush what is left.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def _quantity(name: str) -> str:
    if not is_quantity(name):
        raise argparse.ArgumentTypeError(f"invalid choice: {name!r} (choose from {QUANTITY_CHOICES})")
    return name


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bertstory",
        description="What every attention head of a BERT model looks at, and what its output depends on.",
    )
    parser.add_argument("--version", action="version", version=f"bertstory {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    telling = commands.add_parser("tell", help="tell one text, print the agreement of every layer")
    telling.add_argument("text", metavar="TEXT", help="the text, or - for standard input")
    telling.add_argument("--pair", metavar="TEXT", help="the second text of a pair")
    add_options(telling)
    telling.add_argument("--measure", metavar="M", type=_quantity, default="pearson", help=QUANTITY_CHOICES)
    telling.add_argument(
        "--out",
        metavar="FILE",
        action="append",
        default=[],
        help=f"write a file: {', '.join(OUT_ENDINGS)}; may be repeated",
    )
    telling.add_argument(
        "--figure",
        metavar="NAME=FILE",
        action="append",
        default=[],
        help=f"write one figure as .svg, .png or .csv: {', '.join(NAMES)}; may be repeated",
    )
    telling.add_argument("--view", metavar="JSON", help="what the figures show, such as '{\"heads\": [[5, 0]]}'")
    telling.add_argument("--theme", default="light", choices=THEMES, help="of the figures (default light)")
    telling.add_argument("--json", action="store_true", help="print JSON instead of the table")
    telling.set_defaults(run=tell)
    checking = commands.add_parser("doctor", help="say what computes here, how fast, and what is missing")
    checking.add_argument("--json", action="store_true", help="the same as one JSON object")
    checking.set_defaults(run=doctor)
    engine = commands.add_parser("engine", help="install: get the native engine, which is many times faster")
    engine.add_subparsers(metavar="install", required=True).add_parser("install").set_defaults(run=install)
    return parser


def _complain(error: Error) -> Any:
    print(f"bertstory: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
