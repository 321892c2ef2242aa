"""What runs inside a worker process: one Blender session that makes one frame after another."""

from __future__ import annotations

import ctypes
import faulthandler
import logging
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from longtail.annotate.dataset.atomic import FULL
from longtail.annotate.errors import RenderError
from longtail.beginning import importing_for_good
from longtail.render.frame import Begun, DrawnAhead, begin_frame
from longtail.render.machine.devices import Device
from longtail.render.machine.few_threads import few_threads
from longtail.render.machine.limits import taken_mb
from longtail.render.storage.patience import patiently
from longtail.render.storage.store import Committer, disk_error
from longtail.render.view.exposing import Renderer
from longtail.render.workers.last_stacks import LastStacks
from longtail.scenes.assets.asset import Asset
from longtail.scenes.composing import catalogue_of
from longtail.scenes.config.config import Config

PID = "pid"
_LONGEST_LOG_BYTES = 20_000_000
_PR_SET_PDEATHSIG = 1
# What a pipe takes whole, whoever dies meanwhile: PIPE_BUF of Linux, man 7 pipe.
_LONGEST_ANSWER_BYTES = 4096


@dataclass(frozen=True)
class Order:
    """All that a worker needs to know: what to render, where to put it, and on what.

    `log` takes what it and Blender say; `desk` is an empty folder of its own, for its process id and temporary files.
    """

    config: Config
    committer: Committer
    device: Device
    threads: int
    log: Path
    desk: Path
    frame_limit_s: float


@dataclass(frozen=True)
class Done:
    """A committed frame, as its worker reports it. `memory_mb` is what the worker takes after it."""

    index: int
    condition: str
    seconds: Mapping[str, float]
    memory_mb: float


@dataclass(frozen=True)
class Answer:
    """What became of a frame that was finished beside another one: one of the two is there."""

    index: int
    done: Done | None = None
    error: Exception | None = None


@dataclass(frozen=True)
class Encoded:
    """A frame ready to commit, without its pictures in memory."""

    condition: str
    files: Mapping[str, bytes]
    record: bytes
    seconds: Mapping[str, float]


# A process is one worker: Blender keeps one state per process, so its session lives as long as the process.
_session: Renderer[Any] | None = None
_assets: Mapping[str, Asset] = {}
_order: Order | None = None
# Blender lets other threads of Python go on while it renders.
_finisher = ThreadPoolExecutor(1, "finisher")
_finishing: Future[None] | None = None
_ahead = DrawnAhead()
_answers: Connection | None = None
_stacks = LastStacks()


