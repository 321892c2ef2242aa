"""What the commands of all groups share: the types of their options, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from longtail.annotate.errors import LongtailError
from longtail.render.machine.stopping import StoppedError
from longtail.render.machine.streams import drop_untaken
from longtail.render.watching.say import say


def speaks_plainly(command: Callable[..., int | None]) -> Callable[..., None]:
    """End with the command's status; an error of ours is one message and its status, never a traceback."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            status = command(*args, **options)
            sys.stdout.flush()
        except LongtailError as error:
            say(f"longtail: {error}")
            status = error.exit_status
        except BrokenPipeError:  # click ends in silence where the reader of a pipe has left
            raise
        except OSError as error:  # of a disk, while results are written: frames are committed by then
            status = refused_by_disk(error)
        except StoppedError as stopped:
            say(f"longtail: stopped by {stopped}")
            status = 1
        sys.exit(status or 0)

    return run


def refused_by_disk(error: OSError) -> int:
    """Say what could not be written, be it a file or what standard output is led to; the exit status."""
    from longtail.annotate.dataset.atomic import FULL, full

    told = full(error.filename) if error.errno in FULL and error.filename is not None else str(error)
    say(f"longtail: {told}")
    drop_untaken()
    return 1


class Words(click.ParamType[Any]):
    """What names a place or a config; `reads` says what it is, or raises what is wrong with it."""

    def __init__(self, name: str, reads: str) -> None:
        self.name = name
        self._reads = reads

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from longtail.render.storage import place

        try:
            return getattr(place, self._reads)(value) if isinstance(value, str) else value
        except LongtailError as error:
            self.fail(str(error), param, ctx)


PLACE = Words("folder or URL", "place")
LOCAL = Words("path", "local_place")
CONFIG = Words("scenario or file", "config_source")


class AllowanceWords(click.ParamType[Any]):
    """How many frames may be missing."""

    name = "number or share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from longtail.annotate.dataset.allowance import Allowance

        try:
            return Allowance.parse(value) if isinstance(value, str) else value
        except LongtailError as error:
            self.fail(str(error).removeprefix("--allow-failures: "), param, ctx)


class Renaming(click.ParamType[Any]):
    """Two names of a category, the old one first."""

    name = "old=new"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        old, equals, new = (part.strip().lower() for part in str(value).partition("="))
        if not (old and equals and new):
            self.fail(f"expected OLD=NEW, as in van=car, got {value!r}", param, ctx)
        return old, new
