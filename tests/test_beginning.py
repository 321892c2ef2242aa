"""Processes of ours look for no garbage while they begin, and do so again once they work."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import pebble
import pytest

from longtail.beginning import Lightly, importing_for_good
from longtail.render.machine.huge_pages import InHugePages


class Told:
    """Knows whether garbage was looked for where it was unpickled."""

    def __init__(self, looked: bool) -> None:
        self.looked = looked

    def __reduce__(self) -> tuple[Callable[[], Told], tuple[()]]:
        return _told, ()


def _told() -> Told:
    return Told(gc.isenabled())


class _Thing:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.me = self


_begun_with: list[Told] = []


def _begin(told: Told) -> None:
    _begun_with.append(told)


def _seen() -> tuple[bool, bool, int, bool]:
    """Whether garbage was looked for when this process was begun and is now, how many objects are left out of it, and
    whether what is thrown away by whoever works here is found, without being asked for."""
    gone = weakref.ref(_Thing())
    kept = [[] for _ in range(2 * gc.get_threshold()[0])]  # type: ignore[var-annotated]
    return _begun_with[0].looked, gc.isenabled(), gc.get_freeze_count(), gone() is None and bool(kept)


@pytest.mark.parametrize("kind", [Lightly, InHugePages])
def test_garbage_is_looked_for_once_a_process_works(kind: type[Lightly]) -> None:
    """Both pools of processes that we use."""
    with ProcessPoolExecutor(1, kind(), _begin, (Told(True),)) as pool:
        first = pool.submit(_seen).result()
    with pebble.ProcessPool(max_workers=1, initializer=_begin, initargs=[Told(True)], context=kind()) as workers:
        second = workers.schedule(_seen).result()
    for looked, looks, left_out, found in (first, second):
        assert not looked
        assert looks
        assert left_out > 10_000
        assert found


def test_whoever_begins_them_looks_for_garbage_as_before() -> None:
    process = Lightly().Process(target=_told)
    process.start()
    process.join()
    assert process.exitcode == 0
    assert gc.isenabled()


def test_what_is_imported_for_good_is_left_out() -> None:
    before = gc.get_freeze_count()
    try:
        with importing_for_good():
            assert not gc.isenabled()
            kept = [[] for _ in range(100)]  # type: ignore[var-annotated]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(kept)
    finally:
        gc.unfreeze()


def test_after_an_error_all_is_as_it_was() -> None:
    before = gc.get_freeze_count()
    with pytest.raises(ImportError), importing_for_good():
        raise ImportError
    assert gc.isenabled()
    assert gc.get_freeze_count() == before


def test_who_had_it_off_has_it_off() -> None:
    gc.disable()
    try:
        with pytest.raises(ImportError), importing_for_good():
            raise ImportError
        assert not gc.isenabled()
    finally:
        gc.enable()
