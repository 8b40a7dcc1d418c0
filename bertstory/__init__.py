"""What every attention head of a BERT model looks at, what its output depends on, and how far the two disagree."""

from __future__ import annotations

import os
from typing import Any

from .client import shared_service
from .errors import Error
from .files import read
from .model import Model, load, loaded_model
from .story import Story
from .telling import Telling
from .version import __version__

__all__ = ["Error", "Model", "Story", "__version__", "load", "open"]


def open(path: str | os.PathLike[str]) -> Story:
    """Opens a story that `Story.save` or `bertstory tell --out` wrote.

    Arrays need nothing else; measures and pictures need Node.js, `exact()` a model that was loaded.

    Raises
    ------
    Error
        `bad_file`.
    """
    return Story(Telling(shared_service(), loaded_model, read(path)))


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext bertstory` adds the cell magic `%%tell`."""
    from .magic import StoryMagics

    shell.register_magics(StoryMagics)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "bertstory"}]
