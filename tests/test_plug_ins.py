"""What other packages offer stands in our tables, in one order, or is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from longtail.plug_ins import PlugInError, with_plug_ins
from tests.plugged import installed


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)


def number(_name: str, offered: object) -> int:
    """What a table of whole numbers takes."""
    if not isinstance(offered, int):
        raise TypeError(f"expected a whole number, got {offered!r}")
    return offered


def table() -> dict[str, int]:
    return with_plug_ins("longtail.numbers", {"one": 1, "none": 0}, number)


def test_ours_come_first_and_theirs_by_name(tmp_path: Path) -> None:
    installed(tmp_path, "later", "[longtail.numbers]\ntwo = plug_b:TWO\n", {"plug_b": "TWO = 2\n"})
    installed(tmp_path, "early", "[longtail.numbers]\nzwei = plug_a:X\nnine = plug_a:X\n", {"plug_a": "X = 9\n"})
    assert list(table().items()) == [("one", 1), ("none", 0), ("nine", 9), ("two", 2), ("zwei", 9)]


def test_another_group_is_not_read(tmp_path: Path) -> None:
    installed(tmp_path, "other", "[longtail.letters]\na = nowhere:A\n", {})
    assert table() == {"one": 1, "none": 0}


@pytest.mark.parametrize(
    ("entry", "module", "why"),
    [
        ("two = plug_gone:TWO", {}, "it cannot be imported: ModuleNotFoundError: No module named 'plug_gone'"),
        (
            "two = plug_without:TWO",
            {"plug_without": ""},
            "it cannot be imported: AttributeError: module 'plug_without'",
        ),
        ("two = plug_loud:TWO", {"plug_loud": "raise OSError('a\\n\\x1b[31m')"}, r"OSError: 'a \x1b[31m'"),
        ("two = plug_word:TWO", {"plug_word": "TWO = 'zwei'"}, "expected a whole number, got 'zwei'"),
        ("one = plug_one:ONE", {"plug_one": "ONE = 1"}, "expected a name that is not taken, got one"),
    ],
)
def test_a_broken_one_is_named_with_its_package(tmp_path: Path, entry: str, module: dict[str, str], why: str) -> None:
    installed(tmp_path, "broken", f"[longtail.numbers]\n{entry}\n", module)
    with pytest.raises(PlugInError) as caught:
        table()
    message = str(caught.value)
    assert message.startswith(f"plug-in {entry} (longtail.numbers) of broken: ")
    assert why in message
    assert message.endswith("; mend or uninstall broken")
    assert message.isprintable()
