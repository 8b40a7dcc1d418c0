"""`bertstory tell`: one text, its table, its files. What was computed is never lost."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from .. import files
from ..display import duration
from ..errors import Error
from ..figure import FORMATS, NAMES
from ..model import load
from ..story import Story
from ..view_state import checked_view
from .options import tell_arguments
from .table import as_json, curves, headline, table
from .terminal import Progress

#: Seconds between two looks at how far it is.
TICK = 0.1


def _write_document(story: Story, path: str) -> None:
    files.save_document(story.document, path)


ENDINGS: dict[str, Callable[[Story, str], None]] = {
    ".safetensors": Story.save,
    ".html": Story.to_html,
    ".csv": Story.to_csv,
    ".json": _write_document,
}
#: The whole view.
PICTURES = (".svg", ".png")
OUT_ENDINGS = (*ENDINGS, *PICTURES)


def tell(flags: argparse.Namespace) -> int:
    """Runs `bertstory tell`; returns the exit code.

    Raises
    ------
    Error
        What kept it from beginning, or why the job failed, after everything that it had was written.
    """
    figures = [_figure(one) for one in flags.figure]
    _check_files([*flags.out, *(path for _, path in figures)])
    view = _view(flags.view)
    text = _standard_input() if flags.text == "-" else flags.text
    progress = Progress(sys.stderr)
    story = load(flags.model).tell(text, flags.pair, **tell_arguments(flags))
    interrupted, failure = _wait(story, progress)
    if story._telling.contents.attention is not None:
        failure = _report(story, flags, view, figures, progress) or failure
    if interrupted:
        return 130
    if failure is not None:
        raise failure
    return 0


def _wait(story: Story, progress: Progress) -> tuple[bool, Error | None]:
    """Waits until the job has ended or is interrupted; whether it was, and why the job failed."""
    try:
        while story.running:
            progress.show(story._telling.status(), story._telling.contents.samples)
            story.wait(TICK)
        story.wait()
    except KeyboardInterrupt:
        progress.say("interrupted: keeping what was computed")
        story.cancel()
        return True, None
    except Error as error:
        return False, error
    finally:
        progress.clear()
    return False, None


def _report(
    story: Story, flags: argparse.Namespace, view: dict[str, Any], figures: list[tuple[str, str]], progress: Progress
) -> Error | None:
    """Writes the files first, then prints; returns the first error, having tried all."""
    seen = _attempt(lambda: setattr(story, "view", view))
    pictures = [("page", path) for path in flags.out if _ending(path) in PICTURES]
    others = [path for path in flags.out if _ending(path) not in PICTURES]
    written = {path: _attempt(partial(ENDINGS[_ending(path)], story, path)) for path in others}
    for name, path in (*pictures, *figures):
        written[path] = _attempt(partial(story.figure(name, theme=flags.theme).save, path))
    printed = _attempt(lambda: _print(story, flags, [path for path, error in written.items() if error is None]))
    _notices(story, progress)
    return next((error for error in (seen, *written.values(), printed) if error is not None), None)


def _attempt(task: Callable[[], None]) -> Error | None:
    try:
        task()
    except Error as error:
        return error
    return None


def _print(story: Story, flags: argparse.Namespace, written: list[str]) -> None:
    has_attribution = story._telling.contents.norms is not None
    ways = curves(story, flags.measure) if has_attribution else {}
    if flags.json:
        answer = {
            "document": story.document,
            "state": story.state,
            "reason": story._telling.status()["reason"],
            "curves": as_json(flags.measure, ways),
            "files": written,
        }
        print(json.dumps(answer, indent=2, allow_nan=False))
        return
    print(headline(story))
    for line in table(flags.measure, ways):
        print(line)


def _notices(story: Story, progress: Progress) -> None:
    status, truncated = story._telling.status(), story.document["truncated"]
    if truncated:
        progress.say(f"the text is too long for the model: its last {truncated['pieces']} pieces were left out")
    if status["reason"] == "paused":
        left = status["seconds_left"]
        takes = f" would take about {duration(left)}" if left else " would take long"
        progress.say(f"paused: more{takes}; --exact goes on to the end, --error E or --samples S to somewhere before")


def _check_files(paths: list[str]) -> None:
    """What cannot be written is found out before anything is computed."""
    for path in paths:
        if _ending(path) not in OUT_ENDINGS:
            raise Error(
                "unknown_option",
                f"--out {path} has an ending that says no format; allowed: {', '.join(OUT_ENDINGS)}",
                "give a name with one of these endings",
            )
        folder = Path(path).absolute().parent
        if not (folder.is_dir() and os.access(folder, os.W_OK)) or Path(path).is_dir():
            raise Error("bad_file", f"--out {path} cannot be written there", "choose a folder that exists and is yours")


def _figure(given: str) -> tuple[str, str]:
    name, equals, path = given.partition("=")
    if not equals or name not in NAMES:
        allowed = ", ".join(NAMES)
        raise Error("unknown_option", f"--figure {given} is not NAME=FILE; names: {allowed}", "name one of these")
    if _ending(path).lstrip(".") not in FORMATS:
        allowed = ", ".join(f".{one}" for one in FORMATS)
        raise Error(
            "unknown_option",
            f"--figure {given} has an ending that says no format; allowed: {allowed}",
            "give a name with one of these endings",
        )
    return name, path


def _view(given: str | None) -> dict[str, Any]:
    try:
        view = {} if given is None else json.loads(given)
    except ValueError as error:
        raise Error("bad_request", f"--view is no JSON: {error}", "write it as '{\"heads\": [[5, 0]]}'") from None
    return checked_view(view, {})


def _ending(path: str) -> str:
    return Path(path).suffix.lower()


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise Error(
            "bad_file",
            f"standard input is not UTF-8: byte {error.start} is {error.object[error.start]:#04x}",
            "convert it, for instance with: iconv -t utf-8",
        ) from None
