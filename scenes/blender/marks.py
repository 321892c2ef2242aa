"""Custom properties by which one builder knows what another has made, whatever Blender calls it."""

from __future__ import annotations

HAZE = "longtail haze"
"""On an object: it is a box of thick air, of this extinction (1/m), or the twin that shares the box's mesh."""
BEAM = "longtail beam"
"""On a headlamp's light object and on the table of its intensities: the name of its beam."""
OWNER = "longtail owner"
"""On a lamp's light object: the name of what it sits on."""
BODY = "longtail body"
"""On a light: the body in the sky that it comes from, sun or moon."""
MIRROR = "longtail mirror"
"""On a material: it mirrors what is in view, which counts for more than what shines through it."""
TEMPLATE = "longtail template"
"""Of materials that nothing wears: others are copies of them."""
CUT_OUT = "longtail cut-out"
"""On a material: what makes holes in it, as `materials.shading.cut_out` says."""
HOLES_KNOWN = "longtail holes known"
"""On a material: it has the holes of its `CUT_OUT` and no others, however much light shines through it."""
ROAD = "longtail road"
"""On a material: snow lies on it as on roads, and hides what is painted there."""
JOINTS = "longtail joints"
"""On the mesh of a person: the joints, four numbers each, one after another."""
LARGE = "longtail large"
"""On an image: it has too many pixels to be kept decoded."""

CLEAR_ALPHA = 0.02
"""Below that a surface is a hole to the pass that labels are read from. Glass lets nearly all light through, and is
none."""
