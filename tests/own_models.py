"""Files of models, as users have them: our own meshes in every format, sound ones and broken ones.

Writers of text formats and of GLB are small enough to stand here; FBX, USD and .blend are Blender's.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.scenes.assets import ASSETS
from longtail.scenes.assets.asset import Procedural
from longtail.scenes.geometry.materials import CarPaint, Glass, LampGlass, Material
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.solids import box

Points = NDArray[np.float64]

# Ours have X ahead, Y to the left, Z up; glTF and OBJ Z ahead, X to the left, Y up.
_Y_UP = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
# As programs with Z up have them: the front looks along -Y.
_Z_UP = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])


def ours(name: str) -> Mesh:
    """One of our own meshes."""
    asset = ASSETS[name]
    assert isinstance(asset, Procedural)
    return asset.mesh()


def cube(size_m: float = 0.1) -> Mesh:
    """The least that a model can be."""
    return box((size_m, size_m, size_m), CarPaint())


def material_name(material: Material, number: int) -> str:
    """What a file calls one of our materials."""
    if isinstance(material, CarPaint):
        return "Body paint"
    if isinstance(material, LampGlass) and material.kind.name in ("head", "tail"):
        return f"{material.kind.name} light {number}"
    return f"{type(material).__name__} {number}"


def parts(mesh: Mesh, axes: Points, scale: float = 1.0) -> list[tuple[str, Points, NDArray[np.int32], list[float]]]:
    """(name, corners, triangles, RGBA) of each material's part, in other axes."""
    found = []
    for number, material in enumerate(mesh.materials):
        faces = mesh.triangles[mesh.slots == number]
        if len(faces):
            used, inverse = np.unique(faces, return_inverse=True)
            points = mesh.vertices_m[used].astype(np.float64) @ axes.T * scale
            rgb = getattr(material, "rgb", getattr(material, "tint", (0.6, 0.1, 0.1)))
            rgba = [*(float(v) for v in rgb), 0.3 if isinstance(material, Glass) else 1.0]
            found.append((material_name(material, number), points, inverse.reshape(-1, 3).astype(np.int32), rgba))
    return found


def gltf(mesh: Mesh, scale: float = 1.0, texture: bytes = b"") -> tuple[dict[str, Any], bytes]:
    """The JSON and the binary part of a glTF; with a PNG `texture` all parts wear it, mapped by height."""
    document: dict[str, Any] = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": []}], "materials": [], "accessors": [], "bufferViews": [], "buffers": [],
    }  # fmt: skip
    data = b""

    def view(values: NDArray[Any], kind: str, component: int, **bounds: Any) -> int:
        nonlocal data
        raw = values.tobytes()
        document["bufferViews"].append({"buffer": 0, "byteOffset": len(data), "byteLength": len(raw)})
        data += raw + b"\0" * (-len(raw) % 4)
        row = {"bufferView": len(document["bufferViews"]) - 1, "componentType": component, "type": kind}
        document["accessors"].append(row | {"count": len(values)} | bounds)
        return len(document["accessors"]) - 1

    for number, (name, points, faces, rgba) in enumerate(parts(mesh, _Y_UP, scale)):
        corners = points.astype(np.float32)
        attributes = {
            "POSITION": view(corners, "VEC3", 5126, min=corners.min(axis=0).tolist(), max=corners.max(axis=0).tolist())
        }
        pbr: dict[str, Any] = {"baseColorFactor": rgba, "roughnessFactor": 0.4, "metallicFactor": 0.0}
        if texture:
            uv = np.stack([corners[:, 0] * 0, corners[:, 1]], axis=1).astype(np.float32)
            attributes["TEXCOORD_0"] = view(uv, "VEC2", 5126)
            pbr["baseColorTexture"] = {"index": 0}
        indices = view(faces.reshape(-1).astype(np.uint32), "SCALAR", 5125)
        document["meshes"][0]["primitives"].append({"attributes": attributes, "indices": indices, "material": number})
        blend = {"alphaMode": "BLEND"} if rgba[3] < 1 else {}
        document["materials"].append({"name": name, "pbrMetallicRoughness": pbr} | blend)
    if texture:
        document["bufferViews"].append({"buffer": 0, "byteOffset": len(data), "byteLength": len(texture)})
        data += texture + b"\0" * (-len(texture) % 4)
        document["images"] = [{"bufferView": len(document["bufferViews"]) - 1, "mimeType": "image/png"}]
        document["textures"] = [{"source": 0}]
    document["buffers"] = [{"byteLength": len(data)}]
    return document, data


