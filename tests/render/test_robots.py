"""Robots from URDF: read, refused with reasons, and put into poses that are known on paper."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.errors import AssetError
from longtail.render.importing.robots import parts_of, placed, poses_of
from longtail.render.importing.sources import sources_in, sources_of
from longtail.render.importing.urdf import mesh_path, read_urdf
from tests.own_models import cube, write_stl

ARM = """<?xml version="1.0"?>
<robot name="arm">
  <material name="orange"><color rgba="1 0.5 0 1"/></material>
  <link name="base">
    <visual>
      <origin xyz="0 0 0.05"/><geometry><box size="0.2 0.2 0.1"/></geometry><material name="orange"/>
    </visual>
  </link>
  <link name="upper">
    <visual><origin xyz="0 0 0.25" rpy="0 0 0"/><geometry><cylinder radius="0.04" length="0.5"/></geometry></visual>
  </link>
  <link name="hand">
    <visual><geometry><mesh filename="package://arm/meshes/hand.stl" scale="2 1 1"/></geometry></visual>
  </link>
  <link name="left"><visual><geometry><sphere radius="0.02"/></geometry></visual></link>
  <link name="right"><visual><geometry><sphere radius="0.02"/></geometry></visual></link>
  <joint name="shoulder" type="revolute">
    <parent link="base"/><child link="upper"/><origin xyz="0 0 0.1"/><axis xyz="0 2 0"/>
    <limit lower="-1.57079632679" upper="1.57079632679" effort="1" velocity="1"/>
  </joint>
  <joint name="wrist" type="fixed">
    <parent link="upper"/><child link="hand"/><origin xyz="0 0 0.5" rpy="0 0 1.57079632679"/>
  </joint>
  <joint name="grip" type="prismatic">
    <parent link="hand"/><child link="left"/><axis xyz="1 0 0"/><limit lower="0" upper="0.1" effort="1" velocity="1"/>
  </joint>
  <joint name="other" type="prismatic">
    <parent link="hand"/><child link="right"/><axis xyz="-1 0 0"/><limit lower="0" upper="0.1" effort="1" velocity="1"/>
    <mimic joint="grip" multiplier="0.5" offset="0.01"/>
  </joint>
