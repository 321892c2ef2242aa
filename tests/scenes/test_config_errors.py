"""One clear line for everything that a configuration may not be."""

# ruff: noqa: E501 one case a line

from __future__ import annotations

import errno
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longtail.annotate.errors import ConfigError
from longtail.scenes.config.loading import load
from longtail.scenes.config.resolving import resolve
from longtail.scenes.config.yaml_reader import MOST_BYTES, read_text
from longtail.scenes.drawing.sampling import draw
from tests.scenes.worlds import toy


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "my.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


BAD: list[tuple[str, list[str]]] = [
    # Keys.
    ("camera: {horizontal_fov: 60}", ["camera.horizontal_fov: expected a known key", "did you mean camera.horizontal_fov_deg"]),
    ("camera: {fov_deg: {uniform: [1, 2]}}", ["camera.fov_deg: expected a known key, got {uniform: [1, 2]}; did you mean camera.horizontal_fov_deg"]),
    ("weather: {clear: 4, rain: {rate_mm_h: 3}}", ["weather.clear: expected a known key, got 4; did you mean weather: {choice: {clear: ...}}"]),
    ("camra: {height_m: 1}", ["camra.height_m: expected a known key", "did you mean camera.height_m"]),
    ("height_m: 1", ["height_m: expected a known key", "did you mean camera.height_m"]),
    ("render: {sample: 3}", ["render.sample: expected a known key", "did you mean render.samples"]),
    ("render: {samples: {uniform: [1, 2]}}", ["render.samples: expected a whole number, got {uniform: [1, 2]}"]),
    ("sceanrio: toy", ["sceanrio: expected a known key", "did you mean scenario"]),
    ("scenario: tooy", ["scenario: expected one of toy, got 'tooy'; did you mean toy"]),
    ("scenario: [toy]", ["scenario: expected one of toy"]),
    ("camera: 5", ["camera: expected a mapping (of camera.", "got 5"]),
    ("camera: [1]", ["camera: expected a mapping", "got [1]"]),
    ("lighting: {uniform: [0, 1]}", ["lighting: expected a mapping"]),
    ("1: 2", ["1: expected a known key"]),
    ("<<: {seed: 3}", ["<<.seed: expected a known key"]),
    ("camera..height_m: 1", ["camera..height_m: expected a known key"]),
    ("fov: 70", ["fov: expected a known key", "did you mean camera.horizontal_fov_deg"]),
    ("resolution: [640, 480]", ["resolution: expected a known key", "did you mean camera.size_px"]),
    ("camera: {width: 640}", ["camera.width: expected a known key", "did you mean camera.size_px"]),
    ("spp: 64", ["did you mean render.samples"]),
    ("pedestrians: 3", ["pedestrians: expected a known key", "did you mean objects.pedestrian.count"]),
    ("moons: 3", ["moons: expected a known key", "`longtail list scenarios` and `longtail list settings` show every key"]),
    ('"\\e[31mred": 1', ["my.yaml: \\x1b[31mred: expected a known key"]),
    ("lidar.top.z_m: 2", ["lidar.top.z_m: expected a known key", "did you mean lidar: {top: {z_m: ...}}"]),
    ("sweep.camera.height_m: [1, 2]", ["did you mean sweep: {camera.height_m: ...}"]),
    ("light: night", ["light: expected a known key", "night is a light: write lighting.sun_elevation_deg: {uniform: [-18, -7]}"]),
    ("lighting: dusk", ["lighting: expected a mapping", "dusk is a light: write lighting.sun_elevation_deg: {uniform: [-6, 0]}"]),
    # Numbers.
    ("camera.height_m: tall", ["camera.height_m: expected a number in 0.5..4 m, got 'tall'"]),
    ("camera.height_m: true", ["camera.height_m: expected a number in 0.5..4 m, got true"]),
    ("camera.height_m:", ["camera.height_m: expected", "got nothing"]),
    ("camera.height_m: 40", ["camera.height_m: expected a number in 0.5..4 m, got 40"]),
    ("camera.height_m: .nan", ["camera.height_m: expected a finite number, got nan"]),
    ("camera.height_m: -.inf", ["camera.height_m: expected a finite number, got -inf"]),
    ("camera.height_m: 1e999", ["camera.height_m: expected a finite number, got inf"]),
    ("camera.height_m: [1, 2]", ["camera.height_m: expected one value or a distribution", "did you mean {choice: [1, 2]}"]),
    ("camera.height_m: {uniform: [0, 3]}", ["camera.height_m: expected a number in 0.5..4 m", "reaches 0..3"]),
    ("camera.height_m: {normal: [9, 1]}", ["camera.height_m: expected", "got {normal: [9, 1]}", "only 0% lie there"]),
    ("camera.height_m: {choice: [1, 9]}", ["camera.height_m: expected a number in 0.5..4 m, got 9"]),
    ("camera.height_m: {choice: [a, b]}", ["camera.height_m: expected a number", "got {choice: {a: 1, b: 1}}"]),
    ("camera.height_m: {unifrom: [1, 2]}", ["camera.height_m: expected", "did you mean uniform"]),
    ("camera.height_m: {uniform: [2, 1]}", ["camera.height_m: uniform: expected low < high, got 2 and 1"]),
    ("road.lanes: 2.5", ["road.lanes: expected a whole number in 2..6, got 2.5"]),
    ("road.lanes: {uniform: [2, 4]}", ["road.lanes: expected a whole number", "did you mean integers"]),
    ("objects.vehicle.count: -1", ["objects.vehicle.count: expected a whole number in 0..60, got -1"]),
    ("objects: {vehicle: {count: {poisson: 600}}}", ["objects.vehicle.count: expected", "only 0% lie there"]),
    # Options.
    ("weather: rian", ["weather: expected one of clear, rain, fog, got 'rian'; did you mean rain"]),
    ("weather: {choice: {clear: 1, snow: 1}}", ["weather: expected one of clear, rain, fog, got 'snow'"]),
    ("weather: {uniform: [0, 1]}", ["weather: expected one of clear, rain, fog, got {uniform: [0, 1]}"]),
    ("weather: 1", ["weather: expected one of clear"]),
    ("road.junction: 1", ["road.junction: expected one of true, false, got 1"]),
    ("road.junction: no", ["road.junction: expected one of true, false, got 'no'"]),
    # Settings.
    ("frames: 0", ["frames: expected", "greater than or equal to 1", "got 0"]),
    ("frames: -3", ["frames: expected", "got -3"]),
    ("frames: 1.5", ["frames: expected a whole number, got 1.5"]),
    ("frames: many", ["frames: expected a whole number, got 'many'"]),
    ("frames: true", ["frames: expected a whole number, got true"]),
    ("frames: 99999999999", ["frames: expected", "less than or equal to 10000000"]),
    ("seed: -1", ["seed: expected", "got -1"]),
    ("seed: 99999999999999999999", ["seed: expected"]),
    ("camera.size_px: 640", ["camera.size_px: expected [width, height] in pixels, got 640"]),
    ("camera.size_px: [640]", ["camera.size_px: expected [width, height]"]),
    ("camera.size_px: [640, 8]", ["camera.size_px: expected [width, height], each a whole number in 16..8192, got [640, 8]"]),
    ("camera.size_px: [640.5, 80]", ["camera.size_px: expected"]),
    ("camera.model: pinhle", ["camera.model: expected one of pinhole", "did you mean pinhole"]),
    ("camera.model: [1]", ["camera.model: expected one of pinhole"]),
    ("render.engine: eevee\ncamera.model: kannala_brandt", ["render.engine: expected cycles with camera.model kannala_brandt, got eevee", "try --engine cycles"]),
    ("render.engine: cylces", ["render.engine: expected one of cycles, eevee, got 'cylces'; did you mean cycles"]),
    ("render.device: gpu", ["render.device: expected one of auto, optix, cuda"]),
    ("render.samples: 0", ["render.samples: expected", "got 0"]),
    ("render.denoise: maybe", ["render.denoise: expected true or false, got 'maybe'"]),
    ("render.denoise_quality: hihg", ["render.denoise_quality: expected one of fitted, fast, balanced, high, got 'hihg'; did you mean high"]),
    ("render.image_format: gif", ["render.image_format: expected one of png, jpg"]),
    ("outputs: coco", ["outputs: expected a list of some of", "got 'coco'"]),
    ("outputs: []", ["outputs: expected a list of some of"]),
    ("outputs: [cocoo]", ["outputs: expected some of", "got 'cocoo'; did you mean coco"]),
    # Correlations.
    ("correlations: 3", ["correlations: expected a list of [path, path, rho], got 3"]),
    ("correlations: [[a, b]]", ["correlations: expected [path, path, rho]"]),
    ("correlations: [[road.lane, camera.height_m, 0.1]]", ["correlations: expected the path", "did you mean road.lanes"]),
    ("correlations: [[weather, camera.height_m, 0.1]]", ["correlations: expected parameters that are numbers, got weather"]),
    ("correlations: [[road.lanes, camera.height_m, 1.1]]", ["correlations: expected a rank correlation in -1..1, got 1.1"]),
    ("correlations: [[road.lanes, camera.height_m, .nan]]", ["correlations: expected a rank correlation in -1..1"]),
    ("correlations: [[road.lanes, road.lanes, 0.1]]", ["correlations: expected every pair of different parameters once"]),
    ("correlations: [[road.lanes, camera.height_m, 0.1], [camera.height_m, road.lanes, 0.2]]", ["every pair"]),
    (
        "correlations: [[road.lanes, camera.height_m, 0.9], [road.lanes, lighting.cloud_cover, 0.9], "
        "[camera.height_m, lighting.cloud_cover, -0.9]]",
        ["correlations: expected correlations that can hold at once", "weaken or drop one"],
    ),
    # YAML.
    ("- 1", ["expected a mapping of keys to values, got [1]"]),
    ("just words", ["expected a mapping of keys to values, got 'just words'"]),
    ("seed: 1\nseed: 2", ["line 2, column 1", "the key 'seed' twice (first in line 1)"]),
    ("camera: {height_m: 1, height_m: 2}", ["line 1", "the key 'height_m' twice"]),
    ("camera: {height_m: 1}\ncamera.height_m: 2", ["camera.height_m: expected one value, got two: 1 and 2"]),
    ("camera: {height_m: 1", ["line 1", "expected plain YAML"]),
    ("seed: 1\n\tframes: 2", ["line 2", "expected plain YAML"]),
    ("a: 1\n---\nb: 2", ["line 2", "expected plain YAML"]),
    ("seed: !!python/object/apply:os.system ['true']", ["line 1", "the tag !!python/object/apply:os.system"]),
    ("seed: !mine 3", ["line 1", "the tag !mine; tags are not allowed"]),
    ("seed: !!int x", ["expected plain YAML"]),
    ("? [a, b]\n: 1", ["line 1", "a key that is no single value"]),
    ("seed: *none", ["line 1", "undefined alias"]),
    ("camera: &a {x: *a}", ["got an alias of itself"]),
    ("seed: \x07", ["expected plain YAML"]),
    ("[" * 3000, ["nested too deeply"]),
    ("a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(f"{x}: &{x} [{f'*{y},' * 9}]\n" for y, x in zip("abcdefgh", "bcdefghi", strict=True)),
     ["at most 20000 values"]),
    ("#" * (MOST_BYTES + 1), ["expected a configuration of at most 1 MiB"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fragments"), BAD, ids=[text[:60] for text, _ in BAD])
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, fragments: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(path, scenarios=toy())
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert len(message) < len(str(path)) + 400
    assert [f for f in fragments if f not in message] == []


def test_every_wrong_leaf_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(
            write(tmp_path, "camera: {height: 1}\nframes: 0\nweather: hail\nrender: {samples: x, engine: y}"),
            scenarios=toy(),
        )
    assert sorted(line.split(": ")[1] for line in str(caught.value).splitlines()) == [
        "camera.height", "frames", "render.engine", "render.samples", "weather"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("override", "fragments"),
    [
        ("weather", ["--set: expected path=value, got 'weather'"]),
        ("=3", ["--set: expected path=value"]),
        ("weathr=rain", ["--set weathr: weathr: expected a known key", "did you mean weather"]),
        ("camera.height_m=", ["--set camera.height_m: camera.height_m: expected", "got nothing"]),
        ("camera.height_m={uniform: [1", ["--set camera.height_m: line 1", "expected plain YAML"]),
        ("camera.height_m=99", ["--set camera.height_m: camera.height_m: expected a number in 0.5..4 m, got 99"]),
        ("frames=0", ["--set frames: frames: expected"]),
        ("scenario=other", ["--set scenario: scenario: expected one of toy, got 'other'"]),
    ],
)
def test_bad_overrides(override: str, fragments: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load("toy", [override], scenarios=toy())
    assert "\n" not in str(caught.value)
    assert [f for f in fragments if f not in str(caught.value)] == []


def test_sources_that_are_not_there(tmp_path: Path) -> None:
    for source, fragment in (
        ("tooy", "tooy: expected a scenario (toy) or a file, YAML, Python or .blend, got neither; did you mean toy"),
        (tmp_path / "gone.yaml", "gone.yaml: expected a scenario (toy) or a file, YAML, Python or .blend, got neither"),
        (tmp_path, "expected a YAML file, got a folder"),
        (write(tmp_path, "").rename(tmp_path / "empty.yaml"), "empty.yaml: expected keys with values"),
        (write(tmp_path, "# later\n").rename(tmp_path / "later.yaml"), "later.yaml: expected keys with values"),
        (
            write(tmp_path, os.urandom(4096) + b"\xff").rename(tmp_path / "junk.yaml"),
            "junk.yaml: expected text in UTF-8",
        ),
        (tmp_path / "empty.yml", "got neither; did you mean"),
        (pipe(tmp_path), "pipe: expected keys with values, such as `scenario: street`, got an empty file"),
        ("/dev/null", "/dev/null: expected keys with values"),
        ("/dev/zero", "/dev/zero: expected a configuration of at most 1 MiB"),
        (write(tmp_path, b"\xff\xfe\x00"), "my.yaml: expected text in UTF-8"),
        ("x" * 5000, "expected a scenario"),
        ("a\0b", "expected a scenario"),
    ):
        with pytest.raises(ConfigError) as caught:
            load(source, scenarios=toy())
        assert fragment in str(caught.value)


def pipe(folder: Path) -> Path:
    """A pipe that nobody writes to."""
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def test_a_pipe_is_read_to_its_end() -> None:
    """As a shell's <(...) hands over, which may write late and in parts."""
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8", buffering=1) as file, ThreadPoolExecutor(1) as pool:
        made = pool.submit(load, f"/dev/fd/{reader}", scenarios=toy())
        file.write("scenario: toy\n")
        file.write("seed: 7\n" + "#" * 100_000 + "\n")
        file.close()
        assert made.result().seed == 7
    os.close(reader)


def test_a_file_without_the_right_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")  # root may read everything

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ConfigError, match=r"my\.yaml: expected a readable YAML file: Permission denied"):
        load(write(tmp_path, "seed: 1"), scenarios=toy())


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"unknown_{i}: {i}\n" for i in range(1000)),
        f"? {'k' * 200_000}\n: 3\n",
        f"weather: [{'rainy, ' * 9000}x]",
        f"weather: {'rainy' * 40_000}",
        f"{{weather: {{choice: {{{', '.join(f'w{i}: 1' for i in range(5000))}}}}}}}",
        f"require: ['{'(' * 100_000}']",
        f"variants: [{', '.join(['fog'] * 1000)}]",
        f"quotas: {{{'k' * 200_000}: 3}}",
        f"outputs: [{', '.join(f'o{i}' for i in range(5000))}]",
        f"a: [{'1, ' * 340_000}]",
        f"correlations: [{', '.join(['[a, b, 2]'] * 3000)}]",
    ],
    ids=lambda text: str(text)[:20],
)
def test_no_mistake_makes_a_long_message(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, text), scenarios=toy())
    assert len(str(caught.value)) < 1000
    assert "expected" in str(caught.value)


