"""Furniture libraries are untrusted files: what is broken says so in one message, and nothing escapes."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from longtail.annotate.errors import AssetError
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.scenes.assets import catalogue
from longtail.scenes.assets.packs import locate, sh3f
from longtail.scenes.assets.packs.curated import Curated
from longtail.scenes.assets.packs.fitting import fit, weld
from longtail.scenes.assets.packs.locate import CURATED, find_packs, load_packs, pack_asset
from longtail.scenes.assets.packs.sh3f import CATALOGUE, open_pack, parse_properties
from longtail.scenes.assets.packs.unused import pack_notes
from longtail.scenes.assets.packs.wavefront import _each_once, _in_order, parse_mtl, read_model
from longtail.scenes.geometry.mesh import Mesh, join
from longtail.scenes.geometry.solids import box

ENTRY = {
    "id#1": "Test#chair",
    "name#1": "Chaise d'\xe9t\xe9 \\u20ac",
    "model#1": "/test/chair/chair.obj",
    "width#1": "40",
    "depth#1": "50.5",
    "height#1": "90",
    "creator#1": "Ana\\\n    Mu\xf1oz",
}
OBJ = b"mtllib chair.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl wood.001\nf 1 2 3\nusemtl ../metal\nf 3 2 1\n"
MTL = b"newmtl wood.001\nKd 1 0.5 0\nmap_Kd grain.png\nnewmtl ../metal\nKd 0 0 0\nmap_Kd ../../secret.png\nd 0.5\n"

Write = Callable[..., Path]


def png(alpha: int = 255) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA", (2, 2), (9, 9, 9, alpha)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(catalogue: bytes | None = None, extra: dict[str, bytes] | None = None, **changes: str | None) -> Path:
        """A pack of one chair; keyword `width` changes the key `width#1`, None drops it."""
        entry = {**ENTRY, **{f"{key}#1": value for key, value in changes.items() if value is not None}}
        lines = [f"{key}={value}" for key, value in entry.items() if changes.get(key[:-2], "") is not None]
        files = {
            CATALOGUE: "\n".join(["# a comment", "id=Test", "license=CC0", *lines]).encode("latin-1"),
            "test/chair/chair.obj": OBJ,
            "test/chair/chair.mtl": MTL,
            "test/chair/grain.png": png(),
            **(extra or {}),
        }
        if catalogue is not None:
            files[CATALOGUE] = catalogue
        path = tmp_path / "test.sh3f"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path

    return make


def test_reads_a_catalogue_in_latin_1_with_java_escapes(write: Write) -> None:
    pack = open_pack(write())
    (entry,) = pack.entries
    assert (pack.id, pack.licence) == ("Test", "CC0")
    assert entry.name == "Chaise d'été €"
    assert entry.creator == "AnaMuñoz"
    assert entry.model == "test/chair/chair.obj"
    assert (entry.width_cm, entry.depth_cm, entry.height_cm, entry.elevation_cm) == (40, 50.5, 90, 0)
    assert entry.licence == "CC0"
    assert pack.entry("Test#chair") is entry
    assert pack.entry("Test#table") is None


def test_properties_follow_java() -> None:
    text = "! note\na = 1\nb:2\n c\\ d   3\ne=x\\\n   y\\\\\nf\\u0041=\\t.\n\ng"
    assert parse_properties(text) == {"a": "1", "b": "2", "c d": "3", "e": "xy\\", "fA": ".", "g": ""}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": "wide"}, r"width#1: expected .* got 'wide'"),
        ({"width": "-3"}, r"width#1: expected .* got '-3'"),
        ({"height": "nan"}, r"height#1: expected .* got 'nan'"),
        ({"depth": "1e300"}, r"depth#1: expected .* got '1e300'"),
        ({"height": None}, r"expected a value for height#1, got none"),
        ({"model": "/../../etc/passwd"}, r"stay inside the archive, got '/../../etc/passwd'"),
        ({"model": "C:/x.obj"}, r"stay inside the archive, got 'C:/x.obj'"),
        ({"model": "test/none.obj"}, r"model#1: expected a file of the archive, got 'test/none.obj'"),
        ({"modelRotation": "1 0 0"}, r"modelRotation#1: expected nine numbers"),
        ({"modelRotation": "2 0 0 0 1 0 0 0 1"}, r"modelRotation#1: expected a rotation matrix"),
    ],
)
def test_wrong_catalogues_name_the_key(write: Write, changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(AssetError, match=message):
        open_pack(write(**changes))


def test_same_id_twice(write: Write) -> None:
    lines = [f"{key}={value}" for key, value in ENTRY.items()]
    twice = "\n".join(lines + [line.replace("#1=", "#2=") for line in lines])
    with pytest.raises(AssetError, match="every model id once, got 'Test#chair'"):
        open_pack(write(twice.encode("latin-1")))


def test_broken_archives(tmp_path: Path, write: Write) -> None:
    with pytest.raises(AssetError, match="nothing at that path; try"):
        open_pack(tmp_path / "absent.sh3f")
    broken = tmp_path / "broken.sh3f"
    broken.write_bytes(b"this is no zip")
    with pytest.raises(AssetError, match=r"broken\.sh3f: expected a zip archive"):
        open_pack(broken)
    whole = write().read_bytes()
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(AssetError, match="expected a zip archive"):
        open_pack(broken)
    start = whole.index(CATALOGUE.encode()) + len(CATALOGUE)
    broken.write_bytes(whole[:start] + b"\xff" * 40 + whole[start + 40 :])
    with pytest.raises(AssetError, match="damaged member"):
        open_pack(broken)
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(AssetError, match=f"expected the file '{CATALOGUE}'"):
        open_pack(broken)


@pytest.mark.parametrize("name", ["../evil.txt", "a/../../evil.txt", "..\\evil.txt", "c:evil.txt"])
def test_members_stay_inside(write: Write, name: str) -> None:
    with pytest.raises(AssetError, match="stay inside the archive"):
        open_pack(write(extra={name: b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_member_per_name(write: Write) -> None:
    path = write()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("/test/chair/./chair.obj", b"other")
    with pytest.raises(AssetError, match=r"every file name once, got 'test/chair/chair\.obj'"):
        open_pack(path)


def test_sizes_are_counted_not_believed(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = write(b"#" * (sh3f.MAX_CATALOGUE_BYTES + 1))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(AssetError, match=f"at most {sh3f.MAX_CATALOGUE_BYTES} bytes"):
        open_pack(bomb)
    monkeypatch.setattr(sh3f, "MAX_MEMBERS", 3)
    with pytest.raises(AssetError, match="at most 3 files"):
        open_pack(write())


def test_the_list_of_members_is_read_once_while_a_file_stays(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write()
    pack = open_pack(path)
    with monkeypatch.context() as patch:
        patch.setattr(zipfile, "ZipFile", None)
        assert read_model(pack, pack.entries[0]).names
    assert write(extra={"test/other.txt": b"new"}) == path
    with pytest.raises(AssetError, match="got one that was changed since"):
        read_model(pack, pack.entries[0])
    path.unlink()
    with pytest.raises(AssetError, match="got nothing at that path"):
        read_model(pack, pack.entries[0])


def test_a_model_brings_its_materials_and_no_foreign_file(write: Write) -> None:
    pack = open_pack(write(extra={"secret.png": png()}))
    model = read_model(pack, pack.entries[0])
    assert model.names == ("wood.001", "../metal")
    assert b"usemtl 0" in model.obj
    assert b"usemtl 1" in model.obj
    assert b"mtllib" not in model.obj
    assert list(model.images) == ["test/test/chair/grain.png"]
    wood, metal = model.materials["wood.001"], model.materials["../metal"]
    assert wood.image == "test/test/chair/grain.png"
    assert wood.rgb == (1.0, 1.0, 1.0)
    assert (metal.image, metal.opacity) == ("", 0.5)
    assert not wood.cutout


def test_of_faces_with_the_same_corners_one_is_left(write: Write) -> None:
    """Blender would keep either, by chance: the one that wears a picture stays, and of equal ones the first."""
    square = b"mtllib chair.mtl\nv 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nvt 0 0\nvt 1 1\n"
    faces = (
        b"usemtl ../metal\nf 1 2 3 4\nf 3 2 1\n"
        b"  usemtl wood.001\nf 4/1 \\\n3/2 2/1 1/2\r\n  f\t-4/2 -3/1 -2/1 -1/1\nf 1//9 2//9 3//9\n"
        b"v 5 5 5\nf -4 -3 -2\nf 1 3 4\n"
    )
    pack = open_pack(write(extra={"test/chair/chair.obj": square + faces}))
    obj = read_model(pack, pack.entries[0]).obj
    assert [line.split() for line in obj.splitlines() if line.startswith((b"f", b"usemtl"))] == [
        [b"usemtl", b"0"],
        [b"usemtl", b"1"],
        [b"f", b"4/1", b"3/2", b"2/1", b"1/2"],
        [b"f", b"1//9", b"2//9", b"3//9"],
        [b"f", b"-4", b"-3", b"-2"],
        [b"f", b"1", b"3", b"4"],
    ]


@pytest.mark.parametrize(
    ("faces", "left"),
    [
        (["1 2 3", "3 2 4", "2 3 1"], ["1 2 3", "3 2 4"]),
        (["1/1 2/2 3/3", "1/1 2/2 3/3 4/4", "2/4 3/3 1/1"], ["1/1 2/2 3/3", "1/1 2/2 3/3 4/4"]),
        (["1 2 4", "1 3 3", "2 2 3"], ["1 2 4", "1 3 3", "2 2 3"]),
    ],
)
def test_faces_are_told_apart_by_all_of_their_corners(faces: list[str], left: list[str]) -> None:
    lines = ["usemtl 0", *(f"f {face}" for face in faces)]
    kept = _each_once("\n".join(lines).encode(), [1]).decode().split("\n")
    assert [line[2:] for line in kept if line.startswith("f ")] == left


@pytest.mark.parametrize(
    ("faces", "moved"),
    [("f 1/1 2/1 3/1", True), ("f 1 2 3", False), ("f -3/1 -2/1 -1/1", False)],
    ids=["ahead", "behind", "counted backwards"],
)
def test_a_face_stands_behind_what_it_refers_to(faces: str, moved: bool) -> None:
    points = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"
    obj = f"{points}usemtl 0\n{faces}\nvt 0 0\nf 3/1 2/1 1/1".encode()
    found = _in_order(obj)
    assert (found != obj) == moved
    assert sorted(found.split(b"\n")) == sorted(obj.split(b"\n"))
    if moved:
        assert found.index(b"vt ") < found.index(b"usemtl") < found.index(b"f 1") < found.index(b"f 3")


def test_an_indented_line_names_no_library(write: Write) -> None:
    pack = open_pack(write(extra={"test/chair/chair.obj": OBJ + b" \tmtllib /etc/passwd\n"}))
    assert b"mtllib" not in read_model(pack, pack.entries[0]).obj


def test_images_are_checked(write: Write) -> None:
    pack = open_pack(write(extra={"test/chair/grain.png": png(alpha=0)}))
    assert read_model(pack, pack.entries[0]).materials["wood.001"].cutout
    pack = open_pack(write(extra={"test/chair/grain.png": b"not an image"}))
    with pytest.raises(AssetError, match=r"PNG or JPEG image, got 'test/chair/grain\.png'"):
        read_model(pack, pack.entries[0])


def test_a_model_without_faces(write: Write) -> None:
    pack = open_pack(write(extra={"test/chair/chair.obj": b"v 0 0 0\n"}))
    with pytest.raises(AssetError, match="expected faces"):
        read_model(pack, pack.entries[0])


def test_mtl_with_words_for_numbers() -> None:
    with pytest.raises(AssetError, match="'paint': expected numbers after Kd, got 'red'"):
        parse_mtl("newmtl paint\nKd red\n")
    assert parse_mtl("newmtl a\nKd 1 0.5 0\n")["a"].rgb == pytest.approx((1.0, 0.214, 0.0), abs=0.001)
    assert parse_mtl("newmtl a\nmap_Kd -s 1 1 1 my wood.jpg\n")["a"].image == "my wood.jpg"


def test_fit_turns_scales_and_grounds(write: Write) -> None:
    pack = open_pack(write())
    asset = pack_asset(Curated("Test#chair", "bench"), pack, pack.entries[0])
    assert asset.size_m == (0.505, 0.4, 0.9)
    assert asset.name == "sh3f/test/chair"
    # A marker at the model's front (+Z), low: it must end up at +X.
    body = box((2, 6, 4), parse_mtl("newmtl a")["a"])
    nose = box((0.2, 0.2, 1), body.materials[0], (0, -2.9, 2.5))
    fitted = fit(join([body, nose]).moved(5, 5, 5), asset)
    low, high = fitted.bounds_m
    assert high - low == pytest.approx(asset.size_m, abs=1e-6)
    assert low == pytest.approx((-0.2525, -0.2, 0.0), abs=1e-6)
    tip = fitted.vertices_m[fitted.vertices_m[:, 0] > 0.25]
    assert len(tip) == 4
    assert tip[:, 2].max() < 0.1
    flat = Mesh.of([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]], body.materials[0])
    with pytest.raises(AssetError, match="expected a solid model"):
        fit(flat, asset)
    nowhere = Mesh.of(np.array([[0, 0, np.nan], [1, 0, 0], [0, 1, 0]]), [[0, 1, 2]], body.materials[0])
    with pytest.raises(AssetError, match="expected finite vertices"):
        fit(nowhere, asset)


def test_weld_merges_seams_and_keeps_one_of_two_coincident_faces() -> None:
    plain = parse_mtl("newmtl a")["a"]
    dark = parse_mtl("newmtl b\nKd 0 0 0")["b"]
    front = Mesh.of([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]], plain)
    back = Mesh.of([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 2, 1]], dark)
    welded = weld(join([back, front]))
    assert len(welded.vertices_m) == 3
    assert [welded.materials[slot] for slot in welded.slots] == [plain]


def test_nothing_installed_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(locate, "pack_folders", lambda: (tmp_path,))
    line = locate.missing()
    assert line is not None
    assert "sweethome3d-furniture" in line
    assert "\n" not in line
    assert load_packs() == ()


def test_environment_names_folders_and_files(monkeypatch: pytest.MonkeyPatch, write: Write) -> None:
    path = write()
    for given in (path, path.parent):
        monkeypatch.setenv("LONGTAIL_PACKS", str(given))
        assert find_packs()[0] == path


# Length, width and height in metres that things of a category have in the street (the widest of what is common).
PLAUSIBLE = {
    "car": ((2.4, 5.2), (1.6, 2.2), (1.1, 2.0)),
    "van": ((4.5, 7.5), (1.9, 2.5), (1.8, 3.0)),
    "truck": ((5.0, 22.0), (2.2, 3.2), (2.4, 4.1)),
    "bus": ((8.0, 15.0), (2.5, 3.2), (2.8, 4.0)),
    "motorcycle": ((1.6, 2.3), (0.6, 1.05), (0.9, 1.5)),
    "bicycle": ((1.3, 1.9), (0.4, 0.75), (0.8, 1.2)),
    "person": ((0.2, 2.0), (0.3, 1.0), (0.25, 2.0)),
    "dog": ((0.4, 1.1), (0.2, 0.45), (0.3, 0.8)),
    "vegetation": ((0.5, 12.0), (0.5, 12.0), (0.9, 14.0)),
    "street light": ((0.3, 2.5), (0.3, 2.5), (3.0, 9.0)),
    "traffic cone": ((0.25, 0.45), (0.25, 0.45), (0.5, 1.0)),
    "barrier": ((0.03, 0.8), (1.5, 2.6), (0.9, 1.3)),
    "trash can": ((0.3, 1.0), (0.3, 1.0), (0.6, 1.2)),
    "bench": ((0.35, 1.0), (1.2, 2.7), (0.4, 1.0)),
    "hydrant": ((0.2, 0.5), (0.2, 0.5), (0.5, 1.0)),
    "mailbox": ((0.3, 0.8), (0.15, 0.6), (0.9, 1.6)),
    **dict.fromkeys(("cup", "bowl", "wine glass", "jar"), ((0.05, 0.2), (0.05, 0.2), (0.04, 0.25))),
    "plate": ((0.15, 0.3), (0.15, 0.3), (0.01, 0.05)),
    "bottle": ((0.03, 0.12), (0.03, 0.12), (0.08, 0.35)),
    **dict.fromkeys(("fork", "knife", "spoon", "pen"), ((0.1, 0.3), (0.005, 0.06), (0.001, 0.05))),
    **dict.fromkeys(("pot", "vase", "potted plant", "teddy bear"), ((0.1, 0.3), (0.1, 0.3), (0.08, 0.35))),
    **dict.fromkeys(("lamp", "laptop", "drill", "headphones"), ((0.1, 0.4), (0.05, 0.4), (0.02, 0.5))),
    **dict.fromkeys(("remote", "cell phone", "scissors", "tape"), ((0.015, 0.2), (0.02, 0.2), (0.005, 0.12))),
    **dict.fromkeys(("hammer", "screwdriver"), ((0.01, 0.3), (0.01, 0.4), (0.01, 0.05))),
    **dict.fromkeys(("box", "camera", "toy", "picture frame"), ((0.01, 0.3), (0.04, 0.3), (0.03, 0.3))),
    "ball": ((0.05, 0.25), (0.05, 0.25), (0.05, 0.25)),
    "distractor": ((0.02, 0.4), (0.02, 0.4), (0.004, 0.3)),
}


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what LONGTAIL_PACKS names is looked at."""
    monkeypatch.setattr(locate, "pack_folders", locate.given_places)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("in_folder", [True, False], ids=["folder", "file"])
