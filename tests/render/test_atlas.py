"""Many small images of a model in one: what is read at any place of a face is what was read there before."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from longtail.render.importing.atlas import with_one_image
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready

Array = NDArray[np.float64]


def _file(pixels: NDArray[np.uint8], mode: str = "RGB") -> bytes:
    data = BytesIO()
    Image.fromarray(pixels, mode).save(data, "PNG")
    return data.getvalue()


def _model(uvs: list[Array], materials: list[Textured], sizes: list[tuple[int, int]]) -> Ready:
    """Two faces of each material, whose corners lie at `uvs` (2, 3, 2); noise in the images "0.png", "1.png" ..."""
    rng = np.random.default_rng(7)
    count = 2 * len(uvs)
    mesh = Mesh(
        rng.random((3 * count, 3)).astype(np.float32),
        np.arange(3 * count, dtype=np.int32).reshape(-1, 3),
        np.repeat(np.arange(len(uvs), dtype=np.int32), 2),
        tuple(materials),
        np.full(count, True),
        np.concatenate(uvs).astype(np.float32),
    )
    images = {
        f"{n}.png": _file(rng.integers(0, 256, (high, wide, 3), dtype=np.uint8)) for n, (wide, high) in enumerate(sizes)
    }
    return Ready(mesh, images)


def _some(count: int, **also: object) -> Ready:
    """A model of so many materials, that differ in their image alone; one face of each reaches over an edge."""
    rng = np.random.default_rng(3)
    uvs = [rng.random((2, 3, 2)) for _ in range(count)]
    for n, uv in enumerate(uvs):
        uv[0] = [[-0.1, 0.2], [0.5, 1.15], [0.9, 0.1]]
        uv[1] += (n, -n)  # a whole image further on
    materials = [Textured(image=f"{n}.png", rgb=(0.1 * n, 0.2, 0.3)) for n in range(count)]
    materials[-1] = replace(materials[-1], **also)  # type: ignore[arg-type]
    return _model(uvs, materials, [(16 + 5 * n, 9 + 8 * n) for n in range(count)])


def _read(ready: Ready, face: int, weights: Array) -> Array:
    """The colours (N, 3) at places of a face, linearly between the pixels of its image, which is repeated."""
    assert ready.mesh.uv is not None
    material = ready.mesh.materials[ready.mesh.slots[face]]
    assert isinstance(material, Textured)
    with Image.open(BytesIO(ready.images[material.image])) as image:
        pixels = np.asarray(image.convert("RGB"), dtype=np.float64)[::-1]
    high, wide = pixels.shape[:2]
    places = weights @ ready.mesh.uv.reshape(-1, 3, 2)[face].astype(np.float64) * (wide, high) - 0.5
    low = np.floor(places).astype(int)
    part = places - low
    found = np.zeros((len(weights), 3))
    for x in (0, 1):
        for y in (0, 1):
            share = np.abs(1 - x - part[:, 0]) * np.abs(1 - y - part[:, 1])
            found += share[:, None] * pixels[(low[:, 1] + y) % high, (low[:, 0] + x) % wide]
    return found


def test_a_face_shows_what_it_showed() -> None:
    before = _some(5)
    after = with_one_image(before)
    assert len(after.mesh.materials) == 1
    assert len(before.images) == 5
    weights = np.random.default_rng(1).dirichlet([0.4] * 3, 200)
    for face in range(10):
        assert np.abs(_read(before, face, weights) - _read(after, face, weights)).max() < 0.05


def test_what_is_no_image_stays() -> None:
    before = _some(4)
    after = with_one_image(before)
    for name in ("vertices_m", "triangles", "smooth"):
        assert np.array_equal(getattr(before.mesh, name), getattr(after.mesh, name))
    (one,) = after.mesh.materials
    assert isinstance(one, Textured)
    red, green, blue = one.rgb
    assert (green, blue) == (0.2, 0.3)
    assert 0.0 < red < 0.3


@pytest.mark.parametrize(
    "also",
    [{"roughness": 0.6}, {"cutout": True}, {"normal_image": "0.png"}, {"link": 2}],
    ids=lambda also: next(iter(also)),
)
def test_who_differs_in_more_keeps_its_own(also: dict[str, object]) -> None:
    found = with_one_image(_some(5, **also))
    assert len(found.mesh.materials) == 2
    assert found.mesh.slots.tolist().count(1) == 2


def _paved(ready: Ready) -> Ready:
    assert ready.mesh.uv is not None
    uv = ready.mesh.uv.copy()
    uv[-1] = [[0, 0], [3, 0], [0, 3]]
    return replace(ready, mesh=replace(ready.mesh, uv=uv))


def _with(ready: Ready, data: bytes) -> Ready:
    return replace(ready, images={**ready.images, "2.png": data})


@pytest.mark.parametrize(
    "change",
    [
        _paved,
        lambda ready: _with(ready, _file(np.zeros((8, 8, 4), np.uint8), "RGBA")),
        lambda ready: _with(ready, _file(np.zeros((8, 600, 3), np.uint8))),
        lambda ready: _with(ready, b"no picture"),
        lambda ready: replace(ready, mesh=replace(ready.mesh, uv=None)),
    ],
    ids=["paved", "see-through", "large", "damaged", "without places"],
)  # fmt: skip
def test_two_that_could_be_joined_are_left(change: object) -> None:
    assert callable(change)
    before = change(_some(3))
    assert with_one_image(before) is before


def test_three_of_one_image_are_left() -> None:
    before = _some(3)
    same = tuple(replace(value, image="0.png") for value in before.mesh.materials if isinstance(value, Textured))
    before = replace(before, mesh=replace(before.mesh, materials=same))
    assert with_one_image(before) is before