def prepare(order: Order, answers: Connection) -> None:
    """Called once in a new worker process: leave Ctrl-C and a terminal's end, which all processes of a terminal get, to
    the supervisor, and send all that is said to the log. `answers` takes what becomes of frames finished later.
    """
    global _order, _answers
    _order, _answers = order, answers
    for of_terminals in (signal.SIGINT, signal.SIGHUP):
        signal.signal(of_terminals, signal.SIG_IGN)
    _end_with_the_supervisor()
    sys.stdout.flush()
    mode = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if order.log.exists() and order.log.stat().st_size > _LONGEST_LOG_BYTES:
        mode |= os.O_TRUNC
    descriptor = os.open(order.log, mode, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    faulthandler.enable(2)
    logging.basicConfig(format="%(message)s")
    # Blender leaves its temporary folder behind when it is killed; the supervisor clears the desk.
    os.environ["TMPDIR"] = str(order.desk)
    tempfile.tempdir = None
    (order.desk / PID).write_text(str(os.getpid()))


def render_one(index: int) -> Done:
    """Make and commit frame `index`, with nothing else in hand meanwhile."""
    _settle()
    return _finisher.submit(_finish, index, _rendered(index)).result()


def render_beside(index: int) -> None:
    """Render frame `index`; it is labelled, encoded and committed while the next one is rendered.

    What becomes of it comes as an `Answer`, before this returns for the next one: at most one frame is in that state.
    Meanwhile the next scene is drawn, where it can be guessed which that is. Not so in `render_one`: a frame that is
    blamed for a process that its neighbour's scene has ended succeeds there, alone.
    """
    global _finishing
    begun = _rendered(index, _ahead)
    _settle()
    _finishing = _finisher.submit(_answer, index, begun)


def make(config: Config, device: Device, threads: int, index: int) -> Encoded:
    """Frame `index`, by this process's Blender session. A process serves one config and device all its life."""
    return encoded(begin(config, device, threads, index))


def begin(config: Config, device: Device, threads: int, index: int, ahead: DrawnAhead | None = None) -> Begun:
    """The renderer's part of `make`."""
    global _session, _assets
    if _session is None:
        # Blender is loaded here, in the worker: the supervisor must survive whatever it does.
        with importing_for_good(), few_threads(threads):
            from longtail.render.blender.session import Session

        _session = Session(config.render, device, threads)
        _assets = catalogue_of(config)
    return begin_frame(_session, config, index, _assets, ahead)


def encoded(begun: Begun) -> Encoded:
    """The rest of `make`."""
    made = begun.finish()
    return Encoded(made.condition, made.files, made.record, made.seconds)


def _rendered(index: int, ahead: DrawnAhead | None = None) -> Begun:
    assert _order is not None
    with _stacks.in_time(index, _order.frame_limit_s):
        try:
            return begin(_order.config, _order.device, _order.threads, index, ahead)
        except Exception as error:
            _print(error)
            # The process is let go for it.
            _settle()
            # Models come in by way of files on the desk: that these have no room is no fault of the frame's.
            if isinstance(error, OSError) and error.errno in FULL:
                raise disk_error(_order.desk, error) from error
            raise


def _finish(index: int, begun: Begun) -> Done:
    assert _order is not None
    with _stacks.in_time(index, _order.frame_limit_s):
        try:
            return commit(_order.committer, index, encoded(begun), taken_mb(os.getpid()))
        except Exception as error:
            _print(error)
            raise


def _answer(index: int, begun: Begun) -> None:
    assert _answers is not None
    try:
        answer = Answer(index, _finish(index, begun))
    except Exception as error:  # whatever it is, the supervisor decides
        answer = Answer(index, error=_told(error))
    _answers.send(answer)


def _settle() -> None:
    """Wait until nothing is being finished, and what became of it is told."""
    if _finishing is not None:
        _finishing.result()


def _told(error: Exception) -> Exception:
    """`error`, or one with its words where it cannot be sent."""
    try:
        copied = pickle.loads(pickle.dumps(error))
        if isinstance(copied, Exception) and len(pickle.dumps(copied)) < _LONGEST_ANSWER_BYTES // 2:
            return copied
    except Exception:  # any class may go wrong at being copied
        _print(error)
    return RenderError(f"{type(error).__name__}: {error}"[: _LONGEST_ANSWER_BYTES // 8])


def _print(error: BaseException) -> None:
    with suppress(OSError):  # on a full disk
        traceback.print_exception(error)
        sys.stderr.flush()


def commit(
    committer: Committer, index: int, made: Encoded, memory_mb: float, wait: Callable[[float], object] = time.sleep
) -> Done:
    """Commit a frame, patiently where that takes a network (`wait`: see `patiently`), and say what it took."""
    start = time.perf_counter()
    patiently(lambda: committer.commit(index, made.files, made.record), wait)
    return Done(index, made.condition, {**made.seconds, "store": time.perf_counter() - start}, memory_mb)


def _end_with_the_supervisor() -> None:
    """Have the kernel kill this process when the one that began it is gone: an orphan would go on writing frames.

    man 2 prctl, PR_SET_PDEATHSIG; Linux only. Whoever inherits orphans may be any process, and in a container the
    supervisor itself is process 1: what tells is whether the parent is still the one that began this process.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    supervisor = multiprocessing.parent_process()
    if supervisor is not None and os.getppid() != supervisor.pid:  # it was gone before
        os._exit(1)