def test_problems_that_are_left_out_are_counted(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, "".join(f"unknown_{i}: {i}\n" for i in range(1000))), scenarios=toy())
    *shown, rest = str(caught.value).splitlines()
    assert rest == f"and {1000 - len(shown)} more"
    assert len(shown) >= 3


def test_options_are_checked_too() -> None:
    with pytest.raises(ConfigError, match=r"^--frames: frames: expected .* got 0$"):
        load("toy", frames=0, scenarios=toy())


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["uniform", "weather"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["camera", "weather", "rain", "choice", "uniform", "normal", "poisson", "low", "height_m",
                         "rate_mm_h", "road.lanes", "correlations", "outputs", "render", "samples", "frames", "weights"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(document=NODES)
def test_any_document_is_a_config_or_a_config_error(document: Any) -> None:
    try:
        made = resolve(document, scenarios=toy())
    except ConfigError as error:
        message = str(error)
    else:
        message = "expected"
        assert draw(made.asked, 0).values.keys() == made.parameters.keys()
    assert "expected" in message


@given(text=st.text(alphabet="{}[]:,&*!-#'\"\n \tab01.e|>%@?", max_size=40))
def test_any_text_is_yaml_or_a_config_error(text: str) -> None:
    try:
        read_text(text, "x")
        message = "x: "
    except ConfigError as error:
        message = str(error)
    assert message.startswith("x: ")
    assert "\n" not in message


def test_lanes_take_a_ground_that_has_some() -> None:
    assert load("street", ["outputs=[coco, drivable, lanes]"]).outputs == ("coco", "drivable", "lanes")
    with pytest.raises(
        ConfigError, match=r"outputs: expected a scenario whose ground has lanes for lanes, got tabletop"
    ):
        load("tabletop", ["outputs=[coco, lanes]"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("objects.presence.dogs=0.3", "did you mean objects.presence.dog"),
        ("objects.presence.elephant=0.3", "objects.presence has bicycle, bus, car, dog, "),
        ("quotas={objects.presence: {elephant: 0.1}}", "got 'objects.presence.elephant'; objects.presence has bicycle"),
        ("objects.people.skin_tone.pale=2", "skin_tone has brown, dark, intermediate, light, tan, very_light"),
        ("camera.fov=60", "did you mean camera.horizontal_fov_deg"),
    ],
)
def test_a_word_that_is_like_none_is_answered_with_those_that_there_are(change: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        load("street", [change])
