"""What programs and notebooks call asks for what the command would, and raises what the command would have said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import longtail
import longtail.render.commands.run
from longtail import programs
from longtail.annotate.dataset.allowance import Allowance
from longtail.annotate.dataset.encoders import decode_rgb
from longtail.annotate.errors import ConfigError, DatasetError, LongtailError, RenderError
from longtail.annotate.reading.frames import Frames
from longtail.annotate.reading.sheet import sheet
from longtail.command_line import main
from longtail.distributions import Uniform
from longtail.render.commands.preview import Sheet
from longtail.render.commands.run import Request
from longtail.scenes.config.loading import load
from tests.annotate.stage import dataset


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """The requests that reach the command's own function, each of which makes three frames."""
    requests: list[Request] = []

    def render_dataset(request: Request) -> int:
        requests.append(request)
        dataset(Path(str(request.output)), 3)
        return int(request.seed == 13)

    monkeypatch.setattr(programs, "render_dataset", render_dataset)
    return requests


def test_a_request_is_the_commands_own(tmp_path: Path, asked: list[Request]) -> None:
    made = longtail.render(
        "street", tmp_path / "out", frames=3, seed=5, settings={"weather": "rain", "camera.size_px": [96, 64]},
        workers=2, device="cpu", engine="eevee", only=[0, 2], allow_failures="1%",
    )  # fmt: skip
    assert asked == [
        Request(
            "street", tmp_path / "out", frames=3, seed=5, changes=['weather="rain"', "camera.size_px=[96, 64]"],
            only=(0, 2), workers=2, device="cpu", engine="eevee", allow_failures=Allowance.parse("1%"),
        )
    ]  # fmt: skip
    assert (type(made), len(made)) == (Frames, 3)


def test_a_mapping_is_what_a_file_would_say(tmp_path: Path, asked: list[Request]) -> None:
    """Settings are laid over it, distributions and numpy's numbers are spelled as YAML has them."""
    document = {
        "scenario": "street",
        "camera": {"height_m": Uniform(1.3, 1.4), "size_px": np.array([96, 64])},
        "weather": {"choice": {"clear": 1, "fog": 2}},
    }
    longtail.render(document, tmp_path / "out", settings={"lighting.haze": np.float64(0.25)})
    (tmp_path / "same.yaml").write_text(
        "scenario: street\ncamera: {height_m: {uniform: [1.3, 1.4]}, size_px: [96, 64]}\n"
        "weather: {choice: {clear: 1, fog: 2}}\nlighting.haze: 0.25\n"
    )
    source = asked[0].source
    assert source == "street"
    assert load(source, asked[0].changes).digest == load(tmp_path / "same.yaml").digest


def test_a_run_that_failed_is_an_error_that_says_what_is_there(tmp_path: Path, asked: list[Request]) -> None:
    with pytest.raises(RenderError, match=r"out: 3 of 3 frames are there; .* the same call goes on"):
        longtail.render("street", tmp_path / "out", seed=13)
    assert asked


WRONG: list[tuple[list[str], dict[str, Any]]] = [
    (["stret"], {"config": "stret"}),
    (["street", "--set", "camera.heigt_m=1"], {"config": "street", "settings": {"camera.heigt_m": 1}}),
    (["street", "--set", 'weather="rian"'], {"config": {"scenario": "street", "weather": "rian"}}),
    (["street", "-n", "0"], {"config": "street", "frames": 0}),
    (["street", "--device", "gpu"], {"config": "street", "device": "gpu"}),
]


@pytest.mark.parametrize(("words", "options"), WRONG)
def test_a_mistake_is_the_commands_message_and_nothing_is_written(
    tmp_path: Path, words: list[str], options: dict[str, Any]
) -> None:
    out = tmp_path / "out"
    said = CliRunner().invoke(main, ["render", *words, "-o", str(out)])
    with pytest.raises(LongtailError) as caught:
        longtail.render(output=out, **options)
    assert said.output == f"longtail: {caught.value}\n"
    assert said.exit_code == caught.value.exit_status == 2
    assert not out.exists()


def test_places_and_values_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected a folder, or a URL such as s3://bucket/set"):
        longtail.render("street", "s3:/bucket/set")
    with pytest.raises(ConfigError, match="expected a path on this machine, got the URL"):
        longtail.render("https://host/street.yaml", tmp_path / "out")
    with pytest.raises(ConfigError, match="settings: expected values as YAML has them, or distributions, got object"):
        longtail.render("street", tmp_path / "out", settings={"weather": object()})
    with pytest.raises(ConfigError, match=r"frames: expected 1\.\.48 pictures on a sheet, got 49"):
        longtail.preview("street", frames=49)
    with pytest.raises(ConfigError, match="expected a scenario"):
        longtail.preview("stret")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.tex").write_text("all of it")
    with pytest.raises(DatasetError, match="other files in it"):
        longtail.render("street", tmp_path / "out", frames=1, device="cpu")


def test_a_sheet_is_a_picture_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    picture = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    monkeypatch.setattr(programs, "made_sheet", lambda *_, **__: Sheet(picture, 1))
    sheet = longtail.preview("street", frames=1)
    assert np.array_equal(decode_rgb(sheet._repr_png_()), picture)
    sheet.save(tmp_path / "sheet.png")
    assert np.array_equal(decode_rgb((tmp_path / "sheet.png").read_bytes()), picture)


def test_a_notebook_shows_some_frames_of_a_dataset(tmp_path: Path) -> None:
    shown = longtail.open(dataset(tmp_path / "out", 9))._repr_png_()
    assert shown is not None
    # Six pictures of 4:3, three a row, 320 pixels wide with 4 between.
    assert decode_rgb(shown).shape == (2 * 244, 3 * 324, 3)
    assert longtail.open(dataset(tmp_path / "none", 0))._repr_png_() is None


def test_a_notebook_shows_pictures_of_any_shapes_beside_each_other() -> None:
    """Cameras of a rig may have other sizes: what is less high ends in white."""
    shapes: Any = [_Grey(160, 90), _Grey(120, 90), _Grey(90, 160)]
    shown = sheet(shapes)
    # 320 pixels wide each, with 4 to the right and below; the upright one is 569 high.
    assert shown.shape == (569 + 4, 3 * 324, 3)
    whites = [int((shown[:, 324 * place] == 255).all(axis=-1).argmax()) for place in range(3)]
    assert whites == [180, 240, 569]
    assert (shown[whites[0] :, :324] == 255).all()


class _Grey:
    """A frame of one grey."""

    def __init__(self, width: int, height: int) -> None:
        self.size = height, width

    def drawn(self, *, names: bool) -> np.ndarray[Any, Any]:
        return np.full((*self.size, 3), 255 if names else 128, dtype=np.uint8)


def test_render_is_a_package_and_a_function() -> None:
    """Whichever is imported first."""
    for first in ("import longtail", "import longtail.render.commands.run", "import longtail.programs"):
        program = (
            f"{first}\nimport longtail, longtail.render.storage.place as place\n"
            "try:\n    longtail.render('stret', 'out')\nexcept Exception as error:\n    print(type(error).__name__)\n"
            "print(place.__name__, longtail.render.__name__)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout == "ConfigError\nlongtail.render.storage.place longtail.render\n", first
    assert callable(longtail.render.commands.run.render_dataset)  # type: ignore[attr-defined]
