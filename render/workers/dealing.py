"""Which frame a worker gets next: one that shows the scene that it has built, where there is one."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

FrameT = TypeVar("FrameT")

# A sweep may show one scene in a hundred thousand pictures: a worker takes so many of them at a time, others the rest.
MOST_TOGETHER = 16


class Dealer(Generic[FrameT]):
    """Deals out `waiting`, which lists the frames of a scene one after another; `scene_of` says which scene it is.

    Each is dealt once. With one picture a scene, they are dealt in the order in which they wait.
    """

    def __init__(self, waiting: Iterator[FrameT], scene_of: Callable[[FrameT], int]) -> None:
        self._waiting = waiting
        self._scene_of = scene_of
        self._peeked: deque[FrameT] = deque()
        self._hands: dict[int | None, deque[FrameT]] = defaultdict(deque)

    def deal(self, worker: int | None) -> FrameT | None:
        """The next frame for `worker` (None where it is not known who makes it); None when all are dealt."""
        if worker is None:
            frame = self._next()
            return self._anyones() if frame is None else frame
        if not self._hands[worker]:
            self._hands[worker].extend(self._together())
        return self._hands[worker].popleft() if self._hands[worker] else self._anyones()

    def _together(self) -> Iterator[FrameT]:
        first = self._next()
        if first is None:
            return
        yield first
        for _ in range(MOST_TOGETHER - 1):
            frame = self._next()
            if frame is None:
                return
            if self._scene_of(frame) != self._scene_of(first):
                self._peeked.append(frame)
                return
            yield frame

    def _next(self) -> FrameT | None:
        return self._peeked.popleft() if self._peeked else next(self._waiting, None)

    def _anyones(self) -> FrameT | None:
        """One from the fullest hand: at the end nobody idles while another has several, and a worker may be gone."""
        fullest = max(self._hands.values(), key=len, default=None)
        return fullest.pop() if fullest else None
