"""Damages that a fault of our own would leave, with valid digests, seals, COCO files and statistics, and what the check
says of each."""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.camera import BrownConrady, KannalaBrandt, Lens, Orthographic
from longtail.annotate.check.check import check
from longtail.annotate.labels.shown import Shown
from tests.annotate import judging, stage
from tests.annotate.damages import (
    LONGER,
    Damage,
    amodal,
    as_opengl,
    as_seen,
    both,
    called,
    category,
    condition,
    config,
    credited,
    dark_road,
    drawn,
    each,
    edited,
    exposure,
    farther,
    file,
    folder,
    frame,
    frames,
    grown,
    grown_beyond,
    in_world,
    info,
    its_objects,
    layer,
    lens,
    lifted_camera,
    longer_focus,
    material,
    metres_aside,
    mirrored_camera,
    moved,
    of_frame,
    of_one,
    on,
    one_way,
    order_turned,
    ordered,
    over_all,
    padded,
    posed,
    ray_lengths,
    record,
    records,
    rule,
    scaled_pose,
    seen_through,
    shape,
    shifted,
    shifted_middle,
    shifted_pose,
    sized,
    straight,
    swapped,
    swapped_materials,
    thing,
    told,
    turned,
    undrawn,
    unordered,
    without_silhouette,
    without_waterline,
    word,
)
from tests.annotate.yard import FOG_M, KNOWN, LENS, OUTPUTS, Yard, about, shots

FISHEYE = KannalaBrandt.from_fov(96, 60, 150, k1=0.01)
MAP = Orthographic(96, 60, 32.0, 32.0, 48.0, 30.0)
BARREL = BrownConrady.from_fov(96, 60, 70, k1=-0.3, k2=0.1)


def findings(root: Path) -> list[str]:
    return [str(finding) for finding in check(root, known=KNOWN)]


@pytest.mark.parametrize("lens", [LENS, FISHEYE, BARREL, MAP], ids=lambda lens: lens.name)
def test_a_sound_yard_has_no_findings(tmp_path: Path, lens: Lens) -> None:
    assert findings(Yard(about(lens), list(shots(lens))).write(tmp_path)) == []


DEPTH = r"depth/000000.png: expected a depth and a camera that put what is seen inside .* boxes, got .* outside them"

