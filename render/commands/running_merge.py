"""COCO files that grow while a run goes on, so that they are there when it ends, however many frames it has."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Self

from longtail.annotate.dataset.dataset import DatasetInfo
from longtail.annotate.dataset.merge import merging
from longtail.render.storage.patience import patiently
from longtail.render.storage.store import FrameStore, disk_error
from longtail.render.watching import events

_LAST_S = 1.0


class _DroppedError(Exception):
    """Nobody wants the files any more."""


class RunningMerge:
    """Merges frames in ascending order as soon as they are there, in a thread; a `render.watching.events.Watcher`.

    `finished` frames are there already; of those `asked` for in ascending order each is waited for, until it is made or
    given up or the run ends. `credit` is told of all assets so far whenever a frame brings new ones. Left without
    `end`, it leaves no file behind.
    """

    def __init__(
        self,
        store: FrameStore,
        info: DatasetInfo,
        finished: Collection[int],
        asked: Iterable[int],
        credit: Callable[[Collection[str]], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._info = info
        self._finished = finished
        self._asked = asked
        self._credit = credit
        self._made: set[int] = set()
        self._given_up: set[int] = set()
        self._over = False
        self._news = Condition()
        self._dropped = Event()
        self._assets: set[str] = set()
        self._error: BaseException | None = None
        # It never keeps a process from ending.
        self._thread = Thread(target=self._run, name="merge", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dropped.set()
        with self._news:
            self._news.notify()
        # It may be busy for longer where its disk is; it is of no use then, and ends with the process.
        self._thread.join(_LAST_S)

    def see(self, event: events.Event) -> None:
        with self._news:
            if isinstance(event, events.FrameDone):
                self._made.add(event.frame)
            elif isinstance(event, events.FrameQuarantined):
                self._given_up.add(event.frame)
            elif isinstance(event, events.RunEnded):
                self._over = True
            self._news.notify()

    def look(self, workers: Sequence[events.WorkerState]) -> None:
        """Frames come by events."""

    def end(self) -> set[str]:
        """Wait for the files; the names of all assets that the frames show. Raises what kept them from being made."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._assets

    def _run(self) -> None:
        try:
            with merging(self._info, self._store.root) as merger:
                for index in self._in_order():
                    lines = patiently(partial(self._store.lines, index), self._dropped.wait)
                    merger.add(lines)
                    self._show(lines.assets())
        except OSError as error:
            self._error = disk_error(self._store.root, error)
        except BaseException as error:
            self._error = error

    def _show(self, assets: Collection[str]) -> None:
        if not self._assets.issuperset(assets):
            self._assets.update(assets)
            patiently(partial(self._credit, frozenset(self._assets)), self._dropped.wait)

    def _in_order(self) -> Iterator[int]:
        coming = (index for index in self._asked if index not in self._finished)
        for index in heapq.merge(sorted(self._finished), coming):
            if index in self._finished or self._comes(index):
                if self._dropped.is_set():
                    raise _DroppedError
                yield index

    def _comes(self, index: int) -> bool:
        """Wait until it is known whether frame `index` comes."""
        with self._news:
            self._news.wait_for(
                lambda: self._over or self._dropped.is_set() or index in self._made or index in self._given_up
            )
            came = index in self._made
            self._made.discard(index)
        return came or self._dropped.is_set()