def write_glb(path: Path, mesh: Mesh, scale: float = 1.0, texture: bytes = b"") -> Path:
    document, data = gltf(mesh, scale, texture)
    return write_chunks(path, document, data)


def write_chunks(path: Path, document: Mapping[str, Any], data: bytes) -> Path:
    """A .glb of any JSON and binary part."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(data), 0x004E4942) + data
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    return path


def write_gltf(path: Path, mesh: Mesh, scale: float = 1.0) -> Path:
    document, data = gltf(mesh, scale)
    document["buffers"][0]["uri"] = f"{path.stem}.bin"
    path.with_suffix(".bin").write_bytes(data)
    path.write_text(json.dumps(document))
    return path


def write_obj(path: Path, mesh: Mesh, scale: float = 1.0, axes: Points = _Y_UP) -> Path:
    lines, library, offset = [f"mtllib {path.stem}.mtl"], [], 1
    for name, points, faces, rgba in parts(mesh, axes, scale):
        word = name.replace(" ", "_")
        lines += [f"usemtl {word}", *(f"v {x:.6f} {y:.6f} {z:.6f}" for x, y, z in points)]
        lines += [f"f {a} {b} {c}" for a, b, c in faces + offset]
        library.append(f"newmtl {word}\nKd {rgba[0]:.4f} {rgba[1]:.4f} {rgba[2]:.4f}\nd {rgba[3]}")
        offset += len(points)
    path.write_text("\n".join(lines) + "\n")
    path.with_suffix(".mtl").write_text("\n".join(library) + "\n")
    return path


def write_ply(path: Path, mesh: Mesh, scale: float = 1.0, axes: Points = _Z_UP, painted: bool = True) -> Path:
    """With a colour for each corner."""
    corners, faces, offset = [], [], 0
    for _, points, triangles, rgba in parts(mesh, axes, scale):
        red, green, blue = (round(255 * min(v, 1) ** (1 / 2.2)) for v in rgba[:3])
        paint = f" {red} {green} {blue}" if painted else ""
        corners += [f"{x:.6f} {y:.6f} {z:.6f}{paint}" for x, y, z in points]
        faces += [f"3 {a} {b} {c}" for a, b, c in triangles + offset]
        offset += len(points)
    colours = "".join(f"property uchar {name}\n" for name in ("red", "green", "blue")) if painted else ""
    head = (
        f"ply\nformat ascii 1.0\nelement vertex {len(corners)}\nproperty float x\nproperty float y\nproperty float z\n"
        f"{colours}element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    path.write_text(head + "\n".join([*corners, *faces]) + "\n")
    return path


def write_stl(path: Path, mesh: Mesh, scale: float = 1.0, axes: Points = _Z_UP) -> Path:
    points = (mesh.vertices_m.astype(np.float64) @ axes.T * scale)[mesh.triangles].astype("<f4")
    rows = np.zeros(len(points), dtype=[("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("rest", "<u2")])
    rows["corners"] = points
    path.write_bytes(b"\0" * 80 + struct.pack("<I", len(points)) + rows.tobytes())
    return path


def write_dae(path: Path, mesh: Mesh, scale: float = 1.0, axes: Points = _Y_UP) -> Path:
    """COLLADA: each material's faces by a node of its own, in centimetres."""
    effects, materials, meshes, nodes = [], [], [], []
    for k, (name, points, faces, rgba) in enumerate(parts(mesh, axes, 100 * scale)):
        numbers = " ".join(f"{value:.5f}" for value in points.ravel())
        colour = " ".join(f"{min(max(v, 0), 1) ** (1 / 2.2):.4f}" for v in rgba[:3])
        effects.append(
            f'<effect id="e{k}"><profile_COMMON><technique sid="t"><phong><diffuse><color>{colour} 1</color></diffuse>'
            f"<transparency><float>{rgba[3]}</float></transparency></phong></technique></profile_COMMON></effect>"
        )
        materials.append(f'<material id="m{k}" name="{name}"><instance_effect url="#e{k}"/></material>')
        meshes.append(
            f'<geometry id="g{k}"><mesh><source id="s{k}"><float_array id="a{k}" count="{points.size}">{numbers}'
            f'</float_array><technique_common><accessor source="#a{k}" count="{len(points)}" stride="3">'
            '<param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor>'
            f'</technique_common></source><vertices id="v{k}"><input semantic="POSITION" source="#s{k}"/></vertices>'
            f'<triangles material="worn" count="{len(faces)}"><input semantic="VERTEX" source="#v{k}" offset="0"/>'
            f"<p>{' '.join(map(str, faces.ravel()))}</p></triangles></mesh></geometry>"
        )
        nodes.append(
            f'<node><instance_geometry url="#g{k}"><bind_material><technique_common><instance_material symbol="worn" '
            f'target="#m{k}"/></technique_common></bind_material></instance_geometry></node>'
        )
    path.write_text(
        '<?xml version="1.0"?><COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1"><asset>'
        f'<unit name="centimeter" meter="0.01"/><up_axis>Y_UP</up_axis></asset><library_effects>{"".join(effects)}'
        f"</library_effects><library_materials>{''.join(materials)}</library_materials><library_geometries>"
        f'{"".join(meshes)}</library_geometries><library_visual_scenes><visual_scene id="scene">{"".join(nodes)}'
        '</visual_scene></library_visual_scenes><scene><instance_visual_scene url="#scene"/></scene></COLLADA>'
    )
    return path


