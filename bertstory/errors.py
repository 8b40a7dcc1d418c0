"""What every error of bertstory carries: a stable code, a sentence, a hint, and the values seen and allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Error(Exception):
    """Something that bertstory refused or could not do.

    Attributes
    ----------
    code : str
        Stable across releases; programs may branch on it.
    message : str
        One sentence with the value seen and the values allowed.
    hint : str
        What to do or type instead; may be empty.
    values : dict
        The same facts for programs.
    """

    def __init__(self, code: str, message: str, hint: str = "", values: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.values: dict[str, Any] = dict(values or {})

    def __str__(self) -> str:
        return f"{self.message}\nHint: {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return (Error, (self.code, self.message, self.hint, self.values))


def error_from(header: Mapping[str, Any]) -> Error:
    """The error in the header of an `error` frame."""
    return Error(
        str(header.get("code", "internal")),
        str(header.get("message", "the service sent an error without a sentence")),
        str(header.get("hint", "")),
        header.get("values") or {},
    )
