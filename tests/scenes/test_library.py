"""The library of models of one's own: what is kept is what comes back, and configs say which models they mean."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from longtail.annotate.errors import AssetError, ConfigError, MachineError
from longtail.annotate.labels.taxonomy import BY_NAME
from longtail.command_line import main
from longtail.scenes.assets.exact import mesh_of
from longtail.scenes.assets.household import mass_kg_of, stuff_of
from longtail.scenes.assets.library.description import Description
from longtail.scenes.assets.library.folder import library_folder
from longtail.scenes.assets.library.model import LibraryAsset
from longtail.scenes.assets.library.store import Library, all_faults
from longtail.scenes.assets.library.surface import Textured
from longtail.scenes.assets.packs.locate import packs_at
from longtail.scenes.composing import catalogue_of, scene_of, taxonomy_of
from longtail.scenes.config.config import Config
from longtail.scenes.config.loading import load
from longtail.scenes.config.own_models import left_out
from longtail.scenes.config.resolving import resolve
from longtail.scenes.config.settings import AssetSettings
from longtail.scenes.geometry.edges import edges_of
from longtail.scenes.geometry.mesh import Mesh
from longtail.scenes.geometry.ready import Ready
from longtail.scenes.geometry.solids import box, ellipsoid

CAR = (4.4, 1.8, 1.4)
STREET = ("assets.packs=false", "objects.vehicle.count=30", "objects.parked.share=1.0")


def described(name: str, category: str, size_m: tuple[float, float, float] = CAR, **also: object) -> Description:
    family = also.pop("family", "vehicles")
    return Description.model_validate(
        {"name": name, "category": category, "family": family, "size_m": size_m, "tags": ("driving", "parked"),
         "triangles": 1, "bytes": 1, "arrays": "0" * 64, **also}
    )  # fmt: skip


def shaped(size_m: tuple[float, float, float] = CAR, rgb: tuple[float, float, float] = (0.5, 0.1, 0.1)) -> Ready:
    mesh = box(size_m, Textured(rgb=rgb, factor_rgb=rgb), (0.0, 0.0, size_m[2] / 2))
    return Ready(mesh, {"a.png": b"pixels"}, edges_of(mesh.triangles))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """An empty one, which configs find."""
    monkeypatch.setenv("LONGTAIL_LIBRARY", str(tmp_path / "library"))
    return Library(tmp_path / "library")


def named(library: Library) -> dict[str, LibraryAsset]:
    return {model.name: model for model in library.models()[0]}


def test_what_is_kept_comes_back(library: Library) -> None:
    made = shaped()
    library.add(described("own/fleet/car", "car", creator="Jane Doe", licence="CC0-1.0"), made)
    (model,), faults = library.models()
    assert not faults
    assert (model.name, model.category, model.size_m, model.family) == ("own/fleet/car", "car", CAR, "vehicles")
    assert (model.credit.creator, model.credit.licence) == ("Jane Doe", "CC0-1.0")
    assert model.digest in model.credit.source
    read = model.read()
    assert read.images == made.images
    assert read.mesh.materials == made.mesh.materials
    assert np.array_equal(read.mesh.vertices_m, made.mesh.vertices_m)
    assert np.array_equal(mesh_of(model).size_m, made.mesh.size_m)


def test_models_of_the_same_arrays_share_them_until_the_last_goes(library: Library) -> None:
    for name in ("own/a", "own/b"):
        library.add(described(name, "car"), shaped())
    arrays = library.folder / "arrays"
    assert len(list(arrays.iterdir())) == 1
    library.remove("own/a")
    assert list(named(library)) == ["own/b"]
    assert len(list(arrays.iterdir())) == 1
    library.remove("own/b")
    assert not list(arrays.iterdir())
    with pytest.raises(AssetError, match="none of that name"):
        library.remove("own/b")


def test_a_model_that_is_added_again_leaves_nothing_of_itself(library: Library) -> None:
    library.add(described("own/a", "car"), shaped())
    before = named(library)["own/a"].digest
    library.add(described("own/a", "car"), shaped(rgb=(0.1, 0.1, 0.5)))
    assert len(list((library.folder / "arrays").iterdir())) == 1
    assert named(library)["own/a"].digest != before


@pytest.mark.parametrize("damage", ["gone", "shorter", "another", "no JSON", "too much", "renamed"])
def test_a_broken_model_is_named_and_the_others_stay(library: Library, damage: str) -> None:
    library.add(described("own/good", "car"), shaped())
    kept = library.add(described("own/bad", "car"), shaped(rgb=(0.2, 0.9, 0.1)))
    arrays, words = library.folder / "arrays" / f"{kept.arrays}.npz", library.folder / "models" / "bad.json"
    match damage:
        case "gone":
            arrays.unlink()
        case "shorter":
            arrays.write_bytes(arrays.read_bytes()[:-9])
        case "another":
            arrays.write_bytes(b"\0" * kept.bytes)
        case "no JSON":
            words.write_text("{")
        case "too much":
            words.write_text(json.dumps(json.loads(words.read_text()) | {"strange": 1}))
        case "renamed":
            words.rename(words.with_name("worse.json"))
    faults = list(all_faults(library))
    assert len(faults) == 1
    assert str(faults[0]).count("add") or damage == "renamed"
    # What is only seen when bytes are looked at is refused when it is to be shown.
    assert set(named(library)) == {"own/good"} | ({"own/bad"} if damage == "another" else set())
    if damage == "another":
        with pytest.raises(AssetError, match="own/bad: expected the arrays of a model"):
            named(library)["own/bad"].read()


def test_models_that_are_left_out_of_a_run_are_told(library: Library) -> None:
    for number in range(8):
        library.add(described(f"own/{number}", "car"), shaped())
    assert not list(left_out(AssetSettings()))
    (library.folder / "arrays" / f"{library.description('own/3').arrays}.npz").unlink()
    *first, last = left_out(AssetSettings())
    assert len(first) == 5
    assert all("left out: expected its arrays" in line for line in first)
    assert "3 more models left out" in last
    assert not list(left_out(AssetSettings(models=False)))


@pytest.mark.parametrize("name", ["car", "own/", "own/../../x", "own/a/b/c", "own/A", "own/.a", "own/a\n"])
def test_names_stay_in_the_library(name: str) -> None:
    with pytest.raises(ValueError, match="expected own/"):
        described(name, "car")


def test_where_the_library_lies() -> None:
    home = {"HOME": "/h"}
    assert library_folder(None, home) == Path("/h/.local/share/longtail/library")
    assert library_folder(None, home | {"XDG_DATA_HOME": "/d"}) == Path("/d/longtail/library")
    assert library_folder(None, home | {"XDG_DATA_HOME": "d"}) == Path("/h/.local/share/longtail/library")
    assert library_folder(None, home | {"LONGTAIL_LIBRARY": "/l"}) == Path("/l")
    assert library_folder("/c", home | {"LONGTAIL_LIBRARY": "/l"}) == Path("/c")
    assert library_folder(None, {}) is None


def test_a_config_without_models_of_ones_own_is_what_it_was(library: Library) -> None:
    before = load("street", STREET)
    library.add(described("own/mug", "cup", (0.1, 0.1, 0.1), family="household"), shaped((0.1, 0.1, 0.1)))
    assert load("street", STREET).digest == before.digest
    library.add(described("own/car", "car"), shaped())
    with_one = load("street", STREET)
    assert with_one.digest != before.digest
    assert load("street", [*STREET, "assets.models=false"]).digest == before.digest
    assert load("street", [*STREET, "assets.models=[own/car]"]).digest == with_one.digest


def test_a_config_names_models_with_their_digests_and_reads_itself(library: Library, tmp_path: Path) -> None:
    library.add(described("own/car", "car"), shaped())
    config = load("street", [*STREET, f"assets.library={library.folder}"])
    assert config.to_json()["assets"]["models"] == {"own/car": named(library)["own/car"].digest}
    again = resolve(json.loads(json.dumps(config.to_json())))
    assert again.digest == config.digest
    # Where the library lies is each machine's own matter.
    library.folder.rename(tmp_path / "elsewhere")
    there = resolve(
        config.to_json() | {"assets": config.to_json()["assets"] | {"library": str(tmp_path / "elsewhere")}}
    )
    assert there.digest == config.digest
    assert "own/car" in catalogue_of(there)


def test_a_machine_without_the_models_refuses(library: Library) -> None:
    library.add(described("own/car", "car"), shaped())
    library.add(described("own/van", "van"), shaped())
    config = load("street", STREET)
    library.add(described("own/car", "car"), shaped(rgb=(0.0, 0.0, 0.9)))
    library.remove("own/van")
    with pytest.raises(MachineError, match="got none called own/van; got others under the names own/car") as refusal:
        catalogue_of(config)
    assert "LONGTAIL_LIBRARY" in str(refusal.value)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("[own/cra]", "got 'own/cra'; did you mean own/car"),
        ("[own/mug]", "expected models that the scenario places"),
        ("3", "expected true, false or a list of names"),
    ],
)
def test_models_that_are_not_to_be_had_are_named(library: Library, asked: str, message: str) -> None:
    library.add(described("own/car", "car"), shaped())
    library.add(described("own/mug", "cup", (0.1, 0.1, 0.1), family="household"), shaped((0.1, 0.1, 0.1)))
    with pytest.raises(ConfigError, match=f"assets.models: .*{message}"):
        load("street", [f"assets.models={asked}"])


def test_a_library_is_a_folder_of_this_machine() -> None:
    with pytest.raises(ConfigError, match=r"assets\.library: expected a folder of this machine"):
        load("street", ["assets.library=s3://bucket/library"])


def fleet(library: Library) -> Config:
    """A street with a car, and excavators, which drive as vans do."""
    library.add(described("own/car", "car", weight=1000.0), shaped())
    library.add(
        described("own/excavator", "excavator", supercategory="vehicle", serves="van", weight=1000.0),
        shaped(rgb=(0.9, 0.6, 0.0)),
    )
    return load("street", STREET, seed=2)


def test_streets_draw_them_where_their_like_stands(library: Library) -> None:
    config = fleet(library)
    assets = catalogue_of(config)
    assert list(assets)[-2:] == ["own/car", "own/excavator"]
    placed = [item for index in range(2) for item in scene_of(config, index, assets).objects]
    for name in ("own/car", "own/excavator"):
        states = {item.attributes["state"] for item in placed if item.asset == name}
        assert {"driving", "parked"} <= states


def test_new_things_follow_the_scenarios_own(library: Library) -> None:
    config = fleet(library)
    known, taxonomy = config.scenario.taxonomy, taxonomy_of(config.scenario, catalogue_of(config))
    things = sum(category.is_thing for _, category in known)
    assert taxonomy.ids["excavator"] == things + 1
    assert [c for n, c in taxonomy if n <= things] == [c for n, c in known if n <= things]
    assert {n for n, c in taxonomy if c.is_thing} == set(range(1, things + 2))
    assert len(taxonomy) == len(known) + 1
    assert taxonomy["excavator"].supercategory == "vehicle"
    assert taxonomy["excavator"].rgb not in {category.rgb for category in BY_NAME.values()}
    assert taxonomy_of(config.scenario, {}) is known
    # Of two that do not agree one counts, in the order of the models' names.
    library.add(described("own/zz", "excavator", supercategory="object", serves="van"), shaped())
    again = load("street", STREET, seed=2)
    assert len(taxonomy_of(again.scenario, catalogue_of(again))) == len(taxonomy)


def test_physics_takes_the_mass_that_was_stated(library: Library) -> None:
    for name, mass in (("own/light", None), ("own/heavy", 0.35)):
        library.add(described(name, "cup", (0.1, 0.1, 0.1), family="household", mass_kg=mass), shaped((0.1, 0.1, 0.1)))
    models = named(library)
    assert mass_kg_of(models["own/heavy"], 1e-3) == 0.35
    stuff = stuff_of(models["own/light"])
    assert stuff is not None
    assert mass_kg_of(models["own/light"], 1e-3) == pytest.approx(1e-3 * stuff.density_kg_m3 * stuff.filled)


@pytest.mark.parametrize("mesh", [box((1, 2, 3), Textured()), ellipsoid((1, 1, 1), Textured())])
def test_edges_are_those_of_the_triangles(mesh: Mesh) -> None:
    """Euler: of a closed surface without handles V - E + F is 2."""
    whole = np.unique(np.round(mesh.vertices_m, 5), axis=0, return_inverse=True)
    triangles = whole[1].reshape(-1)[mesh.triangles].astype(np.int32)
    triangles = triangles[[len(set(row)) == 3 for row in triangles.tolist()]]
    edges = edges_of(triangles)
    assert len(whole[0]) - len(edges.vertices) + len(triangles) == 2
    ends = np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=2)
    assert np.array_equal(np.sort(edges.vertices[edges.of_corners], axis=2), np.sort(ends, axis=2))


@pytest.mark.parametrize("variable", ["LONGTAIL_LIBRARY", "LONGTAIL_PACKS"])
def test_a_place_that_cannot_be_looked_at_is_not_taken_for_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """As a home of another user's, which ended in the system's words; a name that is too long stands in for it."""
    monkeypatch.setenv(variable, "/" + "a" * 300)
    with pytest.raises(AssetError, match=rf"may be looked at, or none, but File name too long; .*{variable}") as error:
        catalogue_of(resolve({"scenario": "street"}))
    assert error.value.exit_status == 2
    for words in (["assets", "list"], ["list", "assets"])[variable != "LONGTAIL_LIBRARY" :]:
        done = CliRunner().invoke(main, words)
        assert (done.exit_code, "but File name too long" in done.output) == (2, True), done.output


def test_a_library_without_the_right_to_look_into_it_is_not_empty(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(described("own/toys/car", "car"), shaped())

    def locked(place: object) -> None:
        raise PermissionError(13, "Permission denied", str(place))

    monkeypatch.setattr(os, "scandir", locked)
    with pytest.raises(AssetError, match="may be looked at, or none, but Permission denied"):
        library.models()


@pytest.mark.parametrize("hidden", ["packs", "library/models/toys"])
def test_one_folder_without_the_right_to_list_it_is_not_empty(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    """Of mode 0311: it is known to be a folder, and pathlib found nothing there, so that a seed drew other scenes."""
    library.add(described("own/toys/car", "car"), shaped())
    library.add(described("own/bus", "bus"), shaped())
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs/Scopia.sh3f").touch()
    scandir = os.scandir

    def guarded(place: Any) -> Any:
        if Path(place) == (tmp_path / "packs" if hidden == "packs" else library.folder / "models/toys"):
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    assert packs_at(tmp_path / "packs") == [tmp_path / "packs/Scopia.sh3f"]
    assert packs_at(tmp_path / "none") == []
    monkeypatch.setattr(os, "scandir", guarded)
    look = library.models if hidden != "packs" else lambda: packs_at(tmp_path / "packs")
    with pytest.raises(AssetError, match="may be looked at, or none, but Permission denied"):
        look()
    if hidden != "packs":
        before = sorted((library.folder / "arrays").iterdir())
        with pytest.raises(AssetError, match="but Permission denied"):
            library.remove("own/bus")
        monkeypatch.undo()
        assert sorted((library.folder / "arrays").iterdir()) == before, "the other model has the same arrays"


def test_damaged_arrays_are_mended_by_adding_the_model_again(library: Library) -> None:
    """`assets check` advises that, and arrays of the right size were taken for sound: as a power cut leaves them."""
    known = library.add(described("own/toys/car", "car"), shaped())
    (arrays,) = (library.folder / "arrays").iterdir()
    arrays.write_bytes(bytes(arrays.stat().st_size))
    assert library.damaged(known) == "its arrays are damaged; add it again"
    assert library.damaged(library.add(described("own/toys/car", "car"), shaped())) == ""
