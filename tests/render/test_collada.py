"""COLLADA files as values: what is known on paper, and what strangers may write."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.errors import AssetError
from longtail.render.blender.collada import Document, Paint, read_collada

# Two squares of one unit on a pole: a list of two polygons of four and three corners, and a strip of two triangles.
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
 <asset><unit name="inch" meter="0.0254"/><up_axis>Z_UP</up_axis></asset>
 <library_images><image id="bark-png"><init_from>textures/bark%20one.png</init_from></image></library_images>
 <library_effects>
  <effect id="wood-fx"><profile_COMMON>
   <newparam sid="bark-surface"><surface type="2D"><init_from>bark-png</init_from></surface></newparam>
   <newparam sid="bark-sampler"><sampler2D><source>bark-surface</source></sampler2D></newparam>
   <technique sid="common"><lambert>
    <diffuse><texture texture="bark-sampler" texcoord="UV0"/></diffuse>
    <transparent opaque="A_ONE"><texture texture="bark-sampler" texcoord="UV0"/></transparent>
   </lambert></technique></profile_COMMON></effect>
  <effect id="pane-fx"><profile_COMMON><technique sid="common"><phong>
   <emission><color>0 0.5 0 1</color></emission><diffuse><color>0.2 0.4 0.6 1</color></diffuse>
   <transparent opaque="RGB_ZERO"><color>1 1 1 1</color></transparent><transparency><float>0.7</float></transparency>
  </phong></technique></profile_COMMON></effect>
 </library_effects>
 <library_materials>
  <material id="wood" name="Wood"><instance_effect url="#wood-fx"/></material>
  <material id="pane" name="Pane"><instance_effect url="#pane-fx"/></material>
 </library_materials>
 <library_geometries><geometry id="sign"><mesh>
  <source id="at"><float_array id="at-array" count="15">0 0 0  1 0 0  1 1 0  0 1 0  0 0 1</float_array>
   <technique_common><accessor source="#at-array" count="5" stride="3">
    <param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor>
   </technique_common></source>
  <source id="uv"><float_array id="uv-array" count="9">9 9 9  0 0 9  1 0.5 9</float_array>
   <technique_common><accessor source="#uv-array" count="2" offset="3" stride="3">
    <param name="S" type="float"/><param name="T" type="float"/></accessor>
   </technique_common></source>
  <vertices id="corners"><input semantic="POSITION" source="#at"/></vertices>
  <polylist material="skin" count="3">
   <input semantic="VERTEX" source="#corners" offset="0"/><input semantic="TEXCOORD" source="#uv" offset="1" set="0"/>
   <vcount>4 2 3</vcount><p>0 0 1 1 2 1 3 0  0 0 1 0  0 1 1 1 4 0</p></polylist>
  <tristrips material="pane"><input semantic="VERTEX" source="#corners" offset="0"/><p>0 1 3 2</p></tristrips>
 </mesh></geometry></library_geometries>
 <library_nodes><node id="pair"><instance_geometry url="#sign"><bind_material><technique_common>
  <instance_material symbol="skin" target="#wood"/></technique_common></bind_material></instance_geometry></node>
 </library_nodes>
 <library_visual_scenes><visual_scene id="scene"><node>
   <translate>10 0 0</translate><rotate>0 0 1 90</rotate><scale>2 2 2</scale>
   <node><matrix>1 0 0 1  0 1 0 0  0 0 1 0  0 0 0 1</matrix><instance_node url="#pair"/></node></node>
 </visual_scene></library_visual_scenes>
 <scene><instance_visual_scene url="#scene"/></scene>
</COLLADA>
"""


def read(folder: Path, text: str = PAGE) -> Document:
    (folder / "sign.dae").write_text(text)
    return read_collada(folder / "sign.dae")


def test_a_page_is_what_it_says(tmp_path: Path) -> None:
    (sheet, wood, matrix), (strip, pane, _) = read(tmp_path).shown
    assert sheet.corners.tolist() == [0, 1, 2, 3, 0, 1, 4], "a polygon of two corners is none"
    assert sheet.starts.tolist() == [0, 4]
    assert sheet.uv is not None
    assert sheet.uv.tolist() == [[0, 0], [1, 0.5], [1, 0.5], [0, 0], [1, 0.5], [1, 0.5], [0, 0]]
    assert strip.corners.reshape(-1, 3).tolist() == [[0, 1, 3], [3, 1, 2]], "both turn the same way"
    assert strip.uv is None
    assert wood == Paint("Wood", (1.0, 1.0, 1.0), image=str(tmp_path / "textures/bark one.png"), cut_out=True)
    assert pane is not None
    assert pane.rgb == (0.2, 0.4, 0.6)
    assert pane.glow_rgb == (0.0, 0.5, 0.0)
    assert pane.opacity == pytest.approx(0.3, abs=1e-5)
    # The point (1, 0, 0) of the mesh: 2 along X in its node, doubled, turned to Y, and 10 along X, in inches.
    assert (matrix @ (1, 0, 0, 1))[:3] == pytest.approx((10 * 0.0254, 4 * 0.0254, 0.0))


