"""What holds for all tests.

Hypothesis has no deadlines, as nothing may depend on timing, and takes the same examples every time. What runs leave in
the user's cache goes to a folder of the tests, and models of the user's own are none of theirs. Files that take long
are begun first.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

settings.register_profile("longtail", deadline=None, derandomize=True)
settings.load_profile("longtail")

# Begun first: who waits most (for processes that hang, for a node that is lost) beside who computes most. Of three
# processes each takes every third of these, so those that wait follow one another.
_FIRST = ("test_faults.py", "test_eevee.py", "test_runs.py", "test_ray.py")
# Then by how long files take, which is by their folder: at the end, when processes run out of files, only short ones
# shall be left.
_FOLDERS = ("blender", "tests", "scenes")


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # One for all processes of pytest-xdist, whose folders lie beside each other: it keeps OpenGL's shaders, too.
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp().parent / "cache"))
        patch.setenv("LONGTAIL_LIBRARY", str(tmp_path_factory.getbasetemp().parent / "library"))
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while tests are gathered, nor later among these: half a million objects that stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _turn(item: pytest.Item) -> tuple[int, int]:
    name, folder = item.path.name, item.path.parent.name
    return (
        _FIRST.index(name) if name in _FIRST else len(_FIRST),
        _FOLDERS.index(folder) if folder in _FOLDERS else len(_FOLDERS),
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, each in one piece."""
    items.sort(key=_turn)
