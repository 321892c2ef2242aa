"""Before and after a model's file is read: archives, packs' words, names, guesses, remarks. Without Blender."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from longtail.annotate.errors import AssetError, ConfigError
from longtail.render.importing import archive
from longtail.render.importing.archive import unpack
from longtail.render.importing.checks import remarks
from longtail.render.importing.declared import declared_faces
from longtail.render.importing.fitting import fitted
from longtail.render.importing.guesses import OTHER, guess
from longtail.render.importing.outside import reference_outside
from longtail.render.importing.pack_file import FILE, Stated, read_pack_file
from longtail.render.importing.plausible import home_of, plausible
from longtail.render.importing.reader import Read, environment, read_all
from longtail.render.importing.sources import source_of, sources_in
from longtail.scenes.assets import families
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.geometry.materials import CarPaint, LampGlass
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box
from tests.own_models import cube, gltf, write_glb, write_obj, write_ply, write_stl


def zipped(path: Path, members: dict[str, bytes], **also: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = also.get("external_attr", 0o644 << 16)
            opened.writestr(info, data)
    return path


def test_an_archive_unpacks(tmp_path: Path) -> None:
    members = {"pack/a.obj": b"v 0 0 0", "pack/textures/b.png": b"pixels", "pack/./c.mtl": b"newmtl"}
    unpack(zipped(tmp_path / "good.zip", members), tmp_path / "out")
    found = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == {"pack/a.obj", "pack/textures/b.png", "pack/c.mtl"}


@pytest.mark.parametrize(
    "name",
    ["../evil", "a/../../evil", "/evil", "C:evil", "a\\..\\evil", "a\x1b[31m", "a\nb", "\u202eevil", "x" * 500],
)
def test_names_that_lead_out_of_an_archive_or_drive_a_terminal_are_refused(name: str, tmp_path: Path) -> None:
    bad = zipped(tmp_path / "bad.zip", {"good": b"1", name: b"2"})
    (tmp_path / "out").mkdir()
    with pytest.raises(AssetError, match="nothing of it was taken") as refusal:
        unpack(bad, tmp_path / "out")
    assert str(refusal.value).isprintable()
    assert [path.name for path in tmp_path.rglob("*")] in (["bad.zip", "out"], ["out", "bad.zip"])


def test_links_and_names_that_stand_twice_are_refused(tmp_path: Path) -> None:
    link = zipped(tmp_path / "link.zip", {"a": b"/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16)
    with pytest.raises(AssetError, match="files and no links"):
        unpack(link, tmp_path / "out")
    twice = zipped(tmp_path / "twice.zip", {"a/B.obj": b"1", "a/b.obj": b"2"})
    with pytest.raises(AssetError, match="every name once"):
        unpack(twice, tmp_path / "out")


def test_bombs_are_refused_before_they_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(tmp_path / "bomb.zip", {"zeros.obj": bytes(64 << 20)})
    with pytest.raises(AssetError, match="decompression bomb"):
        unpack(bomb, tmp_path / "out")
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*")) < 32 << 20
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    with pytest.raises(AssetError, match="GiB of files"):
        unpack(zipped(tmp_path / "large.zip", {"a": os.urandom(600), "b": os.urandom(600)}), tmp_path / "out2")
    monkeypatch.setattr(archive, "MOST_FILES", 1)
    with pytest.raises(AssetError, match="at most 1 files, got 2"):
        unpack(zipped(tmp_path / "many.zip", {"a": b"1", "b": b"2"}), tmp_path / "out3")


@pytest.mark.parametrize("damage", ["cut", "no zip", "absent"])
def test_a_damaged_archive_is_one_message(damage: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a": os.urandom(5000)})
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:2000])
    elif damage == "no zip":
        path.write_bytes(b"PK" + os.urandom(500))
    else:
        path.unlink()
    with pytest.raises(AssetError, match=r"a\.zip: expected a zip"):
        unpack(path, tmp_path / "out")


def test_a_pack_states_what_holds_for_all_and_for_some(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(
        "name: fleet\nlicence: CC0-1.0\ncategory: car\nmodels:\n"
        "  'trucks/*': {category: truck, weight: 2}\n  trucks/big.glb: {size_m: 12}\n  fork: {category: "
        "{name: excavator, supercategory: vehicle, like: van}, size_m: [3, 1.2, 2.1]}\n"
    )
    pack = read_pack_file(tmp_path / FILE)
    assert pack.of("a.glb", "a") == Stated(licence="CC0-1.0", category="car")
    assert pack.of("trucks/big.glb", "big") == Stated(licence="CC0-1.0", category="truck", weight=2, size_m=12)
    assert pack.of("x/fork.obj", "fork").size_m == (3, 1.2, 2.1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("categry: car", "'?categry'?: expected one of category, .*; did you mean category"),
        ("category: cra", "category: expected a category of .*; a new one is"),
        ("models: {a: {sise_m: 3}}", r"models\.a\.sise_m: expected one of .*; did you mean size_m"),
        ("size_m: -3", "size_m: "),
        ("units: km", "units: expected 'm', 'dm'"),
        ("up: w", "up: expected"),
        ("emissive: {a: sun}", "emissive.a: expected 'head'"),
        ("tints: [red]", "tints"),
        ("family: vehicels", "did you mean vehicles"),
        ("category: sky", "expected a category of things that stand somewhere"),
        ("name: ../x", "name: "),
        ("category: {name: excavator}", "supercategory"),
        ("category: {name: excavator, supercategory: vehicle, like: vann}", "did you mean van"),
        ("- 1", "expected a mapping of keys to values"),
    ],
)
def test_what_is_wrong_in_a_pack_is_named_with_its_key(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_pack_file(tmp_path / FILE)


def test_models_are_called_after_their_files(tmp_path: Path) -> None:
    for name in ("Red Car.glb", "Red Car.obj", "boat/scene.gltf", "a/x.stl", "b/x.stl", ".hidden.glb", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "out.stl").symlink_to("/etc/passwd")
    found, left = sources_in(tmp_path, "My Fleet!")
    assert {source.shown: source.name for source in found} == {
        "Red Car.glb": "own/my-fleet/red-car", "boat/scene.gltf": "own/my-fleet/boat",
        "a/x.stl": "own/my-fleet/a-x", "b/x.stl": "own/my-fleet/b-x",
    }  # fmt: skip
    assert {fault.what: fault.why.partition(":")[0] for fault in left} == {
        "Red Car.obj": "left out", "out.stl": "left out",
    }  # fmt: skip
    assert source_of(tmp_path / "Red Car.glb").name == "own/red-car"
    with pytest.raises(AssetError, match="got a file of another kind"):
        source_of(tmp_path / "notes.txt")


def test_models_in_formats_that_are_not_read_are_named(tmp_path: Path) -> None:
    """But for those that are there in another one, and caches that a .blend may show."""
    for name in ("mug.glb", "mug.max", "cup.MAX", "bowl.3ds", "wave.abc", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    _, (left,) = sources_in(tmp_path, "shelf")
    assert str(left).startswith("bowl.3ds, cup.MAX, wave.abc: left out, in a format that is not read")
    (tmp_path / "sea.blend").write_bytes(b"")
    _, (left,) = sources_in(tmp_path, "shelf")
    assert left.what == "bowl.3ds, cup.MAX"


def test_a_bop_folder_counts_in_millimetres(tmp_path: Path) -> None:
    (tmp_path / "obj_000001.ply").write_bytes(b"")
    (tmp_path / "models_info.json").write_text('{"1": {"diameter": 172.063}}')
    ((source,), _) = sources_in(tmp_path, "lm")
    assert (source.name, source.stated.units) == ("own/lm/obj_000001", "mm")
    (tmp_path / "models_info.json").write_text('{"1": 3}')
    with pytest.raises(AssetError, match="a diameter for each model"):
        sources_in(tmp_path, "lm")


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("parts.bin", ""), ("sub/parts.bin", ""), ("data:application/octet-stream;base64,AAAA", ""),
        ("../parts.bin", "../parts.bin"), ("/etc/passwd", "/etc/passwd"), ("%2e%2e/parts.bin", "../parts.bin"),
        ("https://example.org/a.bin", "https://example.org/a.bin"), ("..\\parts.bin", "..\\parts.bin"),
    ],
)  # fmt: skip
def test_references_that_lead_out_of_a_gltfs_folder_are_seen(uri: str, told: str, tmp_path: Path) -> None:
    document, _ = gltf(cube())
    document["buffers"][0]["uri"] = uri
    path = tmp_path / "model.gltf"
    path.write_text(json.dumps(document))
    assert reference_outside(path, tmp_path) == told


def test_references_of_other_files(tmp_path: Path) -> None:
    assert reference_outside(write_obj(tmp_path / "a.obj", cube()), tmp_path) == ""
    (tmp_path / "b.obj").write_text("mtllib ../b.mtl\n")
    assert reference_outside(tmp_path / "b.obj", tmp_path) == "../b.mtl"
    assert reference_outside(write_glb(tmp_path / "c.glb", cube()), tmp_path) == ""
    assert reference_outside(write_stl(tmp_path / "d.stl", cube()), tmp_path) == ""
    (tmp_path / "e.gltf").write_text("[" * 100_000)
    assert reference_outside(tmp_path / "e.gltf", tmp_path) == ""


def test_the_largest_need_not_be_read_to_be_refused(tmp_path: Path) -> None:
    assert declared_faces(write_stl(tmp_path / "a.stl", cube())) == 12
    assert declared_faces(write_ply(tmp_path / "a.ply", cube())) == 12
    assert declared_faces(write_glb(tmp_path / "a.glb", cube())) == 0
    with (tmp_path / "huge.stl").open("wb") as file:  # a sparse file, which holds nothing
        file.write(b"\0" * 80 + (11_000_000).to_bytes(4, "little"))
        file.truncate(84 + 50 * 11_000_000)
    (tmp_path / "desk").mkdir()
    (found,) = read_all([source_of(tmp_path / "huge.stl")], tmp_path / "desk")
    assert "it has 11,000,000 triangles, and a model may have 10,000,000" in found.refused
    (tmp_path / "lies.stl").write_bytes(b"\0" * 80 + b"\xff" * 4 + b"\0" * 50)
    assert declared_faces(tmp_path / "lies.stl") == declared_faces(tmp_path / "none.stl") == 0


CAR = np.array([[-0.9, -2.2, 0], [0.9, 2.2, 1.45]], dtype=np.float32)
"""Two corners of a car as importers give them: its front looks along -Y."""


def test_all_of_our_things_are_of_plausible_size() -> None:
    for assets in families().values():
        for asset in assets:
            sizes = plausible(asset.category)
            if sizes is not None and asset.category != "rider" and "lying" not in asset.tags:
                assert sizes.fits(asset.size_m), asset.name


@pytest.mark.parametrize(("unit", "factor"), [("m", 1.0), ("cm", 100.0), ("mm", 1000.0), ("in", 1 / 0.0254)])
@pytest.mark.parametrize("format_", ["gltf", "obj", "stl", "usd"])
def test_units_are_those_that_make_a_car_of_it(unit: str, factor: float, format_: str) -> None:
    found = guess("own/sedan", format_, Stated(), CAR * np.float32(factor))
    assert (found.category, found.units, found.fits) == ("car", unit, True)
    assert found.size_m == pytest.approx((4.4, 1.8, 1.45), rel=1e-5)


def test_a_format_that_states_its_unit_is_believed_of_what_nobody_has_named() -> None:
    assert guess("own/xyz", "gltf", Stated(), CAR).size_m == pytest.approx((4.4, 1.8, 1.45), rel=1e-5)
    # A car's size in a format of no unit, and a hundred times that in metres, are as likely anything.
    assert max(guess("own/xyz", "stl", Stated(), CAR).size_m) < 2
    assert guess("own/xyz", "gltf", Stated(), CAR * np.float32(100)).units != "m"


@pytest.mark.parametrize("front", ["-y", "y", "x", "-x"])
def test_a_front_that_is_stated_becomes_x(front: str) -> None:
    """The stated axis becomes X, Z stays up, and left stays left."""
    axis = {"x": [1, 0, 0], "-x": [-1, 0, 0], "y": [0, 1, 0], "-y": [0, -1, 0]}[front]
    found = guess("own/thing", "stl", Stated.model_validate({"front": front}), CAR)
    assert np.allclose(found.turn @ axis, [1, 0, 0])
    assert np.allclose(found.turn @ [0, 0, 1], [0, 0, 1])
    assert np.linalg.det(found.turn) == pytest.approx(1)


@pytest.mark.parametrize("format_", ["obj", "ply", "stl"])
def test_what_lies_on_its_side_is_stood_up(format_: str) -> None:
    """Of a format without axes, by a program that has the other one up."""
    right = guess("own/car", format_, Stated(), CAR)
    # OBJ of Z up comes as (x, -z, y); PLY and STL of Y up come as they are.
    flipped = np.array([1, -1, 1] if format_ == "obj" else [1, 1, -1], dtype=np.float32)
    lying = CAR[:, [0, 2, 1]] * flipped
    found = guess("own/car", format_, Stated(), lying)
    assert found.fits
    assert found.size_m == pytest.approx(right.size_m)
    # Its front, which is where the first corner is, is ahead.
    assert (found.turn @ lying[0])[0] > (found.turn @ lying[1])[0]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("own/city/old-sedan-2", "car"), ("own/pack/traffic_cone", "traffic cone"), ("own/mugs/striped", "cup"),
        ("own/woman-walking", "person"), ("own/pack/xyz", OTHER), ("own/cars/bus", "bus"), ("own/road-sky", OTHER),
        ("own/forks/knife", "knife"), ("own/mycar", "car"), ("own/my-bus", "bus"), ("own/mystery", OTHER),
    ],
)  # fmt: skip
def test_categories_are_read_off_names(name: str, category: str) -> None:
    assert guess(name, "gltf", Stated(), CAR).category == category


@pytest.mark.parametrize(
    ("name", "tags"),
    [
        ("own/woman", {"standing", "adult"}), ("own/boy-walking", {"walking", "child"}),
        ("own/lying-man", {"lying", "adult"}), ("own/girlsitting", {"sitting", "ground", "child"}),
        ("own/dog-sitting", {"sitting"}), ("own/dog", {"standing"}),
    ],
)  # fmt: skip
def test_poses_are_read_off_names(name: str, tags: set[str]) -> None:
    category = "dog" if "dog" in name else "person"
    assert set(guess(name, "gltf", Stated(category=category), CAR).tags) == tags


def test_what_is_new_serves_where_its_like_stands() -> None:
    fork = Stated.model_validate({"category": {"name": "excavator", "supercategory": "vehicle"}, "size_m": 3.0})
    found = guess("own/x", "gltf", fork, CAR)
    assert (found.category, found.serves, found.family, found.tags) == (
        "excavator", "van", "vehicles", ("driving", "parked")
    )  # fmt: skip
    assert max(found.size_m) == pytest.approx(3.0)
    robot = Stated.model_validate({"category": {"name": "robot", "supercategory": "machine"}, "size_m": 0.3})
    assert guess("own/x", "gltf", robot, CAR).family == "household"


def test_what_no_scenario_places_is_said() -> None:
    def said(name: str, **stated: object) -> str:
        asked = Stated.model_validate({"licence": "CC0-1.0", **stated})
        mesh = box((1.8, 4.4, 1.45), Textured())
        found = guess(name, "gltf", asked, mesh.vertices_m)
        read = Read(before=12)
        return " ".join(remarks(read, found, fitted(mesh, ["a"], found, asked), asked))

    robot = {"name": "robot", "supercategory": "machine"}
    assert "no scenario but random places a robot: state in whose place" in said("own/x", category=robot, size_m=1.2)
    assert "no scenario" not in said("own/x", category=robot | {"like": "trash can"}, size_m=1.2)
    assert "no scenario" not in said("own/x", category=robot, size_m=0.3)
    assert "no scenario but random places an 'other object'" in said("own/x")
    assert "does not lie on tables" in said("own/cup", size_m=0.5)
    assert said("own/car") == ""


def test_a_size_of_three_sides_is_the_size() -> None:
    found = guess("own/box", "gltf", Stated(size_m=(0.3, 0.2, 0.1)), CAR)
    assert found.size_m == pytest.approx((0.3, 0.2, 0.1))
    sheet = CAR * np.array([1, 1, 0], dtype=np.float32)
    assert guess("own/box", "gltf", Stated(size_m=(0.3, 0.2, 0.1)), sheet).size_m == pytest.approx((0.3, 0.2, 0.0))


def test_an_axis_is_up_or_in_front() -> None:
    with pytest.raises(AssetError, match="along two axes"):
        guess("own/box", "gltf", Stated(up="y", front="-y"), CAR)


def test_what_has_no_unit_is_as_long_as_its_kind() -> None:
    found = guess("own/car", "gltf", Stated(), CAR * np.float32(100))
    assert (found.units, found.fits) == ("cm", True)
    toy = guess("own/car", "gltf", Stated(), CAR * np.float32(0.04 / 4.4))
    assert (toy.units, toy.fits) == ("a usual length", True)
    assert max(toy.size_m) == pytest.approx(4.4)
    ball = guess("own/car", "gltf", Stated(), np.array([[0, 0, 0], [5, 5, 5]], dtype=np.float32))
    assert ball.fits is False


def test_every_category_of_an_asset_has_a_home() -> None:
    for name, assets in families().items():
        for asset in assets:
            assert home_of(asset.category) in families(), (name, asset.name)


def test_paint_and_lamps_are_known_by_their_names() -> None:
    """A box for a body, with a head lamp on the left and one on the right of its front."""
    red = Textured(rgb=(0.5, 0, 0), factor_rgb=(0.5, 0, 0))
    lamp = Textured(rgb=(0.9, 0.9, 0.9), factor_rgb=(0.9, 0.9, 0.9))
    lamps = [box((0.2, 0.1, 0.1), lamp, (side * 0.7, -2.25, 0.6)) for side in (-1, 1)]
    mesh: Mesh = join([box((1.8, 4.4, 1.4), red, (0, 0, 0.7)), *lamps])
    found = guess("own/car", "gltf", Stated(), mesh.vertices_m)
    made = fitted(mesh, ["Body Paint", "HeadLight"], found, Stated())
    assert (made.paint, dict(made.emissive)) == (("Body Paint",), {"HeadLight": "head"})
    assert isinstance(made.mesh.materials[0], CarPaint)
    assert isinstance(made.mesh.materials[1], LampGlass)
    assert len(made.tints) > 10
    ahead = float(made.mesh.size_m[0]) / 2
    assert sorted(spot.position_m for spot in made.lamps) == [
        pytest.approx((ahead + 0.02, -0.7, 0.6), abs=1e-3), pytest.approx((ahead + 0.02, 0.7, 0.6), abs=1e-3),
    ]  # fmt: skip
    low, high = made.mesh.bounds_m
    assert np.allclose(low + high, [0, 0, high[2]], atol=1e-6)
    nothing = fitted(mesh, ["Body Paint", "HeadLight"], found, Stated(paint=(), emissive={}))
    assert nothing.mesh.materials == (red, lamp)
    assert not nothing.tints
    assert not nothing.lamps


_CONFINED = """
import sys
from pathlib import Path
from longtail.render.machine.jail import Limits, confined, limited, more_time
inside, outside, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if what == "confined":
    held = confined([inside / "read"], [inside / "desk"])
    (inside / "desk" / "new").write_text("x")
    assert (inside / "read" / "a").read_text() == "a"
    for deed in (lambda: (outside / "secret").read_text(), lambda: (outside / "evil").write_text("x"),
                 lambda: (inside / "read" / "a").write_text("b"), lambda: (outside / "secret").unlink()):
        try:
            deed()
        except PermissionError:
            continue
        assert not held
    print("held" if held else "not held")