</robot>
"""


def arm(folder: Path, text: str = ARM) -> Path:
    """A package called arm: urdf/arm.urdf and meshes/hand.stl, in a folder that may be named anything."""
    (folder / "arm/urdf").mkdir(parents=True)
    (folder / "arm/meshes").mkdir()
    (folder / "arm/package.xml").write_text("<package/>")
    write_stl(folder / "arm/meshes/hand.stl", cube(0.1), axes=np.eye(3))
    path = folder / "arm/urdf/arm.urdf"
    path.write_text(text)
    return path


def test_frames_are_those_on_paper(tmp_path: Path) -> None:
    robot = read_urdf(arm(tmp_path))
    assert [joint.name for joint in robot.joints if joint.moves] == ["shoulder", "grip"]
    upright = placed(robot, {"shoulder": 0.0, "grip": 0.04})
    assert np.allclose(upright["hand"][:3, 3], (0, 0, 0.6))
    # The hand is turned by a quarter about Z: its X is the world's Y.
    assert np.allclose(upright["left"][:3, 3], (0, 0.04, 0.6))
    assert np.allclose(upright["right"][:3, 3], (0, -(0.5 * 0.04 + 0.01), 0.6))
    # A quarter turn about Y lays the arm along X.
    lying = placed(robot, {"shoulder": math.pi / 2, "grip": 0.0})
    assert np.allclose(lying["hand"][:3, 3], (0.5, 0, 0.1))
    assert np.allclose(lying["hand"][:3, :3] @ (0, 0, 1), (1, 0, 0))


def test_angles_are_about_fixed_axes(tmp_path: Path) -> None:
    """Roll, then pitch, then yaw, as URDF says: X goes to -Z by pitch, which yaw leaves; roll leaves X."""
    text = ARM.replace('rpy="0 0 1.57079632679"', 'rpy="0.3 1.57079632679 0.8"')
    frames = placed(read_urdf(arm(tmp_path, text)), {})
    assert np.allclose(frames["hand"][:3, 0], (0, 0, -1), atol=1e-9)


def test_parts_are_where_their_links_are(tmp_path: Path) -> None:
    path = arm(tmp_path)
    parts, notes = parts_of(read_urdf(path), {"shoulder": math.pi / 2}, path, tmp_path)
    assert [(part["link"], part["shape"]) for part in parts] == [
        ("base", "box"), ("upper", "cylinder"), ("hand", "mesh"), ("left", "sphere"), ("right", "sphere"),
    ]  # fmt: skip
    assert not notes
    assert parts[0]["rgba"] == (1.0, 0.5, 0.0, 1.0)
    assert np.allclose(np.reshape(parts[1]["matrix"], (4, 4))[:3, 3], (0.25, 0, 0.1))
    hand = np.reshape(parts[2]["matrix"], (4, 4))
    assert np.allclose(np.linalg.norm(hand[:3, :3], axis=0), (2, 1, 1))
    assert Path(parts[2]["file"]) == tmp_path / "arm/meshes/hand.stl"


def test_poses_are_spread_over_limits_and_what_is_declared(tmp_path: Path) -> None:
    robot = read_urdf(arm(tmp_path))
    poses = poses_of(robot, {}, 40)
    shoulder = np.array([pose["shoulder"] for pose in poses])
    assert abs(shoulder).max() <= math.pi / 2
    # In each quarter of its range a quarter of the poses, or one more or less.
    counts, _ = np.histogram(shoulder, 4, (-math.pi / 2, math.pi / 2))
    assert all(8 <= count <= 12 for count in counts)
    assert poses == poses_of(robot, {}, 40)
    stated = poses_of(robot, {"shoulder": 0.5, "grip": {"uniform": [0.02, 0.03]}}, 5)
    assert {pose["shoulder"] for pose in stated} == {0.5}
    assert all(0.02 <= pose["grip"] <= 0.03 for pose in stated)
    assert len(poses_of(robot, {"shoulder": 0.5, "grip": 0.0}, 5)) == 1
    for asked, said in (
        ({"elbow": 1}, r"expected joints of the robot that move \(shoulder, grip\), got 'elbow'"),
        ({"other": 1}, "got 'other'"),
        ({"shoulder": 2}, "joints.shoulder: expected values in its limits, -1.5708 to 1.5708, got 2 to 2"),
        ({"shoulder": "up"}, "expected a number or a distribution of numbers, got 'up'"),
    ):
        with pytest.raises(AssetError, match=said):
            poses_of(robot, asked, 3)


def test_a_folder_and_a_file_are_robots_in_poses(tmp_path: Path) -> None:
    path = arm(tmp_path)
    (tmp_path / "pack.yaml").write_text("poses: 3\nweight: 6\njoints: {shoulder: 0.1}\n")
    found, faults = sources_in(tmp_path, "lab")
    assert [source.name for source in found] == [f"own/lab/arm-{number}" for number in (1, 2, 3)]
    assert not faults
    assert {source.stated.weight for source in found} == {2.0}
    assert all(source.pose and source.pose["shoulder"] == 0.1 for source in found)
    alone = sources_of(path)
    assert len(alone) == 6
    # Meshes are looked for in the package around the file.
    assert alone[0].root == tmp_path / "arm"
    assert mesh_path("package://arm/meshes/hand.stl", path, alone[0].root) == tmp_path / "arm/meshes/hand.stl"
    (wrong,) = sources_of(arm(tmp_path / "other", "<robot/>"))
    assert wrong.wrong == "expected 1 to 500 links, got 0"


def test_what_lies_beside_a_robots_folder_is_a_model_of_its_own(tmp_path: Path) -> None:
    arm(tmp_path)
    for name in ("cup.glb", "chairs/stool.obj", "arm/meshes/spare.stl", "arm/meshes/other.ply"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found, (left,) = sources_in(tmp_path, "lab")
    names = [source.name for source in found]
    assert names == [*(f"own/lab/arm-{number}" for number in range(1, 7)), "own/lab/cup", "own/lab/stool"]
    assert str(left).startswith("arm/meshes/other.ply, arm/meshes/spare.stl: left out, as parts of robots")
    # A robot that lies in the folder itself has all of it.
    found, (left,) = sources_in(tmp_path / "arm", "arm")
    assert len(found) == 6
    assert "meshes/other.ply" in left.what


def swapped(before: str, after: str) -> Callable[[str], str]:
    return lambda text: text.replace(before, after)


_BOMB = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><robot name="&b;"/>'
REFUSED: dict[str, tuple[Callable[[str], str], str]] = {
    "xml": (lambda text: text[:-20], "expected URDF, got no sound XML"),
    "bomb": (lambda _text: _BOMB, "expected URDF without a document type"),
    "deep": (lambda _text: "<robot>" * 100, "expected XML of at most 40 levels"),
    "other": (lambda _text: "<sdf/>", "expected URDF, whose first element is robot, got sdf"),
    "xacro": (swapped("<link name=", '<x:arm xmlns:x="http://ros.org/xacro"/><link name='), "got xacro: expand it"),
    "cycle": (swapped('<parent link="base"/>', '<parent link="left"/>'), "expected joints without a cycle, got one"),
    "two parents": (swapped('<child link="right"/>', '<child link="left"/>'), "one joint that it hangs on, got two"),
    "no link": (swapped('<child link="upper"/>', '<child link="lower"/>'), "expected links of the file, got 'lower'"),
    "no limits": (swapped('<limit lower="0" upper="0.1" effort="1" velocity="1"/>', ""), "expected the limits that a"),
    "limits": (swapped('lower="0"', 'lower="1"'), "expected a lower limit below the upper one, got 1 and 0.1"),
    "axis": (swapped("0 2 0", "0 0 0"), "joint 'shoulder': expected an axis of some length"),
    "numbers": (swapped("0.2 0.2 0.1", "0.2 nan 0.1"), "link 'base': expected 3 finite numbers as size, got '0.2 nan"),
    "kind": (swapped('type="fixed"', 'type="screw"'), "joint 'wrist': expected one of revolute, .*, got 'screw'"),
    "mimic": (swapped('mimic joint="grip"', 'mimic joint="other"'), "joint 'other': expected to mimic a joint that"),
    "empty": (swapped('<sphere radius="0.02"/>', ""), "link 'left': expected a geometry in its visual, got none"),
    "two roots": (swapped('name="left">', 'name="left"/><link name="alone">'), "got 'base', 'alone'|links of the file"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_cannot_be_built_is_refused_with_its_reason(wrong: str, tmp_path: Path) -> None:
    change, said = REFUSED[wrong]
    with pytest.raises(AssetError, match=said):
        read_urdf(arm(tmp_path, change(ARM)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("package://arm/meshes/gone.stl", "expected its mesh 'package://arm/meshes/gone.stl' in the model's folder"),
        ("package://elsewhere/hand.stl", "name the folder that holds the package"),
        ("../../../secret.stl", "expected meshes in the model's folder"),
        ("/etc/passwd.stl", "expected meshes in the model's folder"),
        ("file:///etc/passwd.stl", "expected meshes in the model's folder"),
        ("http://example.org/hand.stl", "expected meshes in the model's folder"),
        ("package://arm/meshes/hand.step", "expected a mesh of .obj, .stl, .ply, .glb, .gltf, .dae, got 'hand.step'"),
    ],
)
def test_a_mesh_that_is_not_there_or_elsewhere_is_refused(name: str, said: str, tmp_path: Path) -> None:
    path = arm(tmp_path, ARM.replace("package://arm/meshes/hand.stl", name))
    with pytest.raises(AssetError, match=said):
        parts_of(read_urdf(path), {}, path, tmp_path)


def test_what_is_not_read_gives_way_to_what_collides(tmp_path: Path) -> None:
    solid = '<collision><geometry><box size="0.1 0.1 0.1"/></geometry></collision>'
    text = ARM.replace("hand.stl", "hand.step")
    text = text.replace('scale="2 1 1"/></geometry></visual>', f'scale="2 1 1"/></geometry></visual>{solid}')
    path = arm(tmp_path, text)
    parts, notes = parts_of(read_urdf(path), {}, path, tmp_path)
    assert parts[2]["shape"] == "box"
    assert notes == ["link 'hand' is shown as its collision shape: 'hand.step' is not read"]
