"""Still pictures of a story's view, drawn by the service."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .display import sentence
from .errors import Error
from .files import written

if TYPE_CHECKING:
    from .telling import Telling

NAMES = ("page", "strip", "heads", "curve", "head", "patterns", "measures")
FORMATS = ("svg", "png", "csv")
THEMES = ("light", "dark")


class Figure:
    """A picture that is drawn when it is asked for; made by `Story.figure`.

    Raises
    ------
    Error
        `unknown_option`, for a name or a theme that does not exist.
    """

    def __init__(self, telling: Telling, view: dict[str, Any], name: str, width: int, theme: str) -> None:
        for what, value, allowed in (("figure", name, NAMES), ("theme", theme, THEMES)):
            if value not in allowed:
                raise Error(
                    "unknown_option",
                    f"there is no {what} {value!r}, only {', '.join(allowed)}",
                    "choose one of these",
                    {what: value},
                )
        self._telling = telling
        self._view = view
        self._name = name
        self._width = width
        self._theme = theme

    def __repr__(self) -> str:
        return f"<Figure {self._name} of {sentence(self._telling)}>"

    def bytes(self, format: str) -> bytes:
        """The picture as `svg` or `png`, or its numbers as `csv`.

        Raises
        ------
        Error
        """
        self._telling.ready("attention")
        answer = self._telling.ask(
            {
                "kind": "draw",
                "figure": self._name,
                "format": format,
                "width": self._width,
                "theme": self._theme,
                "state": self._view,
            }
        )
        return answer.arrays["file"].values.tobytes()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the picture, or its numbers; `path` ends in .svg, .png or .csv."""
        format = Path(path).suffix.lower().lstrip(".")
        if format not in FORMATS:
            raise Error(
                "unknown_option",
                f"a figure cannot be written as {Path(path).name!r}, only as .svg, .png or .csv",
                "give a name with one of these endings",
                {"path": os.fspath(path)},
            )
        written(path, self.bytes(format))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"image/png": self.bytes("png"), "text/plain": repr(self)}
