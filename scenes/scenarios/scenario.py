"""A scenario: a world with its loose ends. One draw of its space becomes a scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from longtail.annotate.camera import Lens
from longtail.annotate.labels.taxonomy import Taxonomy
from longtail.scenes.assets.asset import Asset
from longtail.scenes.drawing.sampling import Draw
from longtail.scenes.scene import Scene
from longtail.scenes.space.impossible import Impossible
from longtail.scenes.space.space import Space


@dataclass(frozen=True, eq=False)
class Scenario:
    """What can vary, which rules bind it, and how a draw becomes a scene.

    `compose` is a pure function of a draw, the lens and the catalogue of assets. It places things by `Draw.placing` and
    takes weather and light from `Draw.values`, so that nothing moves between the variants of a scene. `impossible` are
    the kinds of scenes that no renderer could show, which a run is refused for before it begins. `taxonomy` has the
    categories of all that the scenes may hold, of which things are labelled 1 to K, and what there is where nothing is.
    """

    name: str
    summary: str
    space: Space
    compose: Callable[[Draw, Lens, Mapping[str, Asset]], Scene]
    taxonomy: Taxonomy
    impossible: tuple[Impossible, ...] = ()
