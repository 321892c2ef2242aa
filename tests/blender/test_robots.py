"""A robot in the library: its parts where the pose has them, in the colours of its links."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from longtail.command_line import main
from longtail.scenes.assets.library.store import Library
from longtail.scenes.assets.library.surface import Textured
from tests.render.test_robots import ARM, arm

pytestmark = pytest.mark.blender


def test_a_robot_is_kept_in_its_pose(tmp_path: Path) -> None:
    """Laid along X, the arm reaches from its base to the end of its hand."""
    arm(tmp_path / "lab")
    arm(tmp_path / "lab/torn", ARM.replace("hand.stl", "gone.stl")).rename(tmp_path / "lab/torn/torn.urdf")
    (tmp_path / "lab/pack.yaml").write_text(
        "licence: CC0-1.0\ncategory: {name: robot arm, supercategory: machine}\n"
        "joints: {shoulder: 1.5707963, grip: 0.0}\n"
    )
    library = tmp_path / "library"
    answer = CliRunner().invoke(main, ["assets", "add", str(tmp_path / "lab"), "--yes", "--library", str(library)])
    assert answer.exit_code == 1, answer.output
    assert "expected its mesh 'package://arm/meshes/gone.stl'" in answer.output
    (model,), _ = Library(library).models()
    assert (model.category, model.kind.supercategory) == ("robot arm", "machine")
    assert "joints shoulder 1.5708, grip 0" in model.credit.source
    # From the base's back, at -0.1, to the end of the hand at 0.55; the hand's top is at 0.15.
    assert np.allclose(model.size_m, (0.65, 0.2, 0.15), atol=2e-3)
    ready = model.read()
    tones = [material.rgb for material in ready.mesh.materials if isinstance(material, Textured)]
    assert any(np.allclose(rgb, (1.0, 0.214, 0.0), atol=2e-3) for rgb in tones)
