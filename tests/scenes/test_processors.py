"""The same draws on every processor: numpy and BLAS are told to take the code that they have for older ones."""

from __future__ import annotations

import hashlib
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from longtail.annotate.camera import lens
from longtail.annotate.camera.transform import Transform
from longtail.annotate.rounding import arctan2, cos_sin, product
from longtail.scenes.composing import catalogue_of, scene_of
from longtail.scenes.config.loading import load
from longtail.scenes.drawing.sampling import draw

_SCENES, _DRAWS = 4, 60
_CORRELATED = "correlations=[[lighting.haze, lighting.cloud_cover, 0.6], [air.temperature_c, lighting.haze, 0.4]]"


def digest() -> str:
    """Of everything that is drawn for some scenes of the street, to the last bit, and without Blender."""
    config = load("street", ["assets.packs=false", _CORRELATED], seed=5)
    assets = catalogue_of(config)
    text = [repr(draw(config.asked, index)) for index in range(_DRAWS)]
    for index in range(_SCENES):
        scene = scene_of(config, index, assets)
        poses = [scene.camera.world_from_camera, *(placed.world_from_object for placed in scene.objects)]
        text += [repr(scene), *(pose.matrix.tobytes().hex() for pose in poses)]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()


def test_draws_do_not_depend_on_the_processor() -> None:
    show: Any = np.show_config  # whose stub knows of no value
    extensions = show(mode="dicts")["SIMD Extensions"].get("found", [])
    older = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": " ".join(extensions)}
    done = subprocess.run(
        [sys.executable, "-c", "from tests.scenes.test_processors import digest; print(digest())"],
        env={**os.environ, **older, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1] == digest()


def test_products_are_those_of_the_library() -> None:
    rng = np.random.default_rng(0)
    left, right = rng.normal(size=(5, 4, 3)), rng.normal(size=(3, 2))
    assert product(left, right) == pytest.approx(left @ right, abs=1e-14)
    assert product(left[0, 0], right) == pytest.approx(left[0, 0] @ right, abs=1e-14)
    angles = rng.uniform(-9, 9, (3, 7))
    assert np.array(cos_sin(angles)) == pytest.approx(np.array([np.cos(angles), np.sin(angles)]), abs=1e-15)


def test_angles_are_the_c_library_s_wherever_numbers_lie() -> None:
    points = np.random.default_rng(0).normal(size=(500, 3))
    points[0] = (0, 0, 0)
    expected = [math.atan2(y, x) for _, y, x in points.tolist()]
    # numpy's own takes other code where the result lies right behind numbers that lie apart.
    assert [arctan2(points[:, 1], points[:, 2]).tolist() for _ in range(3)] == [expected] * 3
    for y, x in ((math.inf, 1.0), (-1.0, -math.inf), (-0.0, -1.0)):
        assert arctan2(y, x) == math.atan2(y, x)
    assert np.isnan(arctan2(np.nan, 1.0))


def test_cameras_ask_no_angles_of_numpy() -> None:
    folder = Path(lens.__file__).parent
    texts = {path.name: path.read_text() for path in [*folder.glob("*.py"), *(folder.parent / "labels").glob("*.py")]}
    assert not {name for name, text in texts.items() if re.search(r"np\.(arctan2|arctan|cos|sin|tan)\(", text)}


def test_an_inverse_leads_back() -> None:
    pose = Transform.upright("world", "object", (120.0, -30.0, 0.5), 2.1).tilted(0.3, 1.0)
    assert (pose @ pose.inverse()).matrix == pytest.approx(np.eye(4), abs=1e-13)
