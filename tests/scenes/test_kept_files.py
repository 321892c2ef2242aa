"""What is kept on disk is read whole and sound, or not at all, and a place that cannot be written is no error."""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path

import numpy as np
import pytest

from longtail.scenes.geometry import interior_materials, materials
from longtail.scenes.geometry.materials import Glass, LampGlass, Material, Principled, SignFace
from longtail.scenes.geometry.spelled import read_spelled, spelled
from longtail.scenes.kept.arrays import keep_arrays, packed, read_arrays
from longtail.scenes.kept.folder import kept_folder
from longtail.scenes.lamps import kinds

ARRAYS = {"corners": np.arange(12, dtype=np.float32).reshape(4, 3), "smooth": np.array([True, False])}


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({"HOME": "/h"}, "/h/.cache/longtail"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/c/longtail"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "c"}, "/h/.cache/longtail"),
        ({"XDG_CACHE_HOME": "c"}, None),
        ({}, None),
        ({"HOME": "/h", "LONGTAIL_CACHE": "off"}, None),
        ({"HOME": "/h", "LONGTAIL_CACHE": "OFF"}, None),
        ({"HOME": "/h", "LONGTAIL_CACHE": ""}, "/h/.cache/longtail"),
    ],
)
def test_where_things_are_kept(environment: dict[str, str], folder: str | None) -> None:
    assert kept_folder(environment) == (folder and Path(folder))


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "new/folder/a.npz"
    assert read_arrays(path) is None
    keep_arrays(path, ARRAYS)
    back = read_arrays(path)
    assert back is not None
    assert back.keys() == ARRAYS.keys()
    assert all(back[name].dtype == value.dtype and np.array_equal(back[name], value) for name, value in ARRAYS.items())
    assert [kept.name for kept in path.parent.iterdir()] == ["a.npz"]


def test_arrays_lie_where_processors_would_have_them(tmp_path: Path) -> None:
    """And numpy reads what we write, as we read what numpy writes: a library may be older than this."""
    strange = {
        "a": np.arange(7, dtype=np.uint8),
        "a longer name": np.arange(6.0).reshape(2, 3, order="F"),
        "none": np.zeros((0, 3), np.int32),
        "one": np.array(5),
        "dots": np.array([True]),
    }
    path = tmp_path / "a.npz"
    keep_arrays(path, strange)
    back = read_arrays(path)
    assert back is not None
    assert all(values.ctypes.data % 16 == 0 and values.flags.writeable for values in back.values())
    whole = path.read_bytes()
    with np.load(path, allow_pickle=False) as kept:
        assert sorted(kept.files) == sorted(strange)
        for name, values in strange.items():
            assert kept[name].tobytes() == values.tobytes() == back[name].tobytes()
            assert kept[name].shape == values.shape == back[name].shape
            assert values.nbytes < 6 or whole.index(values.tobytes()) % 64 == 0
    np.savez(path, **strange)
    old = read_arrays(path)
    assert old is not None
    assert all(np.array_equal(old[name], values) for name, values in strange.items())
    assert all(values.flags.aligned and values.flags.writeable for values in old.values())
    assert packed(strange) == whole


def test_no_damaged_byte_is_believed(tmp_path: Path) -> None:
    """Whichever byte turns, and wherever the file is cut off: nothing is read, or no number has changed."""
    path = tmp_path / "a.npz"
    keep_arrays(path, ARRAYS)
    sound = path.read_bytes()
    for place in range(len(sound)):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 0x41]) + sound[place + 1 :])
        for name, value in (read_arrays(path) or {}).items():
            assert name not in ARRAYS or np.array_equal(value, ARRAYS[name]), place
    for length in range(0, len(sound), 7):
        path.write_bytes(sound[:length])
        assert read_arrays(path) is None


def test_no_damaged_page_is_believed(tmp_path: Path) -> None:
    """Of arrays of many pages, which are summed up: a bit, a page of zeros, pages that have changed places, and a sum
    that says otherwise are found; without its sum a file has its CRC-32 looked at."""
    path, numbers = tmp_path / "a.npz", np.arange(5000, dtype=np.int32)
    keep_arrays(path, {"numbers": numbers})
    sound = path.read_bytes()
    begins = sound.index(numbers.tobytes())
    first, second = (slice(begins + 4096 * k, begins + 4096 * (k + 1)) for k in (0, 1))
    swapped, zeroed, turned, unsummed = (bytearray(sound) for _ in range(4))
    swapped[first], swapped[second] = sound[second], sound[first]
    zeroed[second] = bytes(4096)
    turned[begins + 4096 * 3 + 5] ^= 0x10
    # The comment of the only entry ends where the directory's own end begins, 22 bytes before the file's.
    unsummed[-23] ^= 1
    for damaged in (swapped, zeroed, turned, unsummed):
        path.write_bytes(damaged)
        assert read_arrays(path) is None
    np.savez(path, numbers=numbers)
    old = path.read_bytes()
    path.write_bytes(old.replace(numbers[:9].tobytes(), numbers[1:10].tobytes()))
    assert read_arrays(path) is None
    path.write_bytes(sound)
    assert np.array_equal((read_arrays(path) or {})["numbers"], numbers)


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    keep_arrays(Path("/proc/none/a.npz"), ARRAYS)
    (tmp_path / "file").write_bytes(b"")
    keep_arrays(tmp_path / "file/a.npz", ARRAYS)
    assert read_arrays(tmp_path / "file/a.npz") is None


def test_materials_are_spelled_exactly() -> None:
    """A material is known by its text, so that 1 must not come back as 1.0."""
    plain = [
        kind()
        for module in (materials, interior_materials)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Material) and kind not in (LampGlass, Material)
        if all(item.default is not MISSING for item in fields(kind))
    ]
    dressed = [
        Principled((0.1, 1 / 3, 1), metallic=1, tinted=True),
        Principled((-0.0, 1e-300, 0.1 + 0.2)),
        replace(Glass(), tint=(1, 0, 0.5)),
        *(LampGlass(kind, (1.0, 0.5, 0.0)) for kind in vars(kinds).values() if isinstance(kind, kinds.LampKind)),
    ]
    assert len(plain) > 12
    given = (*plain, *dressed)
    assert repr(read_spelled(spelled(given))) == repr(given)


@dataclass(frozen=True)
class _Strange(Material):
    inside: object = None


@pytest.mark.parametrize("text", ["", "{}", "[1]", '["a"]', '[{"Path": {}}]', '[{"Glass": {"tone": 1}}]', "[{}]"])
def test_other_texts_are_no_materials(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        read_spelled(text)


def test_what_json_does_not_know_is_not_spelled() -> None:
    with pytest.raises(TypeError):
        spelled([_Strange(frozenset({1}))])
    assert json.loads(spelled([SignFace((1, 0, 0))])) == [{"SignFace": {"part": "", "rgb": [1, 0, 0]}}]
