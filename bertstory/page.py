"""A story's linked view as one HTML file, made by the service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import Error
from .files import written
from .frames import Named
from .limits import MAX_PAGE_BYTES

if TYPE_CHECKING:
    from .telling import Telling

ENDINGS = (".html", ".htm")


def page(telling: Telling, view: Mapping[str, Any]) -> Named:
    """The bytes of the file: the story in the best form that fits, and all that it takes to show it.

    Parameters
    ----------
    telling : Telling
    view : mapping
        What is selected when the page opens.

    Raises
    ------
    Error
    """
    telling.ready("attention")
    answer = telling.ask({"kind": "page", "budget": MAX_PAGE_BYTES, "state": dict(view)})
    return answer.arrays["file"]


def save(telling: Telling, view: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Writes the page.

    Raises
    ------
    Error
        `unknown_option` for a path with another ending, `bad_file` where it cannot be written.
    """
    if Path(path).suffix.lower() not in ENDINGS:
        raise Error(
            "unknown_option",
            f"a page is saved as {ENDINGS[0]}, not as {Path(path).name}",
            "save writes .safetensors, to_csv .csv, figure(…).save .svg and .png",
        )
    written(path, page(telling, view).values.tobytes())