DAMAGES: list[tuple[str, Damage, str]] = [
    # depth
    ("depth in centimetres", layer("depth", lambda d: d * 100), "a depth wherever a thing is, got none"),
    (
        "depth in steps of a centimetre",
        layer("depth", lambda d: d * 100 / 256),
        DEPTH + ", as if it were steps of a centimetre",
    ),
    (
        "depth in steps of a millimetre",
        layer("depth", lambda d: d * 1000 / 256),
        DEPTH + ", as if it were steps of a millimetre",
    ),
    ("depth in feet", layer("depth", lambda d: d / 0.3048), DEPTH + ", as if it were feet"),
    ("depth along rays", layer("depth", ray_lengths), DEPTH + ", as if it were the length of the ray"),
    ("depth a percent too large", layer("depth", lambda d: d * 1.01), DEPTH),
    ("depth in whole metres", layer("depth", np.rint), DEPTH),
    ("depth mirrored", layer("depth", np.fliplr), "depth wherever a thing is|" + DEPTH),
    (
        "depth a column off",
        layer("depth", lambda d: np.roll(d, 1, axis=1)),
        r"object 4: its pixels inside its 3D box, got \d+ of \d+ outside, up to",
    ),
    ("depth of the flood", layer("depth", of_frame(2, "depth")), DEPTH),
    ("depth of one thing", layer("depth", of_one(5, 0.5)), "object 5: its pixels inside its 3D box"),
    # camera
    ("focal length in the record", record(longer_focus), "camera focal_px fx 68.551.*, got 69.922"),
    ("focal length everywhere", frames(LONGER), "camera focal_px fx 68.551"),
    (
        "focal length, undrawn",
        each(frames(LONGER), records(undrawn)),
        "object 4: its pixels inside its 3D box|" + DEPTH,
    ),
    ("pixels not square", frames(lens(fy_px=LENS.fy_px * 1.02)), "camera focal_px fy"),
    (
        "principal point",
        frames(lens(cx_px=48.5, cy_px=30.5)),
        r"camera principal_point_px \[48.0, 30.0\], the picture's middle, got \[48.5, 30.5\]",
    ),
    (
        "principal point, undrawn",
        each(frames(lens(cx_px=48.5)), config(camera={})),
        "object 4: its pixels inside its 3D box",
    ),
    ("camera too high", record(lifted_camera), "camera height 1.450000 m, as drawn, got 1.650000 m"),
    (
        "camera too high, undrawn",
        each(frames(posed(up_m=0.2)), records(undrawn)),
        DEPTH + ", as if the camera were 0.200 m lower",
    ),
    ("camera turned", frames(posed(turn_deg=1.0)), "camera yaw_deg 2.000000, as drawn, got 3.000000"),
    (
        "camera turned, undrawn",
        each(frames(posed(turn_deg=1.0)), records(undrawn)),
        "object 4: its pixels inside its 3D box",
    ),
    ("camera mirrored", record(mirrored_camera), "camera world_from_camera a turn and a shift"),
    ("field of view", record(drawn(camera__horizontal_fov_deg=71.0)), "as a drawn field of 71 deg has"),
    ("pitch", record(drawn(camera__pitch_deg=4.0)), "camera pitch_deg 4.000000, as drawn, got -4.00"),
    ("roll", record(drawn(camera__roll_deg=-0.5)), "camera roll_deg -0.500000, as drawn, got 0.50"),
    (
        "model of the lens",
        config(camera={"model": "brown_conrady"}),
        "camera model brown_conrady, as the config has it",
    ),
    ("size asked for", config(camera={"size_px": [64, 48]}), r"camera size_px \[64, 48\], as the config has it"),
    # 3D boxes
    ("pose in the record", record(shifted_pose), "object 1 projected_box_px .*, got"),
    ("box moved ahead", frames(its_objects(moved(1.0), 1)), "object 1: its pixels inside its 3D box"),
    ("box moved aside", frames(its_objects(moved(0, 0.3), 2)), "object 2: its pixels inside its 3D box"),
    (
        "box turned",
        frames(its_objects(turned, 1)),
        r"object 1 \(car\) to face where its lane goes, got one "
        "that faces against the street's course",
    ),
    ("box too low", frames(its_objects(sized(1, 1, 0.5), 3)), "object 3: its pixels inside its 3D box"),
    (
        "boxes of a model too large",
        frames(its_objects(sized(1.2, 1.2, 1.2), 1, 5, 7, 8)),
        r"car/estate: a 3D box of \[4.5, 1.8, 1.5\] m, as its catalogue has it, got \[5.4, 2.16, 1.8\]",
    ),
    (
        "one box too large",
        frame(its_objects(sized(1.2, 1, 1), 5)),
        r"object 5 \(car/estate\): box_size_m \[4.5, 1.8, 1.5\], as others of its model",
    ),
    (
        "one frame's boxes too large",
        frame(its_objects(sized(1, 1.2, 1), 2), 1),
        r"000001.json: expected truck/box: box_size_m \[7.0, 2.4, 3.0\], as in frame 0",
    ),
    ("middle in the record", record(shifted_middle), "object 1 box_centre_world_m"),
    (
        "middle in the world",
        record(lambda r: thing(r, 1).update(box_centre_world_m=[0, 0, 0])),
        r"object 1 box_centre_world_m .*, got \[0.0, 0.0, 0.0\]",
    ),
    ("pose stretched", record(scaled_pose), "object 1 world_from_object a turn and a shift"),
    (
        "projected box",
        record(both(1, projected_box_px=[30.0, 25.0, 20.0, 20.0])),
        r"object 1 projected_box_px .*, got \[30.0, 25.0, 20.0, 20.0\]",
    ),
    ("no projected box", record(both(1, projected_box_px=None)), "object 1 projected_box_px .*, got null"),
    ("truncation", record(both(8, truncation=0.0)), r"object 8 truncation 0\.\d+, as of its 3D box, got 0"),
    ("wall moved", frames(its_objects(moved(0, 1.0), 20)), "wall: its pixels inside its 3D box"),
    ("road too low", frames(its_objects(moved(0, 0, -0.05), 30)), "road: its pixels inside its 3D box"),
    ("ids swapped", frame(swapped(1, 5)), "object 1: its pixels inside its 3D box"),
    # normals
    ("normals all zero", layer("normals", lambda n: n * 0), "a normal wherever there is a depth, got none"),
    ("normals backwards", layer("normals", lambda n: -n), "normals that face the camera, got 100% that"),
    ("normals in the world", layer("normals", in_world), "normals that face the camera"),
    ("normals as OpenGL has them", layer("normals", as_opengl), "normals that face the camera"),
    ("normals to the left", layer("normals", lambda n: n[..., [1, 0, 2]]), "normals that"),
    (
        "normals straight at the camera",
        layer("normals", straight),
        "normals that stand on the surfaces that depth has",
    ),
    ("normals mirrored", layer("normals", np.fliplr), "a normal wherever|normals that"),
    # distances and places
    ("distance is depth", layer("distance", lambda _: shots()[0].frame.depth_m), "the length of each ray whose depth"),
    ("distance a step off", layer("distance", lambda d: d + np.float32(1 / 64)), "the length of each ray whose depth"),
    ("no distance of a car", layer("distance", on(1, 0)), "a length wherever there is a depth, got none at"),
    ("no distance at all", layer("distance", over_all(np.inf)), "a length wherever there is a depth, got none at"),
    ("places aside", layer("world", metres_aside), "places on the rays of their pixels"),
    ("places in the camera's frame", layer("world", as_seen), "places on the rays of their pixels"),
    ("places mirrored", layer("world", np.fliplr), "places on the rays of their pixels"),
    ("places too far", layer("world", farther(0.01)), "places as far as distance has them"),
    ("no places", layer("world", over_all(np.nan)), "places as far as distance has them"),
    # surfaces
    ("materials mirrored", layer("material", np.fliplr), "a material exactly where there is a normal|the part of each"),
    ("another material", layer("material", on(1, 9)), r"ids of the record's materials, got \[9\] as well"),
    ("no material of a car", layer("material", on(1, 0)), "a material exactly where there is a normal"),
    ("materials in another order", record(swapped_materials), "numbered from 1 in the order of their names"),
    (
        "a material that no pixel has",
        record(
            lambda r: r["materials"].append({"id": len(r["materials"]) + 1, "name": "Zinc", "kind": "zinc", "part": ""})
        ),
        "materials that the picture shows",
    ),
    ("no table of materials", record(lambda r: r["materials"].clear()), "ids of the record's materials"),
    ("a part that is none", record(material(part="chimney")), r"materials of the parts wheel, .*, got \['chimney'\]"),
    ("parts mirrored", layer("parts", np.fliplr), "the part of each pixel's material"),
    ("a wheel of a person", layer("parts", on(3, 1)), "wheel on vehicle alone, got on person"),
    ("a part of a later table", layer("parts", on(1, 200)), r"ids of the dataset's parts, got \[200\]"),
    ("albedo as 8 bits", layer("albedo", lambda a: a * 255), "shares of 0 to 1.25"),
    ("no albedo", layer("albedo", over_all(0.0)), "light that asphalt scatters, got none"),
    ("no albedo of the road", layer("albedo", lambda a: a * ~dark_road(a)), "light that asphalt scatter, got none at"),
    ("albedo of the sky", layer("albedo", over_all(0.5)), "0 where no surface is, got more"),
    ("albedo mirrored", layer("albedo", np.fliplr), "0 where no surface is|0 on glass"),
    ("a sibling's albedo", layer("albedo", lambda a: a * np.float32(0.5), 1), "the same albedo as frame 0"),
    ("materials that nobody asked for", info(outputs=("images", "coco", "depth")), "no materials, which nobody asked"),
    # what is hidden
    ("amodal beyond the box", frame(its_objects(amodal(900), 1)), r"object 1 amodal_px at most \d+, the pix"),
    (
        "amodal of what nothing hides",
        frame(its_objects(amodal(90), 8)),
        r"object 8 amodal_px at most \d+: its own, and those of what may hide it, got 181",
    ),
    # whole silhouettes
    (
        "a silhouette moved",
        record(shifted),
        "object 2 all of its mask in its silhouette, got",
    ),
    ("a silhouette off the canvas", record(shape(2, origin=[-500, 0])), r"object 2 amodal_bbox inside the canvas"),
    (
        "a silhouette larger than its thing",
        frame(its_objects(grown, 2)),
        r"object 2 a silhouette in its 3D box, behind what hides it, got \d+ of",
    ),
    (
        "a silhouette too large beyond the picture",
        frame(its_objects(grown_beyond, 8)),
        r"object 8 a silhouette in its 3D box, behind what hides it, got \d+ of",
    ),
    ("a loose crop", record(padded), "object 1 amodal_segmentation a crop without empty rows"),
    ("no run-length code", record(shape(1, counts="~")), "object 1 amodal_segmentation: a sound RLE"),
    ("an amodal box", record(both(1, amodal_bbox=[1, 2, 3, 4])), r"object 1 amodal_bbox .*, as of its silhouette"),
    ("an amodal area", record(both(8, amodal_area=7)), r"object 8 amodal_area \d+, as of its silhouette, got 7"),
    (
        "amodal pixels of another silhouette",
        record(both(2, amodal_px=301, visible_fraction=0.5)),
        r"object 2 amodal_px \d+, as of its silhouette in the picture, got 301",
    ),
    ("a cover", record(both(2, occluded_by=[])), r"object 2 occluded_by .*'instance_id': 3.*, got \[\]"),
    ("an order turned", record(order_turned(2, 3)), r"object 2 occlusion_order behind 3 at least at \d+ pixels"),
    ("an order one way", record(ordered(2, 3, 5, 5)), r"object 2 occlusion_order against 3 \d+ pixels, as silhou"),
    ("an order of nothing", record(ordered(1, 4, 3, 4)), "object 1 occlusion_order against 4 0 pixels, as silhouettes"),
    ("no order", record(unordered), r"object 2 occlusion_order against 3 \d+ pixels, as silhouettes share"),
    (
        "a silhouette in the annotation alone",
        record(lambda r: r["annotations"][0].update(amodal_area=1)),
        "annotation of object 1 the silhouette and order of its object",
    ),
    (
        "no silhouette of what is hidden",
        record(without_silhouette(6)),
        r"object 6 a silhouette with its \d+ amodal pixels, got none",
    ),
    (
        "silhouettes that nobody asked for",
        info(outputs=tuple(name for name in OUTPUTS if name != "amodal")),
        "object 1 no silhouette, as nobody asked for one",
    ),
    (
        "a projected box beyond the canvas",
        record(both(8, projected_box_px=[-5000.0, -40.0, 5010.0, 200.0])),
        r"object 8 projected_box_px .*, got \[-5000.0",
    ),
    # names
    (
        "cars called vans",
        frames(its_objects(called("van"), 1, 5, 7, 8)),
        "car/estate: category 'car', as its catalogue has it, got 'van'",
    ),
    ("one car called van", frame(its_objects(called("van"), 5)), "object 5 .*category 'car', as others of"),
    (
        "one frame's truck called van",
        frame(its_objects(called("van"), 2), 2),
        "000002.json: expected truck/box: category 'truck', as in frame 0, got 'van'",
    ),
    ("a colour", info(taxonomy=category("car", rgb=(1, 2, 3))), r"\(car\) color \(0, 0, 142\), as ever"),
    (
        "a name for another",
        folder(edited("dataset.json", lambda i: i["categories"][0].update(name="bus"))),
        "expected a category of the dataset's taxonomy with its id",
    ),
    # water
    ("level", record(condition(water_level_m=0.45), 2), "conditions water_level_m 0.450, where water is seen"),
    ("no level", record(condition(water_level_m=None), 2), "conditions water_level_m a level, as water is se"),
    ("drawn depth", record(drawn(weather__flood__depth_m=0.7), 2), "water_level_m 0.7, the drawn depth"),
    ("no waterline", record(without_waterline, 2), r"waterline one of \d+ pixels, where it meets water, got"),
    (
        "all of it under water",
        record(both(1, submerged_px=99, submerged_fraction=1.0), 2),
        r"object 1 submerged_px at most \d+, as the rest is seen, got 99",
    ),
    ("a truck under water", frame(its_objects(moved(0, 0, -0.5), 2), 2), "object 2: its pixels inside"),
    ("level of another scene", record(condition(water_level_m=0.2), 0), "water_level_m null in clear"),
    # air
    ("thinner fog", frame(seen_through(2 * FOG_M), 1), "transmission .*, as 60 m of visibility leave over"),
    ("thicker fog", frame(seen_through(FOG_M / 2), 1), "transmission .*, as 60 m of visibility leave over"),
    ("no fog", frame(seen_through(math.inf), 1), "transmission .*, as 60 m of visibility leave over .*1.0"),
    ("visibility", record(condition(visibility_m=120.0), 1), "conditions visibility_m at most 60, as drawn"),
    # conditions
    ("weather", record(condition(weather="snow"), 0), "conditions weather 'clear', as drawn, got 'snow'"),
    ("rate", record(condition(rain_rate_mm_h=125.0), 2), "conditions rain_rate_mm_h 12.5, as drawn, got 125"),
    ("rain in clear weather", record(condition(rain_rate_mm_h=5.0), 0), "rain_rate_mm_h 0, as drawn, got 5"),
    ("daylight at dusk", record(condition(illuminance_lux=60_000.0), 2), "illuminance_lux at most 5000 with"),
    ("part of the day", record(word("clear, night"), 0), "condition 'clear, day' with the sun at 40.0 deg"),
    ("twilight", record(lambda r: r["extra"].update(twilight="none"), 2), "twilight 'civil' with the sun"),
    ("exposure", record(exposure(ev100=15.0)), "exposure ev100 14.00.*, as of its aperture, shutter and gain"),
    ("aperture", record(drawn(sensor__f_number=2.8)), "exposure f_number 2.80, as drawn, got 2.0"),
    ("gain", record(exposure(iso=6400.0, ev100=8.0)), "exposure iso at most 3200.0, as drawn, got 6400"),
    ("shutter", record(drawn(sensor__max_shutter_s=1e-5)), "exposure shutter_s at most 0.000010, as drawn"),
    # siblings
    ("siblings one way", record(one_way, 1), r"a scene of frames \[0, 1\], as its frame 0 says, got one of"),
    (
        "a sibling's scene",
        frame(lambda f: dataclasses.replace(f, shown=Shown(0, "fog", {}, (2,))), 1),
        r"a scene of frames \[0, 1\], as its frame 0 says, got one of frames \[1, 2\]",
    ),
    ("a sibling's camera", frame(posed(up_m=0.01), 1), "the camera of frame 0, which was drawn alike"),
    ("a sibling's depth", layer("depth", lambda d: d + np.float32(1 / 256), 1), "the same depth as frame 0"),
    ("an image's scene", record(lambda r: r["image"].update(scene=5)), "image scene 0, got 5"),
    ("an image's variant", record(lambda r: r["image"].update(variant="fog")), "image variant 'clear', got"),
    ("an image's file", record(lambda r: r["image"].update(file_name="1.png")), "image file_name '000000.png'"),
    # pictures and lenses
    ("another picture", layer("images", of_frame(2, "images")), "contrast .*, as in the picture"),
    ("a mirrored picture", layer("images", np.fliplr), "contrast .*, as in the picture"),
    ("a black picture", layer("images", lambda rgb: rgb * 0), "a picture of the .* segments that are labelled"),
    ("a mirrored lens mask", layer("lens", np.fliplr), "lens_fraction .* of object"),
    # the dataset's own files
    ("no credits", info(assets=()), "a credit for each asset; .*, got none for car/estate"),
    ("credits of another set", told(credited(name="dog/poodle")), "credits of what a frame has"),
    ("another creator", told(credited(creator="Somebody")), "car/estate credited as"),
    (
        "statistics of another set",
        folder(edited("stats.json", lambda s: s.update(frames=9))),
        "stats.json: expected frames 3, as the records have it; .*, got 9",
    ),
    (
        "a count",
        folder(edited("stats.json", lambda s: s["categories"][0].update(instances=77))),
        r"stats.json: expected categories\[0\].instances \d+, as the records have it; .*, got 77",
    ),
    (
        "conditions counted",
        folder(edited("stats.json", lambda s: s["conditions"].pop("fog, day"))),
        "stats.json: expected conditions .*fog, day.* as the records have it",
    ),
    ("statistics cut short", folder(file("stats.json", b"{")), "stats.json: expected statistics as JSON"),
    (
        "step of depth",
        folder(edited("dataset.json", lambda i: i["depth"].update(step_m=0.001))),
        "dataset.json: expected depth .*0.00390625.*, as files have it",
    ),
    ("seed asked for", config(seed=8), "seed 8, as its config has it, got 7"),
    (
        "what was required",
        config(require=["count(('car',)) >= 9"]),
        "a frame of which .* holds, as the config requires",
    ),
    ("outputs asked for", config(outputs=["coco"]), r"outputs \['coco'\], as its config has it"),
    ("a rule", record(rule), "ignore_rule .*'min_area_px': 16.*, as the config has it"),
    # strangers
    ("a picture of no frame", folder(file("images/000007.png")), "images/000007.png: expected only files of"),
    ("a folder among ours", folder(file("images/old/000000.png")), "images/old/000000.png: expected only files"),
    ("a layer of no output", folder(file("masks/lens/000000.jpg")), "masks/lens/000000.jpg: expected only fil"),
    ("what was interrupted", folder(file("depth/000000.png.tmp")), "depth/000000.png.tmp: expected no tempora"),
    ("a report of failure", folder(file("failed/000001.txt")), "failed/000001.txt: expected reports of frames"),
]


