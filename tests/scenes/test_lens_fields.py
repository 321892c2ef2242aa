"""The lenses' fields of view, as the table of docs/cameras.md has them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from longtail.annotate.camera import Lens
from longtail.scenes.camera.lenses import PATHS, lens_of
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw


def test_a_calibrated_barrel_is_no_pinhole() -> None:
    """With k1 -0.3, k2 0.1 and a width of 1280, the page works out the field of a focal length of 1000."""
    changes = ["camera.model=brown_conrady", "camera.size_px=[1280, 720]"]
    changes += [f"camera.brown_conrady.{name}={value}" for name, value in (("k1", -0.3), ("k2", 0.1), ("k3", 0))]
    assert lens_in([*changes, "camera.horizontal_fov_deg=72.932689"]).fx_px == pytest.approx(1000, abs=1e-4)
    pinhole_deg = 2 * math.degrees(math.atan(640 / 1000))
    assert lens_in([*changes, f"camera.horizontal_fov_deg={pinhole_deg}"]).fx_px == pytest.approx(1119, abs=0.5)


@pytest.mark.parametrize(
    ("model", "field_deg", "spread"),
    [
        ("pinhole", 65.0, lambda t: math.tan(t)),
        ("brown_conrady", 65.0, lambda t: math.tan(t) * (1 - 0.3 * math.tan(t) ** 2 + 0.1 * math.tan(t) ** 4)),
        ("kannala_brandt", 150.0, lambda t: t * (1 + 0.01 * t**2 - 0.002 * t**4)),
    ],
)
def test_the_pages_table_gives_each_lenss_focal_length(
    model: str, field_deg: float, spread: Callable[[float], float]
) -> None:
    changes = [f"camera.model={model}", f"{PATHS[model][0]}={field_deg}"]
    told = {"brown_conrady": (-0.3, 0.1, 0, 0, 0, 0, 0, 0), "kannala_brandt": (0.01, -0.002, 0, 0)}.get(model, ())
    changes += [f"{path}={value}" for path, value in zip(PATHS[model][1:], told, strict=True)]
    lens = lens_in(changes)
    assert 960 / (2 * lens.fx_px) == pytest.approx(spread(math.radians(field_deg) / 2), rel=1e-9)
    assert (lens.cx_px, lens.cy_px) == (480, 270)
    # OpenCV's principal point is half a pixel less: it puts the middle of 0..959 at 479.5.
    assert (lens.cx_px - 0.5, lens.cy_px - 0.5) == ((960 - 1) / 2, (540 - 1) / 2)


def lens_in(changes: list[str]) -> Lens:
    config = load("street", changes)
    return lens_of(config.camera.lens_request, draw(config.asked, 0).values)
