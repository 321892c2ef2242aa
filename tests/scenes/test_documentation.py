"""What the page on configuration shows can be written as it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from longtail.annotate.camera import Lens
from longtail.scenes.config import load, resolve
from longtail.scenes.lenses import PATHS, lens_of
from longtail.scenes.sampling import draw
from longtail.scenes.yaml_reader import read_text

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLES: list[Any] = [read_text(text, "docs") for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: "+".join(document))
def test_an_example_of_the_page_loads_and_draws(document: dict[str, Any]) -> None:
    config = resolve(document)
    for index in range(12):
        assert draw(config, index).values.keys() == config.parameters.keys()


def test_the_page_shows_every_joint_key() -> None:
    shown = {key for document in EXAMPLES for key in document}
    assert shown >= {"quotas", "require", "variants", "sweep"}


def test_the_numbers_of_the_page() -> None:
    quotas, _, variants, sweep = EXAMPLES
    config = resolve(quotas)
    floods = ["flood" in str(draw(config, i).values["weather"]).split("+") for i in range(200)]
    assert (sum(floods), sum(floods[:100])) == (20, 10)
    config = resolve(variants)
    assert config.frames / config.plan.pictures_per_scene == 100
    config = resolve(sweep)
    assert [draw(config, i).scene for i in (0, 9, 10, 99)] == [0, 0, 1, 9]


def test_a_wanted_focal_length_comes_of_the_field_that_the_page_works_out(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(program, {})
    field = capsys.readouterr().out.strip()
    assert f"must be: {field}" in program
    changes = ["camera.model=brown_conrady", "camera.size_px=[1280, 720]", f"camera.horizontal_fov_deg={field}"]
    changes += [f"camera.brown_conrady.{name}={value}" for name, value in (("k1", -0.3), ("k2", 0.1), ("k3", 0))]
    lens = lens_in(changes)
    assert lens.fx_px == pytest.approx(1000, abs=1e-4)
    # The pinhole's formula is 12 % off, as the page says.
    assert "would give 1119" in PAGE
    pinhole_deg = 2 * math.degrees(math.atan(640 / 1000))
    assert lens_in([*changes, f"camera.horizontal_fov_deg={pinhole_deg}"]).fx_px == pytest.approx(1119, abs=0.5)


@pytest.mark.parametrize(
    ("model", "field_deg", "spread"),
    [
        ("pinhole", 65.0, lambda t: math.tan(t)),
        ("brown_conrady", 65.0, lambda t: math.tan(t) * (1 - 0.3 * math.tan(t) ** 2 + 0.1 * math.tan(t) ** 4)),
        ("kannala_brandt", 150.0, lambda t: t * (1 + 0.01 * t**2 - 0.002 * t**4)),
    ],
)
def test_the_pages_table_gives_each_lenss_focal_length(
    model: str, field_deg: float, spread: Callable[[float], float]
) -> None:
    changes = [f"camera.model={model}", f"{PATHS[model][0]}={field_deg}"]
    told = {"brown_conrady": (-0.3, 0.1, 0, 0, 0), "kannala_brandt": (0.01, -0.002, 0, 0)}.get(model, ())
    changes += [f"{path}={value}" for path, value in zip(PATHS[model][1:], told, strict=True)]
    lens = lens_in(changes)
    assert 960 / (2 * lens.fx_px) == pytest.approx(spread(math.radians(field_deg) / 2), rel=1e-9)
    assert (lens.cx_px, lens.cy_px) == (480, 270)
    # OpenCV's principal point is half a pixel less: it puts the middle of 0..959 at 479.5.
    assert (lens.cx_px - 0.5, lens.cy_px - 0.5) == ((960 - 1) / 2, (540 - 1) / 2)


def lens_in(changes: list[str]) -> Lens:
    config = load("street", changes)
    return lens_of(config.camera.model, config.camera.size_px, draw(config, 0).values)