@pytest.mark.parametrize(("damage", "message"), [row[1:] for row in DAMAGES], ids=[row[0] for row in DAMAGES])
def test_a_damage_with_valid_seals_is_found(tmp_path: Path, damage: Damage, message: str) -> None:
    yard = Yard()
    damage(yard)
    found = findings(yard.write(tmp_path))
    assert any(re.search(message, line) for line in found), "\n".join(found)


def test_a_scene_that_is_given_need_not_be_as_it_was_drawn(tmp_path: Path) -> None:
    yard = Yard()
    config(scene={"number": 0})(yard)
    each(record(drawn(camera__pitch_deg=4.0)), record(drawn(sensor__f_number=2.8)))(yard)
    assert findings(yard.write(tmp_path)) == []


def test_every_damage_has_a_name_of_its_own() -> None:
    assert len({name for name, _, _ in DAMAGES}) == len(DAMAGES) >= 60


@pytest.mark.parametrize("name", ["splits.json", "review.jsonl", "flags.jsonl", "stats.json"])
@pytest.mark.parametrize(
    "data", [b"[]\n", b"{\n", b"[" * 100_000 + b"\n", None], ids=["list", "cut", "nested", "folder"]
)
def test_what_lies_beside_the_frames_and_nobody_can_use_is_found(tmp_path: Path, name: str, data: bytes | None) -> None:
    """Whoever followed splits or decisions next was refused, and a check had found nothing."""
    root = stage.dataset(tmp_path / "out")
    (root / name).mkdir() if data is None else (root / name).write_bytes(data)
    assert [finding.file for finding in check(root)] == [name]


def test_a_decision_on_a_frame_that_nobody_asked_for_is_found(tmp_path: Path) -> None:
    root = judging.decided(stage.dataset(tmp_path / "out"), {0: "rejected", 99: "rejected"})
    (finding,) = check(root)
    assert str(finding) == "review.jsonl: expected decisions on frames that were asked for, got one on frame 99"
