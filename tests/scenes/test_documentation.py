"""What the page on configuration shows can be written as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from longtail.scenes.config import resolve
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
