"""Dealing frames to workers: each once, and a scene's pictures to one worker."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from longtail.render.workers.dealing import MOST_TOGETHER, Dealer


def dealer(frames: list[int], together: int) -> Dealer[int]:
    return Dealer(iter(frames), lambda frame: frame // together)


def test_a_scene_goes_to_one_worker() -> None:
    deal = dealer(list(range(12)), 4).deal
    dealt = [(worker, deal(worker)) for worker in (0, 1, 2, 1, 0, 2, 0, 1, 2, 0, 1, 2)]
    scenes = {
        worker: {frame // 4 for who, frame in dealt if who == worker and frame is not None} for worker in range(3)
    }
    assert scenes == {0: {0}, 1: {1}, 2: {2}}
    assert [frame for worker, frame in dealt if worker == 1] == [4, 5, 6, 7]


def test_one_picture_a_scene_is_dealt_in_order() -> None:
    deal = dealer(list(range(7)), 1).deal
    assert [deal(worker) for worker in (2, 0, 1, 1, 1, 0, 2, 0)] == [0, 1, 2, 3, 4, 5, 6, None]


def test_an_unknown_worker_gets_them_in_order() -> None:
    deal = dealer(list(range(6)), 3).deal
    assert [deal(None) for _ in range(7)] == [0, 1, 2, 3, 4, 5, None]


def test_gaps_do_not_join_scenes() -> None:
    """Frames 2 and 4 are there already."""
    deal = dealer([0, 1, 3, 5, 6], 3).deal
    assert [deal(0), deal(0), deal(1), deal(1), deal(0)] == [0, 1, 3, 5, 6]


def test_at_the_end_nobody_idles_while_another_has_several() -> None:
    deal = dealer(list(range(4)), 4).deal
    assert deal(0) == 0
    assert deal(1) == 3
    assert {deal(0), deal(1)} == {1, 2}
    assert deal(0) is deal(1) is None


def test_a_long_sweep_is_shared_out() -> None:
    deal = dealer(list(range(100_000)), 100_000).deal
    assert deal(0) == 0
    assert deal(1) == MOST_TOGETHER


@given(
    frames=st.lists(st.integers(0, 60), unique=True).map(sorted),
    together=st.integers(1, 40),
    workers=st.lists(st.integers(0, 3) | st.none(), min_size=1),
)
def test_each_frame_is_dealt_once_whoever_asks(frames: list[int], together: int, workers: list[int | None]) -> None:
    deal = dealer(frames, together).deal
    dealt: list[int] = []
    while len(dealt) <= len(frames):
        frame = deal(workers[len(dealt) % len(workers)])
        if frame is None:
            break
        dealt.append(frame)
    assert Counter(dealt) == Counter(frames)