elif what == "memory":
    limited(Limits(memory_bytes=1 << 30))
    try:
        bytearray(2 << 30)
    except MemoryError:
        print("held")
elif what == "file":
    limited(Limits(file_bytes=1000))
    (inside / "desk" / "large").write_bytes(bytes(5000))
elif what == "time":
    more_time(0)
    while True:
        pass
"""


_WITH_PACKAGES = """
import sys
from pathlib import Path
from longtail.render.machine.jail import confined
packages, sources = sys.argv[1:]
sys.path += [packages, sources]
held = confined([], [])
import installed_here
try:
    (Path(sources) / "lies_here.py").read_text()
except PermissionError:
    assert held
else:
    assert not held
"""


def test_a_confined_process_imports_what_was_installed_anywhere(tmp_path: Path) -> None:
    """As pip's --target and --user do, and no source that only lies on Python's path."""
    (tmp_path / "packages/installed_here-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "packages/installed_here.py").write_text("")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources/lies_here.py").write_text("")
    words = [sys.executable, "-c", _WITH_PACKAGES, str(tmp_path / "packages"), str(tmp_path / "sources")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("own", [True, False])
def test_who_reads_models_finds_what_the_user_has_installed(
    own: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """pip's --user puts packages below HOME, and the process has another one."""
    monkeypatch.setattr("site.ENABLE_USER_SITE", own)
    monkeypatch.setattr("site.USER_BASE", str(tmp_path / "base"))
    # A virtual environment has no packages of the user's, whatever it is told; what it was made of has.
    python = str(Path(sys.executable).resolve())
    words = [python, "-c", "import site; print(site.USER_SITE if site.ENABLE_USER_SITE else '')"]
    place = tmp_path / "base/lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=environment(tmp_path)).stdout.strip()
    assert said == (str(place) if own else "")


@pytest.mark.parametrize(("what", "status"), [("confined", 0), ("memory", 0), ("file", None), ("time", -24)])
def test_a_confined_process_keeps_to_its_folders_and_limits(what: str, status: int | None, tmp_path: Path) -> None:
    for folder in ("in/read", "in/desk", "out"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "in/read/a").write_text("a")
    (tmp_path / "out/secret").write_text("s")
    words = [sys.executable, "-c", _CONFINED, str(tmp_path / "in"), str(tmp_path / "out"), what]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    if status is None:  # the signal, or the error that Python makes of it
        assert done.returncode == -25 or "File too large" in done.stderr
        assert (tmp_path / "in/desk/large").stat().st_size <= 1000
    else:
        assert done.returncode == status, done.stderr
    if what in ("confined", "memory"):
        assert done.stdout.strip() in ("held", "not held")
    if done.stdout.strip() == "held":
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["secret"]
        assert (tmp_path / "in/read/a").read_text() == "a"