def test_a_pack_of_unknown_models_is_named(in_folder: bool, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write()
    monkeypatch.setenv("LONGTAIL_PACKS", str(path.parent if in_folder else path))
    assert load_packs() == ()
    (line,) = pack_notes()
    assert line.startswith(f"{path}: holds 1 model, of which Longtail knows none")
    assert "longtail assets add" in line


@pytest.mark.usefixtures("alone")
def test_a_pack_with_a_known_model_needs_no_note(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGTAIL_PACKS", str(write(id=CURATED[0].entry)))
    assert len(load_packs()) >= 1
    assert list(pack_notes()) == []
    assert list(pack_notes(packs=False)) == [
        "LONGTAIL_PACKS is set, but assets.packs is false: no model of a pack is used"
    ]


@pytest.mark.usefixtures("alone")
def test_places_that_hold_no_pack_are_named(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "model.obj").write_bytes(OBJ)
    pack = write(id=CURATED[0].entry)
    places = [tmp_path / "empty", tmp_path / "gone", tmp_path / "model.obj", pack]
    monkeypatch.setenv("LONGTAIL_PACKS", os.pathsep.join(map(str, places)))
    assert list(pack_notes()) == [
        f"LONGTAIL_PACKS: {tmp_path}/empty: expected .sh3f files in the folder, got none",
        f"LONGTAIL_PACKS: {tmp_path}/gone: expected a folder of .sh3f files or one such file, got nothing at that path",
        f"LONGTAIL_PACKS: {tmp_path}/model.obj: expected a folder of .sh3f files or one such file, got another file",
    ]


@pytest.mark.usefixtures("alone")
def test_a_pack_behind_another_of_its_name_is_named(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(id=CURATED[0].entry)
    second = tmp_path / "second" / first.name
    second.parent.mkdir()
    second.write_bytes(first.read_bytes())
    monkeypatch.setenv("LONGTAIL_PACKS", f"{first}{os.pathsep}{second}")
    assert list(pack_notes()) == [f"{second}: not read, because {first} has the same file name and is found first"]


@pytest.mark.usefixtures("alone")
def test_a_named_pack_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.sh3f").mkdir()
    (tmp_path / "empty.sh3f").write_bytes(b"")
    for name in ("folder.sh3f", "empty.sh3f", "gone.sh3f"):
        monkeypatch.setenv("LONGTAIL_PACKS", str(tmp_path / name))
        with pytest.raises(AssetError, match=f"{name}: expected a"):
            list(pack_notes())


needs_packs = pytest.mark.skipif(not find_packs(), reason="no model packs (apt-get install sweethome3d-furniture)")


@needs_packs
def test_every_curated_entry_is_in_the_packs() -> None:
    installed = {entry.id for path in find_packs() for entry in open_pack(path).entries}
    assert [row.entry for row in CURATED if row.entry not in installed] == []
    names = [asset.name for asset in load_packs()]
    assert len(names) == len(set(names)) == len(CURATED)


@needs_packs
def test_curated_assets_are_plausible() -> None:
    for asset in load_packs():
        assert asset.category in BY_NAME, asset.name
        for value, (low, high) in zip(asset.size_m, PLAUSIBLE[asset.category], strict=True):
            assert low <= value <= high, (asset.name, asset.size_m)
        assert asset.credit.licence in ("CC0-1.0", "CC-BY-3.0", "CC-BY-3.0-US"), asset.name
        assert asset.credit.creator
        for lamp in asset.lamps:
            assert 0.3 < lamp.position_m[2] < asset.size_m[2], asset.name


@needs_packs
def test_curated_material_names_exist() -> None:
    """A table may serve many models, so each row need only find something; but every lit or painted one must.

    And no model has a face twice: one in ten comes with twins, and each sixth is looked at.
    """
    for number, (row, asset) in enumerate(zip(CURATED, load_packs(), strict=True)):
        model = read_model(asset.pack, asset.entry)
        if number % 6 == 0:
            lines = re.findall(rb"^f[ \t].*$", model.obj, re.MULTILINE)
            faces = [tuple(sorted(re.findall(rb"[ \t](-?\d+)", line))) for line in lines]
            assert faces
            assert len(set(faces)) == len(faces), asset.name
        names = set(model.names)
        assert not row.surfaces or names & set(row.surfaces), asset.name
        assert not row.leaves or names & row.leaves, asset.name
        assert row.lit <= names, (asset.name, row.lit - names)


@needs_packs
def test_brands_can_be_left_out() -> None:
    branded = {asset.name for asset in load_packs() if asset.branded}
    assert branded
    assert branded <= set(catalogue())
    assert not branded & set(catalogue(branded=False))