WRITERS: dict[str, Callable[[Path, Mesh], Path]] = {
    ".glb": write_glb, ".gltf": write_gltf, ".obj": write_obj, ".ply": write_ply, ".stl": write_stl,
    ".dae": write_dae,
}  # fmt: skip
"""Of the formats that need no Blender."""


def write_broken(folder: Path) -> dict[str, str]:
    """Ten models that are broken in ten ways: by the files' names, what the reason must speak of."""
    mesh = cube()
    write_glb(folder / "cut-off.glb", mesh)
    whole = (folder / "cut-off.glb").read_bytes()
    (folder / "cut-off.glb").write_bytes(whole[: len(whole) // 2])
    (folder / "empty.glb").write_bytes(b"")
    (folder / "no-json.gltf").write_text("{this is no JSON")
    document, data = gltf(mesh)
    document["buffers"][0]["uri"] = "nowhere.bin"
    (folder / "no-buffer.gltf").write_text(json.dumps(document))
    document, data = gltf(mesh)
    document["meshes"][0]["primitives"] = []
    write_chunks(folder / "no-faces.glb", document, data)
    (folder / "points-only.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0\n")
    (folder / "no-area.obj").write_text("v 1 2 3\nv 1 2 3\nv 1 2 3\nf 1 2 3\n")
    (folder / "a-picture.fbx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 200)
    (folder / "not-usd.usda").write_text("#usda 1.0\ndef Mesh {{{{\n")
    (folder / "not-blender.blend").write_bytes(b"BLENDER-v500" + b"\xff" * 500)
    return {
        "cut-off.glb": "", "empty.glb": "", "no-json.gltf": "", "no-buffer.gltf": "", "no-faces.glb": "no faces",
        "points-only.obj": "no faces", "no-area.obj": "", "a-picture.fbx": "", "not-usd.usda": "",
        "not-blender.blend": "",
    }  # fmt: skip
