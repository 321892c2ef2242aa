"""What weather and light ask of every material, in one node group that all materials read.

A frame changes these few numbers instead of rebuilding shaders: how wet surfaces are, how far puddles have grown, and
how brightly each kind of lamp shines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import bpy
import numpy as np

from longtail.scenes.blender.alternatives import choose, group_of_two
from longtail.scenes.blender.nodes import Graph, Socket

_GROUP = "longtail inputs"
SCENE_IS_DRIED = "longtail dried"
"""The scene's property that materials read: 1 where water and snow are not to be seen, otherwise 0 or none."""


@dataclass(frozen=True)
class ShaderInputs:
    """`wetness` and `puddles` in 0..1; how far each circuit of lamps burns, 0..1; `windows_lit` a share in 0..1, and
    `window` the luminance of one that is lit in kcd/m2.

    `snow_lies` and `flooded` are 0 or 1; `snow` 0..1 says how much of the ground lying snow covers, `snow_tracks` how
    far traffic has worn it; `silt` 0..1 how much mud the flood carries. The street's reference line has the signed
    radius `street_radius_m`, its carriageway lies between `road_right_m` and `road_left_m` (offsets to the left).
    A roundabout on the X axis has its middle at `ring_x_m`, its outer kerb `ring_outer_m` and the middle of its lane
    `ring_middle_m` from there; 0 where there is none. `retro` is what a white retroreflector sends straight back to its
    own headlights, in kcd (kcd/m2 at 1 m); `moment_s` the time since the scene's own moment.
    """

    wetness: float = 0.0
    puddles: float = 0.0
    mains: float = 1.0
    dusk: float = 1.0
    tunnel: float = 1.0
    retro: float = 0.0
    windows_lit: float = 0.0
    window: float = 0.0
    snow_lies: float = 0.0
    snow: float = 0.0
    snow_tracks: float = 0.0
    flooded: float = 0.0
    water_level_m: float = 0.0
    silt: float = 0.0
    street_radius_m: float = 1e5
    lane_width_m: float = 3.0
    road_left_m: float = 0.0
    road_right_m: float = 0.0
    moment_s: float = 0.0
    ring_x_m: float = 0.0
    ring_outer_m: float = 0.0
    ring_middle_m: float = 0.0

    @property
    def dry(self) -> bool:
        """Whether there is nothing that could be dried."""
        return not any(getattr(self, name) for name in _DRIED)

    @property
    def covers_roads(self) -> bool:
        """Whether anything lies on roads that may hide what is painted there."""
        return self.snow_lies > 0 and self.snow > 0


# Fields travel in vectors, those together that change together: `_write` says why there should be few.
_VECTORS = (
    ("wetness", "puddles", "snow_lies"),
    ("flooded", "silt", "water_level_m"),
    ("snow", "snow_tracks", "retro"),
    ("street_radius_m", "lane_width_m", "road_left_m"),
    ("road_right_m", "windows_lit", "window"),
    ("mains", "dusk", "tunnel"),
    ("moment_s", "", ""),
    ("ring_x_m", "ring_outer_m", "ring_middle_m"),
)
_DRIED = ("wetness", "puddles", "snow_lies", "flooded", "silt")


def shader_input(graph: Graph, name: str) -> Socket:
    """The socket that carries the field `name` of `ShaderInputs`."""
    return graph.given("ShaderNodeGroup", _group()).outputs[name]


def set_shader_inputs(inputs: ShaderInputs) -> None:
    """Give every material the values of `inputs`."""
    values = asdict(inputs)
    choose(values)
    _write(values)


def set_dried(target: bpy.types.Scene, *, dried: bool) -> None:
    """Have the next render of `target`, once its settings are noticed, show no water and no snow on any surface, whose
    films and relief would be in the normals; or have it show them again.

    Materials read this off the scene. Were it one of their own values, Blender would take each object for changed, and
    Cycles would build its tree of the whole scene anew.
    """
    target[SCENE_IS_DRIED] = float(dried)


def shader_input_value(name: str) -> float:
    """The value that materials now read for the field `name` of `ShaderInputs`."""
    names = next(names for names in _VECTORS if name in names)
    return float(_vector(names)[names.index(name)])


def _write(values: Mapping[str, float]) -> None:
    """Change the vectors that come out otherwise.

    Blender goes through all of its node trees at every assignment, which takes milliseconds with a city's materials.
    `foreach_set` of an array does not tell it of any change, so that the last assignment speaks for all: they are of
    one tree.
    """
    changed = []
    for names in _VECTORS:
        socket = _vector(names)
        wanted = np.array([values.get(name, now) for name, now in zip(names, socket, strict=True)], np.float32)
        # Single floats come back a little different from what was written.
        if np.any(wanted != np.array(socket, np.float32)):
            changed.append((socket, wanted))
    for place, (socket, wanted) in enumerate(changed, start=1):
        if place < len(changed):
            socket.foreach_set(wanted)
        else:
            socket[:] = wanted


def _vector(names: tuple[str, ...]) -> Any:
    return _group().nodes[" ".join(names)].inputs[0].default_value


def _group() -> bpy.types.NodeTree:
    group = bpy.data.node_groups.get(_GROUP)
    if group is not None:
        return group
    group = bpy.data.node_groups.new(_GROUP, "ShaderNodeTree")
    group.use_fake_user = True
    graph, output, start = Graph(group), group.nodes.new("NodeGroupOutput"), asdict(ShaderInputs())
    # Where nothing is to be dried they ask the scene for nothing: materials that do are handed over at each render.
    shows = group_of_two("longtail shows water", _DRIED, _shows_water, lambda graph: {"Share": graph.number(1.0)}, {})
    share = graph.given("ShaderNodeGroup", shows).outputs["Share"]
    for names in _VECTORS:
        for name in filter(None, names):
            group.interface.new_socket(name, in_out="OUTPUT", socket_type="NodeSocketFloat")
        # Adding nothing: a node that holds a vector, which Cycles folds into a constant.
        held = graph.node("ShaderNodeVectorMath", {"operation": "ADD", "name": " ".join(names)})
        held.inputs[0].default_value = [start.get(name, 0.0) for name in names]
        for name, socket in zip(names, graph.split(held.outputs[0]), strict=True):
            if name:
                shown = graph.math("MULTIPLY", socket, share) if name in _DRIED else socket
                group.links.new(shown, output.inputs[name])
    return group


def _shows_water(graph: Graph) -> dict[str, Socket]:
    """1, or 0 where the scene is dried."""
    settings = {"attribute_type": "VIEW_LAYER", "attribute_name": SCENE_IS_DRIED}
    return {"Share": graph.math("SUBTRACT", 1.0, graph.node("ShaderNodeAttribute", settings).outputs["Fac"])}
