"""EEVEE: the labels of Cycles to the bit, light with the truths of paper, and clear words where it cannot render."""

from __future__ import annotations

import json
import math
import re
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from longtail.annotate.check.check import check
from longtail.annotate.errors import DeviceError
from longtail.render.blender.session import Session
from longtail.render.machine.devices import Device
from longtail.render.machine.probe import check_engine, probe_eevee
from longtail.render.picture.photograph import through_the_air
from longtail.render.view.complaints import ShadowsFullError
from longtail.scenes.atmosphere.airlight import airlight
from longtail.scenes.atmosphere.light import Light
from longtail.scenes.blender.haze import build_haze
from longtail.scenes.blender.lamps import BEAMS
from longtail.scenes.blender.light import build_light
from longtail.scenes.geometry.materials import Principled
from longtail.scenes.geometry.solids import box
from longtail.scenes.lamps.headlamp_cones import CONES
from longtail.scenes.weather import Fog
from tests.blender.stage import at, expose, headlights, looking_along_x
from tests.blender.stage import session as new_session
from tests.runs import TINY, command, contents, render_command, run

pytestmark = pytest.mark.blender

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
CPU = Device("cpu", "CPU")
MATT = Principled((0.5, 0.5, 0.5), roughness=1.0)
OVERCAST = Light(30.0, 0.0, cloud_cover=1.0, haze=0.3, exposure_ev=0.0)
PINS = ("weather=fog", "lighting.sun_elevation_deg=30", "objects.vehicle.count=1", "objects.furniture.density=0")
KINDS = ("car", "person", "sign", "street_light")
# What of a record is said of the picture: how it was exposed, its file, and whether a thing stands out in it.
OF_THE_PICTURE = {"exposure", "images/000000.png", "contrast", "ignore", "iscrowd", "ignored_for", "sha256"}


