"""The same draws on every processor: numpy and BLAS are told to take the code that they have for older ones."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from longtail.annotate.camera.transform import Transform
from longtail.annotate.rounding import cos_sin, product
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


def test_an_inverse_leads_back() -> None:
    pose = Transform.upright("world", "object", (120.0, -30.0, 0.5), 2.1).tilted(0.3, 1.0)
    assert (pose @ pose.inverse()).matrix == pytest.approx(np.eye(4), abs=1e-13)
