"""What holds for all tests.

Hypothesis has no deadlines, as nothing may depend on timing, and takes the same examples every time. What runs leave in
the user's cache goes to a folder of the tests, and models of the user's own are none of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

settings.register_profile("longtail", deadline=None, derandomize=True)
settings.load_profile("longtail")


@pytest.fixture(scope="session", autouse=True)
def _cache_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # One for all processes of pytest-xdist, whose folders lie beside each other: it keeps OpenGL's shaders, too.
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp().parent / "cache"))
        patch.setenv("LONGTAIL_LIBRARY", str(tmp_path_factory.getbasetemp().parent / "library"))
        yield