def without_picture(value: Any) -> Any:
    """A record's values without those that are about the picture."""
    if isinstance(value, dict):
        return {key: without_picture(item) for key, item in value.items() if key not in OF_THE_PICTURE}
    return [without_picture(item) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One scene by each engine, of one thing of each of a few kinds: software takes long to compile their shaders."""
    made = {name: tmp_path_factory.mktemp(name) for name in ("cycles", "eevee", "again")}
    file = made["cycles"].parent / "scene.json"
    pins = [word for pin in (*TINY, *PINS) for word in ("--set", pin)]
    run(command("scene", "street", "--frame", 0, "-o", file, "--seed", 5, *pins))
    scene = json.loads(file.read_text())
    kinds = {thing["asset"].partition("/")[0]: thing for thing in scene["scene"]["objects"]}
    scene["scene"]["objects"] = [kinds[kind] for kind in KINDS]
    file.write_text(json.dumps(scene))
    for name, out in made.items():
        engine = "cycles" if name == "cycles" else "eevee"
        run(command("render", "--scene", file, "-o", out, "--device", "cpu", "--engine", engine, "--workers", 1))
    return made


@pytest.fixture(scope="module")
def session() -> Session:
    return new_session(samples=1, engine="eevee")


@pytest.mark.parametrize(("room", "tried"), [(1.0, [1.0]), (0.3, [1.0, 0.5, 0.25]), (0.1, [1.0, 0.5, 0.25])])
def test_shadows_are_coarser_where_there_is_no_room(
    session: Session, monkeypatch: pytest.MonkeyPatch, room: float, tried: list[float]
) -> None:
    scene, scales = bpy.data.scenes.new("shadows"), []

    def render(target: bpy.types.Scene) -> dict[str, Any]:
        scales.append(target.eevee.shadow_resolution_scale)
        if scales[-1] > room:
            raise ShadowsFullError("full")
        return {}

    monkeypatch.setattr(session, "_render", render)
    with pytest.raises(ShadowsFullError) if room < min(tried) else nullcontext():
        session._render_picture(scene)
    assert scales == tried
    bpy.data.scenes.remove(scene)


def test_every_label_file_is_that_of_cycles_to_the_bit(engines: dict[str, Path]) -> None:
    cycles, eevee = contents(engines["cycles"]), contents(engines["eevee"])
    assert cycles.keys() == eevee.keys()
    layers = [path for path in cycles if re.match(r"(masks|depth|normals|panoptic)/.*\.png", path)]
    assert {path.partition("/")[0] for path in layers} == {"masks", "depth", "normals", "panoptic"}
    assert {path: eevee[path] for path in layers} == {path: cycles[path] for path in layers}
    assert cycles["images/000000.png"] != eevee["images/000000.png"]


def test_the_records_differ_in_nothing_but_the_picture(engines: dict[str, Path]) -> None:
    first, other = (json.loads((engines[name] / "frames" / "000000.json").read_text()) for name in ("cycles", "eevee"))
    assert first["extra"].keys() >= {"exposure"}
    assert without_picture(first) == without_picture(other)


def test_the_dataset_is_sound(engines: dict[str, Path]) -> None:
    assert check(engines["eevee"]) == []


def test_two_runs_give_the_same_bytes(engines: dict[str, Path]) -> None:
    assert contents(engines["eevee"]) == contents(engines["again"])


def test_sun_and_sky_light_a_card_as_lambert_says(session: Session) -> None:
    """A level matt card under sun and sky has the luminance albedo * lux / pi."""
    light = Light(40.0, 90.0, 0.0, 0.2, 0.0)
    camera = looking_along_x(32, 24, 30.0, height_m=1.0)

    def day(scene: bpy.types.Scene) -> None:
        build_light(scene, light)

    shown = expose(session, camera, [("card", "road", box((200, 200, 0.02), MATT), at(0.0))], day)
    below = float((shown.radiance[-4:] @ LUMINANCE).mean()) * 1000
    assert below == pytest.approx(0.5 / math.pi * light.horizontal_lux, rel=0.15)


def test_fog_keeps_koschmieders_law(session: Session) -> None:
    fog, distance_m = Fog(80.0), 30.0

    def furnish(scene: bpy.types.Scene) -> None:
        build_haze(scene, OVERCAST, fog.air, (0.0, 0.0))

    camera = looking_along_x(32, 24, 20.0, height_m=1.5)
    plate = box((0.01, 60, 60), Principled((0.0, 0.0, 0.0), roughness=1.0))
    shown = expose(session, camera, [("plate", "car", plate, at(distance_m))], furnish)
    before = shown.radiance[12, 16]
    middle = through_the_air(shown, camera, fog.air, OVERCAST)[12, 16]
    kept = math.exp(-math.log(20) * distance_m / 80.0)
    np.testing.assert_allclose(middle, before * kept + np.asarray(airlight(OVERCAST)) * (1 - kept), rtol=2e-3)
    # What the plate itself shows is the few percent of the white stage that its surface mirrors, and no fog.
    assert before.max() < 0.1


def test_a_dipped_beam_has_its_cut_off(session: Session) -> None:
    camera = looking_along_x(64, 32, 40.0, height_m=0.66)

    def beams(scene: bpy.types.Scene) -> None:
        background = next(node for node in scene.world.node_tree.nodes if node.type == "BACKGROUND")
        background.inputs["Color"].default_value = (0.0, 0.0, 0.0, 1.0)
        headlights(scene)

    shown = expose(session, camera, [("wall", "wall", box((0.02, 40, 40), MATT), at(12.01))], beams)
    image = shown.radiance @ LUMINANCE
    # Rows and columns are 0.7 degrees of the wall, as seen from the lamps.
    assert image[18, 22] > 5 * image[13, 22]
    assert image[16, 42] > 5 * image[16, 10]


def test_every_beam_has_its_cones() -> None:
    assert BEAMS.keys() == CONES.keys()


def test_the_graphics_are_known_by_name() -> None:
    graphics = probe_eevee()
    assert graphics.name
    assert graphics.software == ("llvmpipe" in graphics.name)


def test_without_a_driver_nothing_is_begun_and_the_message_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("__EGL_VENDOR_LIBRARY_DIRS", str(tmp_path))
    with pytest.raises(DeviceError, match=r"NVIDIA_DRIVER_CAPABILITIES.*libgl1-mesa-dri.*--engine cycles"):
        check_engine("eevee", "auto", CPU)
    assert check_engine("cycles", "auto", CPU) is None
    said = run(render_command(tmp_path / "out", "--engine", "eevee", frames=1), status=1)
    assert "render.engine: expected graphics" in said
    assert not (tmp_path / "out").exists()