@pytest.mark.parametrize(
    ("axis", "up", "right"),
    [("X_UP", (1, 0, 0), (0, -1, 0)), ("Y_UP", (0, 1, 0), (1, 0, 0)), ("Z_UP", (0, 0, 1), (1, 0, 0))],
)
def test_what_is_up_becomes_z(axis: str, up: tuple[int, ...], right: tuple[int, ...], tmp_path: Path) -> None:
    """As the specification has right and up of each."""
    turn = read(tmp_path, PAGE.replace("Z_UP", axis)).upright
    assert (turn @ up).tolist() == [0, 0, 1]
    assert (turn @ right).tolist() == [1, 0, 0]
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_fans_polygons_and_triangles(tmp_path: Path) -> None:
    faces = (
        '<trifans><input semantic="VERTEX" source="#corners" offset="0"/><p>0 1 2 3</p></trifans>'
        '<polygons><input semantic="VERTEX" source="#corners" offset="0"/><p>0 1 2 3</p><p>0 1</p><p>0 1 4</p>'
        "</polygons>"
        '<triangles><input semantic="VERTEX" source="#corners" offset="0"/><p>0 1 4 2</p></triangles>'
        '<lines><input semantic="VERTEX" source="#corners" offset="0"/><p>0 1</p></lines>'
    )
    before, _, rest = PAGE.partition("<polylist")
    shown = read(tmp_path, before + faces + "</mesh>" + rest.partition("</mesh>")[2]).shown
    assert [(sheet.corners.tolist(), sheet.starts.tolist()) for sheet, _, _ in shown] == [
        ([0, 1, 2, 0, 2, 3], [0, 3]),
        ([0, 1, 2, 3, 0, 1, 4], [0, 4]),
        ([0, 1, 4], [0]),
    ]
    assert [paint for _, paint, _ in shown] == [None] * 3


def test_a_skin_is_shown_as_it_begins_and_a_file_without_a_scene_whole(tmp_path: Path) -> None:
    skin = (
        '<library_controllers><controller id="bones"><skin source="#sign"><bind_shape_matrix>'
        "1 0 0 0 0 1 0 0 0 0 1 5 0 0 0 1</bind_shape_matrix></skin></controller></library_controllers><library_nodes>"
    )
    text = PAGE.replace("<library_nodes>", skin).replace(
        '<instance_geometry url="#sign">', '<instance_controller url="#bones">'
    )
    text = text.replace("</instance_geometry>", "</instance_controller>")
    matrix = read(tmp_path, text).shown[0][2]
    assert (matrix @ (0, 0, 0, 1))[2] == pytest.approx(2 * 5 * 0.0254)
    bare = PAGE.partition("<library_nodes>")[0] + "</COLLADA>"
    assert len(read(tmp_path, bare).shown) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<COLLADA ", "<!DOCTYPE a [<!ENTITY b 'c'>]><COLLADA ", "without a document type"),
        ("</COLLADA>", "", "no sound XML"),
        ("COLLADA", "X3D", "whose first element is COLLADA, got 'X3D'"),
        ('meter="0.0254"', 'meter="-1"', "a millionth to a million"),
        ('meter="0.0254"', 'meter="nan"', "finite numbers"),
        ("<p>0 1 3 2</p>", "<p>0 1 3 5</p>", "expected faces of 5 points"),
        ("<p>0 1 3 2</p>", "<p>0 1 3 -2</p>", "expected faces of 5 points"),
        ("<p>0 1 3 2</p>", "<p>0 1 3 two</p>", "whole numbers"),
        ("<p>0 1 3 2</p>", "<p>0 1 3 99999999999999999999</p>", "whole numbers"),
        ("4 2 3", "4 2 4", "expected 10 corners of a list of polygons, got 9"),
        ("0 0 1</float_array>", "0 0 inf</float_array>", "finite numbers"),
        ('stride="3"', 'stride="2"', "expected 3 numbers a point"),
        ('source="#at"', 'source="#nowhere"', "none called '#nowhere'"),
        ("<rotate>0 0 1 90</rotate>", "<rotate>0 0 1</rotate>", "expected 4 finite numbers"),
        ('<node id="pair">', '<node id="pair"><instance_node url="#pair"/>', "a node within itself"),
        ("<node id=", "<bone id=", "no sound XML"),
        ('url="#pair"', 'url="#nobody"', "expected meshes with faces, got none"),
    ],
)
def test_what_is_wrong_is_one_sentence(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in PAGE
    with pytest.raises(AssetError, match=said):
        read(tmp_path, PAGE.replace(old, new))


def test_depth_and_number_are_bounded(tmp_path: Path) -> None:
    deep = "<node>" * 100 + "</node>" * 100
    with pytest.raises(AssetError, match="at most 40 levels"):
        read(tmp_path, PAGE.replace("<visual_scene id=", deep + "<visual_scene id="))
    ends = [f"l{level}" for level in range(1, 20)] + ["pair"]
    doubled = "".join(
        f'<node id="l{level}"><instance_node url="#{end}"/><instance_node url="#{end}"/></node>'
        for level, end in enumerate(ends)
    )
    bomb = PAGE.replace("<library_nodes>", "<library_nodes>" + doubled).replace(
        '<instance_node url="#pair"/></node></node>\n </vis', '<instance_node url="#l0"/></node></node>\n </vis'
    )
    assert bomb.count('url="#l0"') == 1
    with pytest.raises(AssetError, match="at most 50,000 nodes and instances"):
        read(tmp_path, bomb)
