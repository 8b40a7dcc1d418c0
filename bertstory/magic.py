"""`%%tell`: the text of a notebook cell as a story."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class

from .commands.options import add_options, tell_arguments
from .errors import Error
from .model import Model, load
from .story import Story

SEPARATOR = "---"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage()}")


@magics_class
class StoryMagics(Magics):
    """Added to the shell by `%load_ext bertstory`."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._models: dict[str, Model] = {}

    @cell_magic
    def tell(self, line: str, cell: str) -> Story:
        """Tells the cell's text; a line `---` separates the two texts of a pair.

        `%%tell --model minilm [--exact | --samples S | --error E] …`; the story is the cell's value, `_`.
        """
        parser = _Parser(prog="%%tell", add_help=False)
        add_options(parser)
        flags = parser.parse_args(shlex.split(line))
        text, pair = split_cell(cell)
        try:
            if flags.model not in self._models:
                self._models[flags.model] = load(flags.model)
            return self._models[flags.model].tell(text, pair, **tell_arguments(flags))
        except Error as error:
            # One sentence and its hint, where a traceback would only show the inside of this package.
            raise UsageError(str(error)) from None


def split_cell(cell: str) -> tuple[str, str | None]:
    """The text and, after a line `---`, its pair; without the white space around them."""
    lines = cell.splitlines()
    for k, line in enumerate(lines):
        if line.strip() == SEPARATOR:
            return "\n".join(lines[:k]).strip(), "\n".join(lines[k + 1 :]).strip()
    return cell.strip(), None
