"""A robot in the library: its parts where the pose has them, in the colours of its links."""

from __future__ import annotations

from pathlib import Path

import bpy
import numpy as np
import pytest
from click.testing import CliRunner

from longtail.command_line import main
from longtail.render.blender.materials import number_materials
from longtail.scenes.assets.library.store import Library
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.blender.assets import asset_object
from longtail.scenes.blender.scene import Built
from longtail.scenes.blender.shader_inputs import ShaderInputs, set_shader_inputs
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
    # The footprint's middle is at (0.225, 0) of the file; the hand hangs 0.5 along X above the base's joint at 0.1.
    frames = {link.name: link.object_from_link.matrix for link in model.links()}
    assert list(frames) == ["base", "upper", "hand", "left", "right"]
    assert np.allclose(frames["base"][:3, 3], (-0.225, 0, 0), atol=2e-3)
    assert np.allclose(frames["hand"][:3, 3], (0.275, 0, 0.1), atol=2e-3)
    assert np.allclose(frames["upper"][:3, 2], (1, 0, 0), atol=1e-6)
    ready = model.read()
    worn = {
        material.link: ready.mesh.vertices_m[ready.mesh.triangles[ready.mesh.slots == slot]].reshape(-1, 3)
        for slot, material in enumerate(ready.mesh.materials)
    }
    assert sorted(worn) == [1, 2, 3, 4, 5]
    # Each link's faces are about its own frame: the upper arm's cylinder from 0 to 0.5 along its Z.
    along = (worn[2] - frames["upper"][:3, 3]) @ frames["upper"][:3, 2]
    assert np.allclose((along.min(), along.max()), (0.0, 0.5), atol=2e-3)
    bpy.ops.wm.read_factory_settings(use_empty=True)
    set_shader_inputs(ShaderInputs())
    numbered = number_materials(Built(bpy.context.scene, shapes={1: asset_object(model, "arm")}))
    assert sorted(row.seen.link for row in numbered.values()) == [1, 2, 3, 4, 5]
    tones = [material.rgb for material in ready.mesh.materials if isinstance(material, Textured)]
    assert any(np.allclose(rgb, (1.0, 0.214, 0.0), atol=2e-3) for rgb in tones)
