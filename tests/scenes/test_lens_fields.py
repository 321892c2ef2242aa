"""The lenses' fields of view, as the table of docs/cameras.md has them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from longtail.annotate.camera import Lens
from longtail.annotate.errors import ConfigError
from longtail.scenes.camera.lenses import PATHS, lens_of
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
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


FISHEYE = ("camera.model=kannala_brandt",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((*FISHEYE, "camera.horizontal_fov_deg=60"), r"expected camera\.kannala_brandt\.horizontal_fov_deg, which is"),
        (("camera.f_theta.horizontal_fov_deg=99",), r"expected camera\.horizontal_fov_deg, which is the field of view"),
        (("camera.orthographic.width_m=3",), r"the field of view of camera\.model pinhole, got that of orthographic"),
        ((*FISHEYE, "camera.brown_conrady.k1=-0.2"), "expected camera.model brown_conrady beside it, got kannala"),
        (("camera.kannala_brandt.k4=0.1",), "expected camera.model kannala_brandt beside it, got pinhole"),
        (
            ("sweep={camera.brown_conrady.k1: [-0.3, -0.2]}",),
            r"sweep: camera\.brown_conrady\.k1: expected camera.model",
        ),
        (("variants={a: {camera.f_theta.k2: 0.1}}",), r"variants: camera\.f_theta\.k2: expected camera.model f_theta"),
        (
            (*FISHEYE, "correlations=[[camera.horizontal_fov_deg, camera.height_m, 0.5]]"),
            r"correlations: camera\.horizontal_fov_deg: expected camera\.kannala_brandt\.horizontal_fov_deg",
        ),
        (
            ("cameras={a: {model: brown_conrady, kannala_brandt: {k1: 0.1}}}",),
            r"a: kannala_brandt\.k1: expected model kannala_brandt beside it, got brown_conrady",
        ),
    ],
)
def test_a_number_of_another_lens_is_refused(changes: tuple[str, ...], said: str) -> None:
    """It would change nothing, and nobody would know."""
    with pytest.raises(ConfigError, match=said):
        load("street", changes)


def test_numbers_that_some_camera_reads_are_taken() -> None:
    load("street", ["cameras={a: {}, b: {model: brown_conrady}}", "camera.brown_conrady.k1=-0.3"])


def test_another_lens_may_be_laid_over_a_file(tmp_path: Path) -> None:
    """The file's own field of view is then of no use, and says nothing wrong; what is written out can be read again."""
    file = tmp_path / "own.yaml"
    file.write_text("camera: {horizontal_fov_deg: {uniform: [50, 60]}}")
    config = load(file, FISHEYE)
    assert resolve(config.to_json()).digest == config.digest
    with pytest.raises(ConfigError, match=r"expected camera\.kannala_brandt\.horizontal_fov_deg"):
        load(file, [*FISHEYE, "camera.horizontal_fov_deg=61"])
